"""A proposal in steps: what was expected, what there is, what is missing, and how it became a quantity."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.formats import write_number, write_quantity
from erp.kernel.templatetags.ui import percent

from .models import ReplenishmentProposal
from .rules import FOLLOWS_ORDERS
from .states import METHODS


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the arithmetic; `adds_up` ends a sum."""

    label: Any
    value: str
    note: Any = ""
    adds_up: bool = False


def steps_of(row: ReplenishmentProposal) -> list[Step]:
    """All of it in the stock unit, in the order in which it follows."""
    return [*_demand(row), *_position(row), *_need(row)]


def _quantity(value: Decimal) -> str:
    return write_number(value, 2) if value != value.to_integral_value() else write_quantity(value)


def _demand(row: ReplenishmentProposal) -> Iterator[Step]:
    if row.stocking in FOLLOWS_ORDERS:
        yield Step(_("Only what waits is ordered"), "", row.get_stocking_display())
        return
    error = ""
    if row.wape is not None:
        error = _("WAPE %(own)s, naive %(naive)s, bias %(bias)s") % {
            "own": percent(row.wape), "naive": percent(row.naive_wape), "bias": percent(row.bias),
        }  # fmt: skip
    method = METHODS.get(row.forecast_method, row.forecast_method)
    yield Step(_("Expected a month"), _quantity(row.monthly), f"{method}. {error}" if error else method)
    covered = _("Expected in %(days)s days") % {"days": row.interval_days}
    lead = _("lead time %(days)s days, and until the next look") % {"days": row.lead_time_days}
    yield Step(covered, _quantity(row.expected), lead)
    if row.known > row.expected:
        yield Step(_("Ordered for these days already"), _quantity(row.known), _("more than is expected"))
    safety = _("%(level)s service: %(z)s × %(sigma)s a month, over these days") % {
        "level": percent(row.service_level, 2), "z": row.z, "sigma": _quantity(row.sigma),
    }  # fmt: skip
    yield Step(_("Safety stock"), _quantity(row.safety_stock), safety)
    words = _("set by hand") if row.method == "min_max" and row.minimum is not None else _("the two together")
    yield Step(_("Ordered at"), _quantity(row.trigger), words, adds_up=True)


def _position(row: ReplenishmentProposal) -> Iterator[Step]:
    yield Step(_("Available"), _quantity(row.available), row.site.code)
    yield Step(_("On order"), _quantity(row.on_order))
    yield Step(
        _("In transit"), _quantity(row.in_transit), _("transfers that nobody has approved yet included")
    )
    yield Step(_("Reserved"), _quantity(-row.reserved))
    yield Step(_("Owed already"), _quantity(-row.backorders))
    if row.dependent:
        yield Step(_("Asked by other sites"), _quantity(-row.dependent))
    yield Step(_("Position"), _quantity(row.position), adds_up=True)


def _need(row: ReplenishmentProposal) -> Iterator[Step]:
    if row.lot > 0:
        note = _("%(method)s: whole orders of %(lot)s until the position is above %(trigger)s")
    else:
        note = _("%(method)s: up to %(target)s")
    said = {
        "method": row.get_method_display(), "lot": _quantity(row.lot), "trigger": _quantity(row.trigger),
        "target": _quantity(row.target),
    }  # fmt: skip
    yield Step(_("Needed"), _quantity(row.need), note % said)
    if row.order_minimum is not None:
        yield Step(_("Never less than"), _quantity(row.order_minimum))
    if row.order_multiple is not None:
        yield Step(_("In multiples of"), _quantity(row.order_multiple))
    if row.free is not None and row.from_site is not None:
        yield Step(_("Free at %(site)s") % {"site": row.from_site.code}, _quantity(row.free))
    whole = _("in whole %(unit)s") % {"unit": row.unit_id} if row.kind == "buy" else ""
    yield Step(_("Proposed"), _quantity(row.quantity), whole, adds_up=True)
    if row.edited_quantity is not None:
        note = ": ".join(filter(None, (row.edited_by, row.edit_note)))
        yield Step(_("Instead"), _quantity(row.edited_quantity), note, adds_up=True)
