"""Versions of the order rules as a reader may see them, and which of them holds."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from . import snapshot
from .models import OrderRule, RuleVersion
from .rules import Rule, stored_rule


def rule_versions(*, user: Any) -> QuerySet[RuleVersion]:
    """Versions of the companies in scope, newest first, each with how many rules it has (`count`)."""
    rows = RuleVersion.objects.visible_to(user).select_related(
        "company", "based_on", "written_by", "proposed_by", "decided_by"
    )
    return rows.annotate(count=Count("rules")).order_by("-pk")


def rules_of(version: RuleVersion) -> list[OrderRule]:
    """Its rules by sequence."""
    return list(version.rules.order_by("sequence"))


def as_asked(rows: Iterable[OrderRule]) -> list[Rule]:
    """The rules as they are evaluated."""
    return [
        stored_rule(row.pk, row.sequence, row.name, row.conditions, row.kind, row.outcome) for row in rows
    ]


def standing(version: RuleVersion) -> str:
    """Its state as it is shown: of what was approved one holds today, some are to come, the others have been."""
    if version.state != RuleVersion.State.APPROVED or version.valid_from is None:
        return version.state
    today = timezone.localdate()
    if version.valid_from > today:
        return "scheduled"
    books = snapshot.current().get(version.company_id, ())
    now = next((book for book in books if book.valid_from <= today), None)
    return "holds" if now and now.version_id == version.pk else "past"


def present_rules(*, user: Any, company_id: int) -> RuleVersion | None:
    """The company's rules in force, else what was approved last: what a change begins with."""
    approved = rule_versions(user=user).filter(company=company_id, state=RuleVersion.State.APPROVED)
    return next((row for row in approved if standing(row) == "holds"), approved.first())
