"""What the house decides about transfers between its sites."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare_days, declare_limit

LEVELS = ("site", "company")

OWN_LIMIT = declare_limit(
    "inventory.transfer_own_limit",
    1_000,
    levels=LEVELS,
    title=_("Own transfers"),
    help=_(
        "Above this value, in the company's currency, another person than its requester approves a transfer."
    ),
)
# By role: how much a transfer may be worth that it approves.
LIMITS = {
    "procurement": declare_limit(
        "inventory.transfer_limit_procurement",
        25_000,
        levels=LEVELS,
        title=_("Transfer limit: procurement"),
        help=_(
            "Above this value, in the company's currency, somebody with a wider limit approves a transfer."
        ),
    ),
    "process_owner": declare_limit(
        "inventory.transfer_limit_process_owner",
        1_000_000,
        levels=LEVELS,
        title=_("Transfer limit: process owner"),
        help=_("Above this value, in the company's currency, nobody approves a transfer; split it."),
    ),
}
DIFFERENCE_DAYS = declare_days(
    "inventory.transfer_difference_days",
    5,
    minimum=1,
    maximum=365,
    levels=LEVELS,
    owner="warehouse",
    title=_("Days to clear a transfer difference"),
    help=_("What did not arrive is to be found, written off or claimed within so many days."),
)
COVER_DAYS = declare_days(
    "inventory.transfer_cover_days",
    14,
    maximum=365,
    levels=LEVELS,
    owner="procurement",
    title=_("Cover kept when rebalancing"),
    help=_("A site gives away only what it does not use in so many days, by its issues of the last 90."),
)
DISMISSED_DAYS = declare_days(
    "inventory.rebalance_dismissed_days",
    14,
    maximum=365,
    levels=("company",),
    owner="procurement",
    title=_("Days a dismissed proposal stays away"),
    help=_("The same item between the same sites is not proposed again for so many days."),
)
