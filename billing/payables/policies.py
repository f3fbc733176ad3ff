"""How far a supplier's invoice may differ from what was ordered and received, who may accept more, and by when."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from billing.payables.rules import Tolerance
from masterdata.policies.registry import declare_days, declare_limit, declare_percent

COMPANY = ("company",)

PRICE_PERCENT = declare_percent(
    "billing.match_price_percent",
    2,
    levels=COMPANY,
    owner="procurement",
    title=_("Price tolerance of the match, percent"),
    help=_(
        "How much more than ordered a line of a supplier's invoice may charge and still be posted as it is."
    ),
)
PRICE_LIMIT = declare_limit(
    "billing.match_price_limit",
    25,
    levels=COMPANY,
    title=_("Price tolerance of the match, amount"),
    help=_("What a line may charge more at most, whatever the percentage allows. Company currency."),
)
QUANTITY_PERCENT = declare_percent(
    "billing.match_quantity_percent",
    0,
    levels=COMPANY,
    owner="procurement",
    title=_("Quantity tolerance of the match"),
    help=_("How much more than received an invoice may charge; the rest is a price difference."),
)
FREIGHT_LIMIT = declare_limit(
    "billing.match_freight_limit",
    50,
    levels=COMPANY,
    title=_("Freight that is paid without asking"),
    help=_("What a supplier's invoice may charge for freight in all. Company currency."),
)
TAX_LIMIT = declare_limit(
    "billing.match_tax_limit",
    0,
    levels=COMPANY,
    title=_("Tax difference that is taken as stated"),
    help=_("By how much the tax of a rate may differ from rate times base. Company currency."),
)
DUE_DAYS = declare_days(
    "billing.match_due_days",
    3,
    maximum=60,
    levels=COMPANY,
    owner="procurement",
    title=_("Days to work a match exception"),
    help=_("An exception of a supplier's invoice is due this many days after it was opened."),
)
# How much one person may accept of what does not match, by role.
ACCEPT_LIMITS = {
    "procurement": declare_limit(
        "billing.accept_match_limit_procurement",
        500,
        levels=COMPANY,
        title=_("Match exceptions that procurement may accept"),
        help=_("What is at stake in one exception at most. Company currency."),
    ),
    "process_owner": declare_limit(
        "billing.accept_match_limit_process_owner",
        1_000_000,
        levels=COMPANY,
        title=_("Match exceptions that a process owner may accept"),
        help=_("What is at stake in one exception at most. Company currency."),
    ),
}


def tolerance_of(company_id: int, on: date) -> Tolerance:
    """What holds in a company on a day."""
    return Tolerance(
        price_percent=PRICE_PERCENT.value(on=on, company=company_id),
        price_limit=PRICE_LIMIT.value(on=on, company=company_id),
        quantity_percent=QUANTITY_PERCENT.value(on=on, company=company_id),
        freight_limit=FREIGHT_LIMIT.value(on=on, company=company_id),
        tax_limit=TAX_LIMIT.value(on=on, company=company_id),
    )


def accept_limit(roles: set[str], company_id: int, on: date) -> Decimal:
    """The most that somebody with these roles may accept."""
    limits = [
        limit.value(on=on, company=company_id) for role, limit in ACCEPT_LIMITS.items() if role in roles
    ]
    return max(limits, default=Decimal(0))
