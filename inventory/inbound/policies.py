"""How soon what was wrong with a delivery is cleared (WH02)."""

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import declare_days

DIFFERENCE_DAYS = declare_days(
    "inventory.receipt_difference_days",
    3,
    maximum=90,
    levels=("site", "company"),
    owner="procurement",
    title=_("Time to clear a receipt difference"),
    help=_("So many days after the dock reported it a difference that is still open is late."),
)
