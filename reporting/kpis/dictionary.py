"""The one KPI dictionary: what each figure means, for every site alike (KP01)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import Policy

from . import policies


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure. `formula` and `exclusions` are what an auditor would ask; `better` says which way is good."""

    key: str
    title: Any
    formula: Any
    grain: Any
    unit: str  # money, percent, hours, days, count, ratio
    owner: Any
    exclusions: Any
    better: Literal["up", "down", "neither"]
    version: int = 1
    target: Policy[Decimal] | None = None


_ALL = (
    Kpi(
        "order_intake",
        _("Order intake"),
        _("Σ net of order lines, on the day the order was accepted"),
        _("Order line, by the shipping site's day"),
        "money",
        _("Head of sales"),
        _("What was cancelled is taken off the day of its order."),
        "up",
    ),
    Kpi(
        "unit_fill",
        _("Unit fill rate, first pass"),
        _("Σ min(quantity on the first shipment by the committed cut-off, ordered) ÷ Σ ordered"),
        _("Order line due, in stock units"),
        "percent",
        _("Head of logistics"),
        _(
            "Cancelled quantity and services. Substitutes do not fill the original item; what they filled stands "
            "apart. Days that are not over."
        ),
        "up",
        target=policies.UNIT_FILL,
    ),
    Kpi(
        "line_fill",
        _("Line fill rate, first pass"),
        _("Lines shipped complete on the first shipment by the committed cut-off ÷ lines due"),
        _("Order line due"),
        "percent",
        _("Head of logistics"),
        _("Cancelled lines and services. Days that are not over."),
        "up",
        target=policies.LINE_FILL,
    ),
    Kpi(
        "order_fill",
        _("Order fill rate, first pass"),
        _("Orders with all lines complete on the first shipment by the committed cut-off ÷ orders due"),
        _("Order due"),
        "percent",
        _("Head of logistics"),
        _("Orders of services only, cancelled orders. Days that are not over."),
        "up",
        target=policies.ORDER_FILL,
    ),
    Kpi(
        "backorders",
        _("Backorders"),
        _("Σ open quantity × net price of lines still open after the day they were due"),
        _("Open order line"),
        "money",
        _("Head of logistics"),
        _("Lines whose committed day has not passed; what was cancelled."),
        "down",
    ),
    Kpi(
        "backorder_age",
        _("Age of backorders, weighted"),
        _("Σ (age × open value) ÷ Σ open value; age = today − originally requested day"),
        _("Open backorder line"),
        "days",
        _("Head of logistics"),
        _("As for backorders."),
        "down",
        target=policies.BACKORDER_AGE,
    ),
    Kpi(
        "order_cycle",
        _("Order cycle time"),
        _(
            "Ship-confirm of the last line − the later of acceptance and (requested ship day − standard lead time)"
        ),
        _("Order completed; median, with the 90th percentile beside it"),
        "hours",
        _("Head of logistics"),
        _("Days on which the site is closed. Orders not yet complete."),
        "down",
        target=policies.ORDER_CYCLE,
    ),
    Kpi(
        "billing_cycle",
        _("Billing cycle time"),
        _("Invoice issued − ship-confirm"),
        _("Invoice; median, with the 90th percentile and the share within 24 hours beside it"),
        "hours",
        _("Head of finance"),
        _("Credit memos. Elapsed hours: billing runs around the clock."),
        "down",
        target=policies.BILLING_CYCLE,
    ),
    Kpi(
        "return_cycle",
        _("Return cycle time"),
        _(
            "Last credit − request, and the medians of its stages: request → approval → first goods received → last "
            "goods inspected → last credit"
        ),
        _("Return closed with a credit; median, with the 90th percentile beside it"),
        "days",
        _("Head of customer service"),
        _("Returns without a credit: rejected, cancelled, nothing came. Elapsed days."),
        "down",
        target=policies.RETURN_CYCLE,
    ),
    Kpi(
        "invoice_exceptions",
        _("Invoice exceptions"),
        _("Exceptions open now; age = now − opened, by type"),
        _("Invoice exception"),
        "count",
        _("Head of finance"),
        _("Resolved ones."),
        "down",
        target=policies.EXCEPTION_AGE,
    ),
    Kpi(
        "order_exceptions",
        _("Order exceptions"),
        _("Entries of the exception inbox open now; age = now − opened, by kind"),
        _("Exception of an order, a line or an intake document"),
        "count",
        _("Head of customer service"),
        _("Closed ones. Stopped invoices: they are invoice exceptions."),
        "down",
        target=policies.ORDER_EXCEPTION_AGE,
    ),
    Kpi(
        "gross_margin",
        _("Gross margin"),
        _("(Σ invoiced net − Σ cost of the goods invoiced) ÷ Σ invoiced net"),
        _("Invoice line, on the invoice's date"),
        "percent",
        _("Head of sales"),
        _("Credit memos count against both. Cost is what the goods were valued at when they left."),
        "up",
        target=policies.MARGIN,
    ),
    Kpi(
        "inventory_value",
        _("Inventory value"),
        _("Σ value of own stock, from the stock ledger"),
        _("Site and item class, at the end of the day"),
        "money",
        _("Head of finance"),
        _("Stock of others."),
        "neither",
    ),
    Kpi(
        "inventory_turns",
        _("Inventory turns"),
        _("Annualised cost of goods shipped from stock ÷ average inventory value at cost"),
        _("Site and item class; average of the opening value and the period-end points (13 for a year)"),
        "ratio",
        _("Head of procurement"),
        _("Drop shipments. Days before the first stock posting."),
        "up",
        target=policies.TURNS,
    ),
)

DICTIONARY = {kpi.key: kpi for kpi in _ALL}
