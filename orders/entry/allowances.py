"""What agreements, budgets and coupons allow, under the lock of the order that asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from orders.pricing.coupons import FoundCoupon, refuse_idle
from orders.pricing.draws import lock_allowances
from orders.pricing.errors import CouponRefused

from .gates import LineOutcome
from .reads import LineFacts

NOTHING: Mapping[int, Decimal] = {}


def with_allowances(
    batch: Batch, facts: Sequence[LineFacts], given_back: Mapping[int, Decimal] = NOTHING
) -> list[LineFacts]:
    """The facts with what is left of each allowance that may be used, locked; no statement where there is none."""
    ids = {each.allowance_id for fact in facts for each in fact.candidates if each.allowance_id is not None}
    if not ids and not given_back:
        return list(facts)
    left = lock_allowances(batch, ids, given_back)
    return [
        replace(
            fact,
            candidates=[
                replace(each, left=left.get(each.allowance_id)) if each.allowance_id is not None else each
                for each in fact.candidates
            ],
        )
        for fact in facts
    ]


def opened_by(coupon: FoundCoupon | None, facts: Sequence[LineFacts]) -> list[LineFacts]:
    """The facts whose candidates say which of them the coupon opened."""
    if coupon is None:
        return list(facts)
    return [
        replace(
            fact,
            candidates=[
                replace(each, coupon=coupon.code) if each.scope_id == coupon.scope_id else each
                for each in fact.candidates
            ],
        )
        for fact in facts
    ]


def wanted_draws(line_ids: Sequence[int], outcomes: Sequence[LineOutcome]) -> list[tuple[int, int, Decimal]]:
    """(line id, allowance id, amount) of everything the lines' prices use up."""
    return [
        (line_id, allowance_id, amount)
        for line_id, outcome in zip(line_ids, outcomes, strict=True)
        for allowance_id, amount in outcome.priced.draws
        if amount
    ]


def coupon_problem(code: str, found: FoundCoupon | None, on: date, outcomes: Sequence[LineOutcome]) -> str:
    """Why submit would refuse the code now; empty where it would not, or where there is none."""
    if not code:
        return ""
    if found is None:
        return _("there is no such code")
    if problem := found.problem(on):
        return problem
    try:
        refuse_idle(found, [outcome.priced.steps for outcome in outcomes])
    except CouponRefused as refusal:
        return str(refusal.context["cause"])
    return ""
