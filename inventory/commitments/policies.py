"""What the house decides about promising."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare_days

STOCK_HORIZON = declare_days(
    "inventory.stock_horizon_days",
    30,
    maximum=3650,
    levels=("site", "company"),
    owner="procurement",
    title=_("Stock horizon"),
    help=_(
        "What is wanted later than this leans on the last supplies that come in time; stock stays free for today."
    ),
)
TRANSFER_DAYS = declare_days(
    "inventory.transfer_days",
    3,
    maximum=365,
    levels=("site", "company"),
    owner="procurement",
    title=_("Transfer time"),
    help=_("Days from leaving another site of the company to being in stock here."),
)
