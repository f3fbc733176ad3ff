"""What the house decides about credit."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

BY_HAND = "by_hand"

RELEASE_ORDER = declare(
    key="orders.credit_release_order",
    type=str,
    default="oldest",
    levels=("company",),
    owner="finance",
    title=_("Held orders that go on when a payment makes room"),
    help=_("Which of the orders that wait for credit take the room first. By hand: none goes on by itself."),
    choices=(
        ("oldest", _("longest held first")),
        ("priority", _("by priority of the customer's group")),
        ("smallest", _("smallest amount first")),
        (BY_HAND, _("by hand")),
    ),
)
