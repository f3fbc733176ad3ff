"""Who looks after a stopped shipment, and by when."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare, declare_days

EXCEPTION_OWNER = declare(
    key="billing.exception_owner",
    type=str,
    default="",
    levels=("site", "company"),
    owner="finance",
    title=_("Owner of new invoice exceptions"),
    help=_("User name of whoever gets a new exception. Blank: nobody, it waits in the common queue."),
)
EXCEPTION_DUE_DAYS = declare_days(
    "billing.exception_due_days",
    2,
    maximum=60,
    levels=("site", "company"),
    owner="finance",
    title=_("Days to work an invoice exception"),
    help=_("An exception is due this many days after it was opened."),
)
