"""What the house decides about orders that come from outside."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

PARTIAL_INTAKE = declare(
    key="orders.partial_intake",
    type=bool,
    default=True,
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Take good lines, park the others"),
    help=_("When off, an order with a line that cannot be taken waits as a whole."),
)

PRICE_DIFFERENCE = declare(
    key="orders.price_difference",
    type=str,
    default="hold",
    choices=(
        ("hold", _("Order the line, hold the order")),
        ("park", _("Park the line")),
        ("ignore", _("Take our price")),
    ),
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Price of a document differs from ours"),
    help=_("What happens when the price that a customer's document expects is not ours."),
)
PRICE_TOLERANCE = declare(
    key="orders.price_tolerance_percent",
    type=Decimal,
    default=Decimal("0.5"),
    minimum=Decimal(0),
    maximum=Decimal(100),
    unit="%",
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Price difference that is let pass"),
    help=_("In percent of the price that the customer's document expects."),
)
