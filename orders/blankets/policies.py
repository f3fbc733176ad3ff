"""What the house decides about blanket orders."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

TOLERANCE = declare(
    key="orders.blanket_tolerance_percent",
    type=Decimal,
    default=Decimal(0),
    minimum=Decimal(0),
    maximum=Decimal(100),
    unit=_("%"),
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Tolerance of blanket orders"),
    help=_(
        "How much more than committed may be called off at the agreed price. Taken when the frame is agreed."
    ),
)
WARNING = declare(
    key="orders.blanket_warning_percent",
    type=Decimal,
    default=Decimal(80),
    minimum=Decimal(1),
    maximum=Decimal(100),
    unit=_("%"),
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Blanket order nearly used up"),
    help=_("From this share of the commitment on, each call-off says what is left."),
)
