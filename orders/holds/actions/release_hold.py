"""Release holds: let an order go on, with a reason, by someone who did not cause the hold."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, DomainError, NotFound, NotPermitted
from orders.credit.exposure import move_payers
from orders.holds.errors import HoldReleased, OwnHold
from orders.holds.events import OrderUnheld, RushUnheld
from orders.holds.models import Hold
from orders.holds.reads import HOLDS_TO_RELEASE
from orders.holds.rules import RELEASE_RIGHT


@dataclass(frozen=True, slots=True)
class ReleasedHolds:
    """Holds that were released, and those that stay: [[order, reason], ...]."""

    hold_ids: list[int]
    refused: list[list[str]]


@command("orders.release_hold")
def release_hold(batch: Batch, *, hold_id: int, reason: str) -> ReleasedHolds:
    """Release one hold. Raises OwnHold, HoldReleased, NotPermitted with the right of the hold's kind."""
    return release_holds.inside(batch, hold_ids=[hold_id], reason=reason, strict=True)


@command("orders.release_holds")
def release_holds(
    batch: Batch, *, hold_ids: Sequence[int], reason: str, strict: bool = False
) -> ReleasedHolds:
    """Release every hold the actor may release; the others stay and are listed, or with `strict` are raised.

    An order counts against its payer's limit once its credit hold is released. The number of statements does not
    depend on the number of holds.
    """
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why the order may go on."))
    rows = batch.read(HOLDS_TO_RELEASE, sorted(set(hold_ids)))
    if strict and not rows:
        raise NotFound(what=_("hold"), reference=hold_ids[0] if hold_ids else "")
    free, refused = [], []
    for row in rows:
        try:
            _require(batch, row)
        except DomainError as error:
            if strict:
                raise
            refused.append([row[6], str(error)])
        else:
            free.append(row)
    _count_exposure(batch, [row for row in free if row[1] == Hold.Kind.CREDIT and row[9] == "submitted"])
    batch.update(
        Hold,
        [row[0] for row in free],
        released_at=batch.now,
        released_by=batch.actor.name,
        release_reason=reason.strip()[:200],
    )
    for row in free:
        batch.decide(
            "orders.release_hold",
            Hold,
            row[0],
            {"kind": row[1], "amount": row[4], "reason": reason, "order": row[5]},
        )
    batch.publish(*(OrderUnheld(order_id=row[5], hold_id=row[0]) for row in free))
    batch.publish(*(RushUnheld(order_id=row[5]) for row in free if row[1] == Hold.Kind.RUSH))
    return ReleasedHolds([row[0] for row in free], refused)


def _require(batch: Batch, row: tuple[Any, ...]) -> None:
    _hold_id, kind, caused_by, released_by, _amount, _order_id, number, company_id, site_id, *_rest = row
    right = RELEASE_RIGHT[kind]
    if not batch.actor.may(right, company=company_id, site=site_id):
        raise NotPermitted(permission=right)
    if released_by:
        raise HoldReleased(order=number, by=released_by)
    if caused_by == batch.actor.name:
        raise OwnHold(order=number)


def _count_exposure(batch: Batch, rows: Sequence[tuple[Any, ...]]) -> None:
    """What was kept out of the exposure by a credit hold counts from now on."""
    amounts: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        amounts[row[10]] += row[11]
    move_payers(batch, amounts)
