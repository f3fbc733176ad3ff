"""How the house plans its stock where no stocking policy says otherwise: a new warehouse plans by these at once."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import Policy, declare, declare_days, declare_limit

from .models import Method

LEVELS = ("site", "company")
OWNER = "procurement"

METHOD = declare(
    key="inventory.replenishment_method",
    type=str,
    default="reorder_point",
    levels=LEVELS,
    owner=OWNER,
    choices=tuple(Method.choices),
    title=_("Replenishment method"),
    help=_("How stock is filled up where an item's stocking policy names no method."),
)
SERVICE_LEVEL = declare(
    key="inventory.service_level_percent",
    type=Decimal,
    default=Decimal(95),
    minimum=Decimal(50),
    maximum=Decimal("99.99"),
    levels=LEVELS,
    owner=OWNER,
    unit=_("%"),
    title=_("Service level"),
    help=_("In so many of 100 cycles of replenishment the safety stock shall last."),
)
REVIEW_DAYS = declare_days(
    "inventory.review_days",
    7,
    minimum=1,
    maximum=90,
    levels=LEVELS,
    owner=OWNER,
    title=_("Days between reviews"),
    help=_(
        "Ordering up to a level covers the lead time and so many days. The other methods look every night."
    ),
)
COVER_DAYS = declare_days(
    "inventory.order_cover_days",
    30,
    minimum=1,
    maximum=365,
    levels=LEVELS,
    owner=OWNER,
    title=_("Days that an order covers"),
    help=_("How much is ordered beyond the reorder point where no quantity is set."),
)
LEAD_TIME_DAYS = declare_days(
    "inventory.default_lead_time_days",
    14,
    maximum=365,
    levels=LEVELS,
    owner=OWNER,
    title=_("Lead time where no supplier is known"),
    help=_("What nobody is known to sell is planned with it until a supplier is found."),
)
HUB = declare(
    key="inventory.hub_site",
    type=str,
    default="",
    levels=LEVELS,
    owner=OWNER,
    title=_("Hub"),
    help=_("The code of the site that this one is filled up from. Empty: it buys by itself."),
)
ORDER_COST = declare(
    key="inventory.order_cost",
    type=Decimal,
    default=Decimal(40),
    minimum=Decimal(0),
    maximum=Decimal(100_000),
    levels=LEVELS,
    owner=OWNER,
    title=_("Cost of an order line"),
    help=_(
        "What ordering and receiving one line costs, in the company's currency; for economic order quantities."
    ),
)
HOLDING_PERCENT = declare(
    key="inventory.holding_cost_percent",
    type=Decimal,
    default=Decimal(20),
    minimum=Decimal(0),
    maximum=Decimal(200),
    levels=LEVELS,
    owner=OWNER,
    unit=_("%"),
    title=_("Cost of holding stock, a year"),
    help=_("Of the goods' cost; for economic order quantities."),
)
HISTORY_MONTHS = declare(
    key="inventory.forecast_history_months",
    type=int,
    default=36,
    minimum=12,
    maximum=120,
    levels=("company",),
    owner=OWNER,
    unit=_("months"),
    title=_("Months of demand looked at"),
    help=_("Forecasts are made of so many whole months."),
)
PROPOSAL_DAYS = declare_days(
    "inventory.proposal_days",
    7,
    minimum=1,
    maximum=90,
    levels=("company",),
    owner=OWNER,
    title=_("Days a proposal stands"),
    help=_("A proposal that no run has confirmed for so many days expires."),
)
DISMISSED_DAYS = declare_days(
    "inventory.replenishment_dismissed_days",
    7,
    maximum=365,
    levels=("company",),
    owner=OWNER,
    title=_("Days a dismissed replenishment stays away"),
    help=_("The same item is not proposed for the same site again for so many days."),
)


def _limit(role: str, value: int, title: Any) -> Policy[Decimal]:
    return declare_limit(
        f"inventory.buying_limit_{role}",
        value,
        levels=LEVELS,
        title=title,
        help=_(
            "Above this value of what one person orders of a supplier for a site in a day, in the company's currency, "
            "a second person approves it."
        ),
    )


# By role: how much one person may order of a supplier for a site in a day, by proposals.
LIMITS = {
    "procurement": _limit("procurement", 25_000, _("Buying limit: procurement")),
    "process_owner": _limit("process_owner", 1_000_000, _("Buying limit: process owner")),
}
