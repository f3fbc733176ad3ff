"""What the house decides about keeping prices."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

SET_ALONE = declare(
    key="masterdata.set_prices_alone",
    type=bool,
    default=False,
    levels=("company",),
    owner="process_owner",
    title=_("Prices in use are set by one person"),
    help=_("No: a price that somebody buys at is proposed, weighed and approved by a second person (PR04)."),
)
