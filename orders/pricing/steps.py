"""The steps of a price in words, the same at the desk, on the order and for programs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.formats import write_day, write_quantity
from masterdata.models import Price

NAMES = {
    "override": gettext_lazy("Set by hand"),
    "conversion": gettext_lazy("Taken over"),
    "substitute": gettext_lazy("Price of what was asked for"),
    "quote": gettext_lazy("Quoted"),
    "blanket": gettext_lazy("Blanket order"),
    "freight": gettext_lazy("Freight tariff"),
    "fee": gettext_lazy("Fee by order rule"),
    "free": gettext_lazy("Free goods"),
}
REJECTED = {
    "currency": gettext_lazy("in another currency"),
    "quantity": gettext_lazy("the quantity is not reached"),
    "used_up": gettext_lazy("used up"),
    "beaten": gettext_lazy("something nearer holds"),
    "no_list_price": gettext_lazy("nothing to take it off"),
    "agreement": gettext_lazy("not on top of an agreement"),
    "not_cheaper": gettext_lazy("not cheaper"),
    "not_sold": gettext_lazy("what would be free is not sold now"),
    "not_whole": gettext_lazy("what would be free is no whole number of its unit"),
    "declined": gettext_lazy("nobody wants what would be free"),
}


@dataclass(frozen=True, slots=True)
class NamedStep:
    """One step: what gave it, how, the percentage of it if it has one (minus: off), and the price after it."""

    label: str
    note: str
    percent: Decimal | None
    value: Decimal | None


def prices_of(steps: Iterable[Mapping[str, Any]], rejected: Iterable[Sequence[Any]] = ()) -> dict[int, Price]:
    """The stored prices that steps and rejections name, in one statement."""
    ids = {step["price"] for step in steps if "price" in step} | {entry[0] for entry in rejected}
    return Price.objects.select_related("scope").in_bulk(ids) if ids else {}


def named_step(step: Mapping[str, Any], prices: Mapping[int, Price]) -> NamedStep:
    """A step of a why-record. Cost stays out of it: who may see it is not asked here."""
    price = prices.get(step.get("price", 0))
    value = step.get("value")
    return NamedStep(
        label=price.scope.name if price else str(NAMES.get(step["step"], step["step"])),
        note=_note(step, price),
        percent=_percent(step),
        value=Decimal(value) if value is not None else None,
    )


def _percent(step: Mapping[str, Any]) -> Decimal | None:
    if "percent" in step:
        return -Decimal(step["percent"])
    return Decimal(step["markup"]) if "markup" in step else None


def _note(step: Mapping[str, Any], price: Price | None) -> str:
    parts = []
    if price:
        parts.append(
            _("%(kind)s %(code)s, from %(day)s")
            % {
                "kind": price.scope.get_kind_display(),
                "code": price.scope.code,
                "day": write_day(price.valid_from),
            }
        )
    if "document" in step:
        parts.append(_("on %(document)s") % {"document": step["document"]})
    if "coupon" in step:
        parts.append(_("coupon %(code)s") % {"code": step["coupon"]})
    if "with" in step:
        parts.append(_("free with line %(n)s") % {"n": step["with"]})
    if "break" in step:
        parts.append(_("from %(n)s") % {"n": write_quantity(Decimal(step["break"]))})
    if "markup" in step or "plus" in step:
        parts.append(_("on cost"))
    if "tariff" in step:
        weight = write_quantity(Decimal(step["weight"]))
        parts.append(
            _("%(tariff)s, %(n)s kg to %(place)s")
            % {"tariff": step["code"], "n": weight, "place": step["to"]}
        )
    if "rule" in step:
        parts.append(step["rule"])
    if step.get("from") is not None:
        parts.append(_("instead of %(price)s") % {"price": write_quantity(Decimal(step["from"]))})
    return ", ".join(parts)


def named_rejection(entry: Sequence[Any], prices: Mapping[int, Price]) -> tuple[str, str]:
    """What was tried and gave no price, and why not."""
    price_id, reason = entry
    price = prices.get(price_id)
    return price.scope.name if price else f"#{price_id}", str(REJECTED.get(reason, reason))
