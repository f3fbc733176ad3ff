"""What the house decides about items that it does not keep."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

PROMOTION_LINES = declare(
    key="masterdata.promotion_lines",
    type=int,
    default=6,
    minimum=1,
    maximum=1000,
    unit=_("lines"),
    levels=("company",),
    owner="data_steward",
    title=_("Demand that makes a stock item"),
    help=_(
        "An item from a catalogue that was ordered on so many lines within a year is put forward to be kept in stock."
    ),
)
