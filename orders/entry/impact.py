"""What a change would make of an order, before anybody wants it: the change itself, rehearsed (OC11)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.command import By
from inventory.outbound.states import rule_words
from orders.holds.rules import HOLDS

from .actions.amend_order import AmendedOrder, amend_order
from .amending import Amendment
from .charges import CHARGES
from .models import SalesOrder
from .queries import LineView, lines_of_order

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class LineSeen:
    """A line as it stands: quantities in its unit."""

    line: int
    item: str
    unit: str
    quantity: Decimal
    reserved: Decimal
    promised_on: date | None
    net: Decimal
    site: str = ""  # it leaves from there; blank: a service


@dataclass(frozen=True, slots=True)
class Seen:
    """An order as it stands; money in its currency. `held`: kinds of its open holds."""

    site: str
    ships: str
    priority: int | None
    charges: Decimal  # net of freight and fees
    net: Decimal
    gross: Decimal
    held: frozenset[str]
    lines: Sequence[LineSeen]


@dataclass(frozen=True, slots=True)
class Differs:
    """One thing that the change makes different, in words; figures as they are."""

    what: Any
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Impact:
    """An order before and after a change."""

    before: Seen
    after: Seen
    lines: Sequence[tuple[LineSeen | None, LineSeen | None]] = field(default_factory=list)  # that differ

    @property
    def new_holds(self) -> list[Any]:
        """Why it would be held and is not yet, in words."""
        return [HOLDS[kind][0] for kind in sorted(self.after.held - self.before.held)]

    @property
    def header(self) -> list[Differs]:
        """What differs of the whole order."""
        every = [
            Differs(_("Ships from"), self.before.site, self.after.site),
            Differs(_("Ships"), self.before.ships, self.after.ships),
            Differs(_("Priority"), self.before.priority, self.after.priority),
            Differs(_("Freight and fees, net"), self.before.charges, self.after.charges),
            Differs(_("Net"), self.before.net, self.after.net),
            Differs(_("Total"), self.before.gross, self.after.gross),
        ]
        return [each for each in every if each.before != each.after]


def impact_of(by: By, order: SalesOrder, *, version: int, amendment: Amendment, reason: str = "") -> Impact:
    """What the change would do; nothing is changed. Raises what `amend_order` raises."""
    before = _seen(order.pk)

    def look(_amended: AmendedOrder) -> Seen:
        return _seen(order.pk)

    after = amend_order.rehearse(
        by, look, order_id=order.pk, version=version, amendment=amendment, reason=reason
    )
    was, now = ({line.line: line for line in seen.lines} for seen in (before, after))
    pairs = [(was.get(number), now.get(number)) for number in sorted(was.keys() | now.keys())]
    return Impact(before, after, [pair for pair in pairs if pair[0] != pair[1]])


def _seen(order_id: int) -> Seen:
    order = SalesOrder.objects.select_related("site", "group").get(pk=order_id)
    views = lines_of_order(order)
    charges = [view for view in views if view.line.price_source in CHARGES]
    return Seen(
        site=order.site.code,
        ships=rule_words(order.group) if order.group else "",
        priority=order.group.priority if order.group else None,
        charges=sum((view.line.net for view in charges), ZERO),
        net=order.net,
        gross=order.gross,
        held=frozenset(order.holds.filter(released_at=None).values_list("kind", flat=True)),
        lines=[_line(view) for view in views if view not in charges],
    )


def _line(view: LineView) -> LineSeen:
    line = view.line
    return LineSeen(
        line.line,
        line.item.code,
        line.unit_id,
        view.ordered - view.cancelled,
        view.reserved,
        view.promised_on,
        line.net,
        view.site,
    )
