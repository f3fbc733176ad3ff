"""Scarce items with what waits for them, runs and what each does line by line, rules on trial."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from inventory.commitments.models import SHORT
from inventory.models import Demand, SiteStock
from inventory.stock.models import Money, Quantity
from inventory.stock.queries import stock_on_hand

from .models import ReallocationLine, ReallocationRun, RuleTrial, RuleTrialLine

_WAITS = """(SELECT {what} FROM inventory_demand d
    LEFT JOIN orders_linedemand ld ON ld.demand_id = d.id LEFT JOIN orders_orderline l ON l.id = ld.line_id
    WHERE d.site_id = inventory_sitestock.site_id AND d.item_id = inventory_sitestock.item_id
        AND d.ordered - d.shipped - d.cancelled - d.reserved > 0)"""
_OPEN = "d.ordered - d.shipped - d.cancelled - d.reserved"
_WORTH = f"l.net * ({_OPEN}) / l.stock_quantity * ld.denominator / ld.numerator"


def _waits(what: str, field: Any) -> RawSQL:
    return RawSQL(_WAITS.format(what=what), (), output_field=field)  # noqa: S611 (constants of this file)


def scarce_items(*, user: Any) -> QuerySet[SiteStock]:
    """Items at sites in scope of which more is wanted than is reserved, with how much, by how many, worth what."""
    short = Demand.objects.filter(SHORT, site=OuterRef("site"), item=OuterRef("item"))
    return (
        stock_on_hand(user=user)
        .filter(Exists(short))
        .annotate(
            missing=_waits(f"sum({_OPEN})", Quantity()),
            lines=_waits("count(*)", IntegerField()),
            worth=_waits(f"coalesce(sum(round({_WORTH}, 2)), 0)", Money()),
        )
    )


def run_list(*, user: Any) -> QuerySet[ReallocationRun]:
    """Runs in scope, with what they do: lines that win and lose, promises that break, money that moves."""
    wins, loses = Q(lines__outcome="wins"), Q(lines__outcome="loses")
    return (
        ReallocationRun.objects.visible_to(user)
        .select_related("site", "company")
        .annotate(
            winners=Count("lines", filter=wins),
            losers=Count("lines", filter=loses),
            broken=Count("lines", filter=Q(lines__broken=True)),
        )
    )


def run_lines(*, user: Any) -> QuerySet[ReallocationLine]:
    """What runs in scope do to each demand."""
    return ReallocationLine.objects.visible_to(user).select_related(
        "run", "item", "entry", "demand__group__party", "order__customer__group"
    )


def totals_of(run: ReallocationRun) -> dict[str, Any]:
    """What the run's page sums up; money in the company's currency."""
    found = run.lines.aggregate(
        won=Sum("open_amount", filter=Q(outcome="wins")),
        lost=Sum("open_amount", filter=Q(outcome="loses")),
        at_risk=Sum("open_amount", filter=Q(broken=True)),
        moved=Sum("amount", filter=Q(amount__gt=0)),
    )
    return {name: value or Decimal(0) for name, value in found.items()}


def rule_trials(*, user: Any) -> QuerySet[RuleTrial]:
    """Trials of order rules in scope, newest first."""
    return RuleTrial.objects.visible_to(user).select_related("rule_version", "company").order_by("-pk")


def trial_lines(*, user: Any) -> QuerySet[RuleTrialLine]:
    """Orders in scope that trials touch, with what happened and what would have."""
    return RuleTrialLine.objects.visible_to(user).select_related(
        "order__customer__party", "site_was", "site_would"
    )
