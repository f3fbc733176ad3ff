"""How far each role may adjust stock on its own word (IV09)."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import Policy, declare_limit, declare_percent

LEVELS = ("site", "company")


def _of_role(role: str, words: Any, value: int, percent: int) -> tuple[Policy[Decimal], Policy[Decimal]]:
    """The two limits of one role: company currency, and percent of what the bin holds."""
    return (
        declare_limit(
            f"inventory.adjust_limit_{role}",
            value,
            levels=LEVELS,
            title=_("Adjustment limit: %(role)s") % {"role": words},
            help=_("Above this value, in the company's currency, another person approves an adjustment."),
        ),
        declare_percent(
            f"inventory.adjust_limit_{role}_percent",
            percent,
            levels=LEVELS,
            owner="process_owner",
            title=_("Adjustment limit of a bin: %(role)s") % {"role": words},
            help=_("Above this share of what the bin holds another person approves. 100 asks nobody."),
        ),
    )


LIMITS = {
    "warehouse": _of_role("warehouse", _("warehouse"), 250, 25),
    "finance": _of_role("finance", _("finance"), 5_000, 100),
    "process_owner": _of_role("process_owner", _("process owner"), 1_000_000, 100),
}
