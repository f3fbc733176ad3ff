"""Which status may follow which by whose right, and how far an adjustment may go. No database, no clock."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from django.utils.translation import gettext as _

from erp.kernel.formats import write_number, write_quantity
from inventory.stock.models import Status
from inventory.stock.statuses import BY_HAND, TRAITS

from .models import Reason
from .permissions import BLOCK_STOCK, CLEAR_STOCK, RELEASE_STOCK

ZERO = Decimal(0)
ALL = Decimal(100)

MORE = frozenset({Reason.FOUND, Reason.COUNT, Reason.CORRECTION})
LESS = frozenset(set(Reason) - {Reason.FOUND})


def _right(source: Status, target: Status) -> str:
    if TRAITS[source].strict and not TRAITS[target].strict:
        return CLEAR_STOCK  # also on a way round: nobody gets from damaged to available by way of quality
    return RELEASE_STOCK if TRAITS[target].promisable else BLOCK_STOCK


# The right that each change of status by hand asks for.
MATRIX: dict[tuple[Status, Status], str] = {
    (source, target): _right(source, target) for source in BY_HAND for target in BY_HAND if source != target
}


@dataclass(frozen=True, slots=True)
class Limit:
    """How far one role may go: company currency, and percent of what the place holds; 100 is all of it and more."""

    value: Decimal
    percent: Decimal


UNBOUND = (Limit(Decimal("Infinity"), ALL),)


def share(quantity: Decimal, held: Decimal) -> Decimal:
    """How many percent of what the place holds this is, at most 100; anything is 100 % of nothing."""
    return min(ALL, abs(quantity) * 100 / held) if held > 0 else ALL


def beyond(
    limits: Iterable[Limit], *, quantity: Decimal, value: Decimal, held: Decimal, currency: str
) -> str:
    """Empty where one of the roles' limits covers it, in value and in share; else which limit it exceeds, in words
    that do not say what it is worth."""
    part, worth = share(quantity, held), abs(value)
    known = list(limits)
    if any(worth <= limit.value and part <= limit.percent for limit in known):
        return ""
    widest = max(known, key=lambda limit: (limit.value, limit.percent), default=Limit(ZERO, ZERO))
    if worth > widest.value:
        return _("worth more than the limit of %(limit)s") % {
            "limit": f"{currency} {write_number(widest.value, 2)}"
        }
    return _("%(share)s %% of what the bin holds, above the limit of %(limit)s %%") % {
        "share": write_quantity(round(part, 1)),
        "limit": write_quantity(widest.percent),
    }


def change_in_disguise(lessened: Iterable[str], increased: Iterable[str], may: Callable[[str], bool]) -> str:
    """Less in one status and more in another is a change of status: in words, the one that `may` denies; else empty.

    What is in transit has no status that people change: a write-off of it hides nothing.
    """
    for pair in sorted(product(set(lessened), set(increased))):
        source, target = map(Status, pair)
        right = MATRIX.get((source, target))
        if right and not may(right):
            return _(
                "less %(source)s and more %(target)s is a change of status, which takes a right of its own"
            ) % {
                "source": source.label.lower(),
                "target": target.label.lower(),
            }
    return ""


def fits(reason: Reason, quantity: Decimal) -> bool:
    """Whether there can be more, or less, for this reason."""
    return reason in (MORE if quantity > 0 else LESS)


def gain_value(
    *, quantity: Decimal, valued_quantity: Decimal, value: Decimal, standard_cost: Decimal
) -> Decimal:
    """What found goods are worth: the average of what there is, else the item's standard cost."""
    worth = quantity * value / valued_quantity if valued_quantity > 0 else quantity * standard_cost
    return worth.quantize(Decimal("0.01"))
