"""What the house decides about quotes."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare_days

QUOTE_DAYS = declare_days(
    "orders.quote_days",
    30,
    minimum=1,
    maximum=730,
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Validity of a quote"),
    help=_("How long quoted prices are held unless the quote says another day."),
)
MOST_DAYS = declare_days(
    "orders.quote_days_most",
    365,
    minimum=1,
    maximum=3650,
    levels=("company",),
    owner="process_owner",
    title=_("Longest validity of a quote"),
    help=_("No quote may promise its prices for longer."),
)
