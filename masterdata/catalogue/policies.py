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
CATALOGUE_CLASS = declare(
    key="masterdata.catalogue_class",
    type=str,
    default="",
    levels=("company",),
    owner="data_steward",
    title=_("Class of items from catalogues"),
    help=_(
        "The code of the class that an item gets when it is sold from a catalogue at the order desk. Empty: the class "
        "that most items of the supplier have."
    ),
)
