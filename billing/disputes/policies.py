"""Who gets a dispute, by when it is answered, and how far each role may write off."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare, declare_days, declare_limit

LEVELS = ("company",)

DISPUTE_OWNER = declare(
    key="billing.dispute_owner",
    type=str,
    default="",
    levels=LEVELS,
    owner="finance",
    title=_("Owner of new disputes"),
    help=_("User name of whoever gets a new dispute. Blank: nobody, it waits in the common queue."),
)
DISPUTE_DUE_DAYS = declare_days(
    "billing.dispute_due_days",
    14,
    minimum=1,
    maximum=365,
    levels=LEVELS,
    owner="finance",
    title=_("Days to answer a dispute"),
    help=_("A dispute is due this many days after it was opened."),
)
# By role: how much of one invoice somebody may write off on their own word, and approve of what others propose.
LIMITS = {
    "finance": declare_limit(
        "billing.write_off_limit_finance",
        250,
        levels=LEVELS,
        title=_("Write-off limit: finance"),
        help=_(
            "Above this value of one invoice, in the company's currency, another person with a wider limit approves a"
            " write-off."
        ),
    ),
    "process_owner": declare_limit(
        "billing.write_off_limit_process_owner",
        25_000,
        levels=LEVELS,
        title=_("Write-off limit: process owner"),
        help=_("Above this value of one invoice, in the company's currency, nothing is written off."),
    ),
}
