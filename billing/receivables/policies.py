"""How far one person may go with what was paid short or over."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

DIFFERENCE_LIMIT = declare(
    key="billing.difference_limit",
    type=Decimal,
    default=Decimal(5),
    levels=("company",),
    owner="finance",
    title=_("Payment differences that finance may code"),
    help=_(
        "What one payment may be short or over in all, in the company's currency, for finance to write it off or keep"
        " it. Cash discounts within the terms do not count. Beyond it, a process owner codes it."
    ),
    minimum=Decimal(0),
)
