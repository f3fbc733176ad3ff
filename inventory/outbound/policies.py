"""What the warehouse decides by data."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare, declare_days

PACKING_REQUIRED = declare(
    key="inventory.packing_required",
    type=bool,
    default=False,
    levels=("company", "site"),
    owner="warehouse",
    title=_("Packing required"),
    help=_("A shipment is packed into weighed cartons before it can be confirmed."),
)
PICK_WITH_RELEASE = declare(
    key="inventory.pick_with_release",
    type=bool,
    default=False,
    levels=("company", "site"),
    owner="warehouse",
    title=_("Pick with release"),
    help=_(
        "For sites that confirm no picks: a release counts as picked in full, and the shipment is ready to pack or "
        "to ship at once. What then is not there is told by cancelling the shipment and counting the bin."
    ),
)
RELEASE_HORIZON = declare_days(
    "inventory.release_horizon_days",
    0,
    maximum=60,
    levels=("company", "site"),
    owner="warehouse",
    title=_("Release horizon"),
    help=_("How many days before its ship date the release page offers a delivery as due."),
)
