"""How much one person may let go, by role."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare_limit

COMPANY = ("company",)
LIMITS = {
    "finance": declare_limit(
        "billing.payment_limit_finance",
        50_000,
        levels=COMPANY,
        title=_("Payment runs that finance may approve"),
        help=_("The total of one run at most, always of somebody else. Company currency."),
    ),
    "process_owner": declare_limit(
        "billing.payment_limit_process_owner",
        10_000_000,
        levels=COMPANY,
        title=_("Payment runs that a process owner may approve"),
        help=_("The total of one run at most, always of somebody else. Company currency."),
    ),
}


def payment_limit(roles: set[str], company_id: int, on: date) -> Decimal:
    """The most that somebody with these roles may let go at once."""
    limits = [limit.value(on=on, company=company_id) for role, limit in LIMITS.items() if role in roles]
    return max(limits, default=Decimal(0))
