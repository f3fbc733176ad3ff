"""Targets are policy: one value for the enterprise, varied for a company or a site only by approval (KP01)."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import Policy, declare


def _target(name: str, default: str, title: object, unit: object) -> Policy[Decimal]:
    return declare(
        key=f"reporting.target_{name}",
        type=Decimal,
        default=Decimal(default),
        minimum=Decimal(0),
        levels=("company", "site"),
        owner="process_owner",
        unit=unit,
        title=title,
        help=_("Shown beside the figure, and decides whether it is met."),
    )


UNIT_FILL = _target("unit_fill_percent", "97", _("Target: unit fill rate"), "%")
LINE_FILL = _target("line_fill_percent", "95", _("Target: line fill rate"), "%")
ORDER_FILL = _target("order_fill_percent", "90", _("Target: order fill rate"), "%")
MARGIN = _target("gross_margin_percent", "25", _("Target: gross margin"), "%")
ORDER_CYCLE = _target("order_cycle_hours", "24", _("Target: order cycle time"), _("hours"))
BILLING_CYCLE = _target("billing_cycle_hours", "24", _("Target: billing cycle time"), _("hours"))
RETURN_CYCLE = _target("return_cycle_days", "7", _("Target: return cycle time"), _("days"))
TURNS = _target("inventory_turns", "6", _("Target: inventory turns"), _("a year"))
BACKORDER_AGE = _target("backorder_age_days", "5", _("Target: age of backorders"), _("days"))
EXCEPTION_AGE = _target("exception_age_days", "2", _("Target: age of invoice exceptions"), _("days"))
ORDER_EXCEPTION_AGE = _target(
    "order_exception_age_days", "1", _("Target: age of order exceptions"), _("days")
)
