"""What the house decides about blanket orders."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare_percent

TOLERANCE = declare_percent(
    "orders.blanket_tolerance_percent",
    0,
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Tolerance of blanket orders"),
    help=_(
        "How much more than committed may be called off at the agreed price. Taken when the frame is agreed."
    ),
)
WARNING = declare_percent(
    "orders.blanket_warning_percent",
    80,
    minimum=1,
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Blanket order nearly used up"),
    help=_("From this share of the commitment on, each call-off says what is left."),
)
