"""Who looks after a stopped shipment, and by when."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

EXCEPTION_OWNER = declare(
    key="billing.exception_owner",
    type=str,
    default="",
    levels=("site", "company"),
    owner="finance",
    title=_("Owner of new invoice exceptions"),
    help=_("User name of whoever gets a new exception. Blank: nobody, it waits in the common queue."),
)
EXCEPTION_DUE_DAYS = declare(
    key="billing.exception_due_days",
    type=int,
    default=2,
    minimum=0,
    maximum=60,
    unit=_("days"),
    levels=("site", "company"),
    owner="finance",
    title=_("Days to work an invoice exception"),
    help=_("An exception is due this many days after it was opened."),
)
