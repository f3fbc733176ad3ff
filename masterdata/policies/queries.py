"""Policies as a reader sees them: what holds, where it varies, what is proposed, and what held before."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from . import levels
from .models import PolicyValue
from .registry import ENTERPRISE, Policy, policies


@dataclass(slots=True)
class Reading:
    """One policy: the enterprise's value on a day, the variations in effect and the proposals waiting."""

    policy: Policy[Any]
    on: date
    versions: list[PolicyValue] = field(default_factory=list)  # the enterprise's, newest first
    variations: list[tuple[Any, PolicyValue]] = field(default_factory=list)  # with the row each is for
    proposals: list[tuple[Any, PolicyValue]] = field(default_factory=list)

    @property
    def in_effect(self) -> PolicyValue | None:
        """The enterprise's version on the day; None while the code's default holds."""
        return next((row for row in self.versions if holds(row, self.on)), None)

    @property
    def value(self) -> str:
        row = self.in_effect
        return self.policy.say(self.policy.default if row is None else self.policy.parse(row.value))

    @property
    def is_default(self) -> bool:
        return self.in_effect is None


def holds(row: PolicyValue, on: date) -> bool:
    """Whether a version is the one for this day."""
    return row.valid_from <= on and (row.valid_to is None or on < row.valid_to)


def policy_readings(*, user: Any, on: date) -> list[Reading]:
    """Every policy with its values; variations of companies, sites and customers the reader may see only."""
    return _read(user, on, policies())


def policy_reading(*, user: Any, on: date, key: str) -> Reading | None:
    """One policy with all its values."""
    known = {name: policy for name, policy in policies().items() if name == key}
    return next(iter(_read(user, on, known)), None)


def _read(user: Any, on: date, known: dict[str, Policy[Any]]) -> list[Reading]:
    rows = list(
        PolicyValue.objects.filter(Q(key__in=known))
        .select_related("proposed_by", "approved_by")
        .order_by("-valid_from", "-pk")
    )
    named = levels.names({row.scope for row in rows}, user)
    by_key: defaultdict[str, list[PolicyValue]] = defaultdict(list)
    for row in rows:
        by_key[row.key].append(row)
    readings = []
    for key, policy in known.items():
        reading = Reading(policy, on)
        for row in by_key[key]:
            if row.scope == ENTERPRISE:
                reading.versions.append(row)
            elif row.scope in named:
                kept = reading.proposals if row.approved_by_id is None else reading.variations
                kept.append((named[row.scope], row))
        readings.append(reading)
    return readings


def newest_version(key: str) -> int:
    """Id of the enterprise's last value that anybody set; 0 while there is none."""
    values = PolicyValue.objects.filter(key=key, scope=ENTERPRISE).order_by("-pk")
    return values.values_list("pk", flat=True).first() or 0
