"""What the house decides about promising."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

STOCK_HORIZON = declare(
    key="inventory.stock_horizon_days",
    type=int,
    default=30,
    minimum=0,
    maximum=3650,
    unit=_("days"),
    levels=("site", "company"),
    owner="procurement",
    title=_("Stock horizon"),
    help=_(
        "What is wanted later than this leans on the last supplies that come in time; stock stays free for today."
    ),
)
TRANSFER_DAYS = declare(
    key="inventory.transfer_days",
    type=int,
    default=3,
    minimum=0,
    maximum=365,
    unit=_("days"),
    levels=("site", "company"),
    owner="procurement",
    title=_("Transfer time"),
    help=_("Days from leaving another site of the company to being in stock here."),
)
