"""What the house decides about keeping prices."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare, declare_percent

SET_ALONE = declare(
    key="masterdata.set_prices_alone",
    type=bool,
    default=False,
    levels=("company",),
    owner="process_owner",
    title=_("Prices in use are set by one person"),
    help=_("No: a price that somebody buys at is proposed, weighed and approved by a second person (PR04)."),
)
CHANGE_ALONE = declare_percent(
    "masterdata.price_change_alone_percent",
    5,
    levels=("company",),
    owner="process_owner",
    title=_("Price change in use by one person, at most"),
    help=_(
        "A price that somebody buys at may move so far from every price of the last 30 days without a proposal. "
        "0: every change is proposed."
    ),
)
