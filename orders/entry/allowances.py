"""What agreements and budgets still allow, under the lock of the order that asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from erp.kernel.batch import Batch
from orders.pricing.draws import lock_allowances

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


def wanted_draws(line_ids: Sequence[int], outcomes: Sequence[LineOutcome]) -> list[tuple[int, int, Decimal]]:
    """(line id, allowance id, amount) of everything the lines' prices use up."""
    return [
        (line_id, allowance_id, amount)
        for line_id, outcome in zip(line_ids, outcomes, strict=True)
        for allowance_id, amount in outcome.priced.draws
        if amount
    ]
