"""What the house decides about quotes."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

QUOTE_DAYS = declare(
    key="orders.quote_days",
    type=int,
    default=30,
    minimum=1,
    maximum=730,
    unit=_("days"),
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Validity of a quote"),
    help=_("How long quoted prices are held unless the quote says another day."),
)
MOST_DAYS = declare(
    key="orders.quote_days_most",
    type=int,
    default=365,
    minimum=1,
    maximum=3650,
    unit=_("days"),
    levels=("company",),
    owner="process_owner",
    title=_("Longest validity of a quote"),
    help=_("No quote may promise its prices for longer."),
)
