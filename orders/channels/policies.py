"""What the house decides about orders that come from outside."""

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
