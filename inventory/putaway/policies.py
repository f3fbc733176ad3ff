"""Whether goods are put away by task, and how soon (WH03, WH12)."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

LEVELS = ("site", "company")

PUTAWAY_TASKS = declare(
    key="inventory.putaway_tasks",
    type=bool,
    default=False,
    levels=LEVELS,
    owner="warehouse",
    title=_("Put away by task"),
    help=_(
        "What is received into a receiving bin waits there as a task until somebody has scanned the bin that it was "
        "put into. Without it goods stay where the receipt says, and are moved without a task."
    ),
)
PUTAWAY_HOURS = declare(
    key="inventory.putaway_hours",
    type=int,
    default=4,
    minimum=1,
    maximum=240,
    levels=LEVELS,
    owner="warehouse",
    unit=_("hours"),
    title=_("Time to put away"),
    help=_("So long after its receipt a task that is still open is late."),
)
