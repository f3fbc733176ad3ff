"""Who gets what comes new into the inbox. By when it is worked is declared with each kind (sources.py)."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare

EXCEPTION_OWNER = declare(
    key="orders.exception_owner",
    type=str,
    default="",
    levels=("site", "company"),
    owner="process_owner",
    title=_("Owner of new order exceptions"),
    help=_("User name of whoever gets a new entry of the inbox. Blank: nobody, it waits to be taken."),
)
