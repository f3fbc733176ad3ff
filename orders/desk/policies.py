"""What the house decides about where an order ships from."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

SOURCING = declare(
    key="orders.sourcing",
    type=str,
    default="soonest",
    choices=(
        ("soonest", _("Other sites by the day on which they can ship")),
        ("nearest", _("Sites in the country of delivery first, then by day")),
        ("cost", _("Whole orders by what carriage costs, then by day")),
        ("own", _("Only the customer's own site")),
    ),
    levels=("customer", "company"),
    owner="process_owner",
    title=_("Sites that are offered when one is short"),
    help=_("Nothing is split or moved by itself: a person takes another site, or lets two of them deliver."),
)
