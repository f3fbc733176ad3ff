"""How often bins are counted, and how exact a count must be (CC01, CC02)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from masterdata.policies.registry import Policy, declare, declare_days, declare_percent

LEVELS = ("site", "company")


def _days(count_class: str, days: int) -> Policy[int]:
    return declare_days(
        f"inventory.count_days_{count_class.lower()}",
        days,
        minimum=1,
        maximum=3650,
        levels=LEVELS,
        owner="warehouse",
        title=_("Days between counts: class %(name)s") % {"name": count_class},
        help=_("A bin with goods of this class is planned again after so many days."),
    )


def _tolerance(count_class: str, percent: int) -> Policy[Any]:
    return declare_percent(
        f"inventory.count_tolerance_{count_class.lower()}_percent",
        percent,
        levels=LEVELS,
        owner="process_owner",
        title=_("Count tolerance: class %(name)s") % {"name": count_class},
        help=_("A larger difference is counted again by a second person before anything is posted."),
    )


DAYS = {"A": _days("A", 30), "B": _days("B", 90), "C": _days("C", 365)}
TOLERANCE = {"A": _tolerance("A", 0), "B": _tolerance("B", 1), "C": _tolerance("C", 2)}


def _each_day(name: str, default: int, title: Any, help: Any) -> Policy[int]:
    return declare(
        key=f"inventory.{name}",
        type=int,
        default=default,
        minimum=0,
        maximum=10_000,
        levels=LEVELS,
        owner="warehouse",
        title=title,
        help=help,
    )


PER_DAY = _each_day(
    "counts_per_day", 20, _("Counts per day"), _("How many bins a day's plan takes at most by their class.")
)
RANDOM_PER_DAY = _each_day(
    "random_counts_per_day", 2, _("Random counts per day"), _("How many bins more are drawn by lot each day.")
)
