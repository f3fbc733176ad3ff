"""What the house decides about taking orders."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

MARGIN_FLOOR = declare(
    key="orders.margin_floor_percent",
    type=Decimal,
    default=Decimal(-100),
    minimum=Decimal(-100),
    maximum=Decimal(100),
    unit=_("%"),
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Margin floor"),
    help=_("An order with a line below this margin on standard cost is held. −100 asks nothing."),
)
