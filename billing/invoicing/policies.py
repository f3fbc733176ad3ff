"""What billing waits for, and how long."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare_days

DELIVERY_PATIENCE = declare_days(
    "billing.delivery_patience_days",
    5,
    maximum=90,
    levels=("company", "site"),
    owner="finance",
    title=_("Days until a delivery is asked after"),
    help=_(
        "For customers who are billed on delivery: a shipment without proof of delivery becomes an invoice exception "
        "this many days after it left."
    ),
)
