"""Bring the inbox up to what stands in the way of orders now: open, restate and close entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from erp.kernel.batch import Batch
from erp.kernel.command import command
from orders.exceptions.models import OrderException
from orders.exceptions.policies import EXCEPTION_OWNER
from orders.exceptions.reads import LOCK, LOOK_UP, ONE_AT_A_TIME, OWNERS, differences, live
from orders.exceptions.rules import rank_of
from orders.exceptions.sources import SOURCES

MOST = 2000  # entries changed in one transaction


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many entries were opened, restated and closed; `more`: others may differ still."""

    opened: int
    restated: int
    closed: int
    more: bool


@dataclass(frozen=True, slots=True)
class _Cause:
    """What a source says now of one subject."""

    kind: str
    subject_id: int
    cause: str
    company_id: int
    site_id: int | None
    customer_id: int | None
    order_id: int | None
    document: str
    detail: str
    amount: Decimal
    currency: str
    promised_on: date
    opened_at: datetime
    owner_id: int | None
    today: date  # the company's


@command("orders.refresh_exceptions")
def refresh_exceptions(batch: Batch, *, order_ids: Sequence[int] | None = None) -> Refreshed:
    """Compare what the sources say with the open entries, of everything or of some orders, and write the difference.

    Asking again changes nothing. The number of statements does not depend on the entries.
    """
    sql, times = live(order_ids is not None)
    ids = [] if order_ids is None else [sorted(set(order_ids))]
    batch.write(ONE_AT_A_TIME)
    if order_ids is None:
        batch.write(LOOK_UP)
    rows = batch.read(
        differences(sql, of_orders=order_ids is not None),
        batch.now,
        *ids * times,
        *ids,
        [each.kind for each in SOURCES.values() if each.read_only],
        MOST,
    )
    fresh = [_Cause(*row[1:]) for row in rows if row[0] is None]
    moved = [(row[0], _Cause(*row[1:])) for row in rows if row[0] is not None and row[1] is not None]
    gone = [row[0] for row in rows if row[1] is None]
    batch.write(LOCK, sorted([*gone, *(entry_id for entry_id, _ in moved)]))
    _open(batch, fresh)
    _restate(batch, moved)
    batch.update(OrderException, gone, closed_at=batch.now)
    return Refreshed(len(fresh), len(moved), len(gone), len(rows) == MOST)


def _open(batch: Batch, fresh: Sequence[_Cause]) -> None:
    """New entries, owned and due by policy; what has an owner elsewhere keeps it."""
    names = {
        (each.company_id, each.site_id): EXCEPTION_OWNER.value(
            on=each.today, company=each.company_id, site=each.site_id
        )
        for each in fresh
    }
    users = dict(batch.read(OWNERS, sorted(set(names.values())))) if any(names.values()) else {}
    batch.insert(
        OrderException,
        kind=[each.kind for each in fresh],
        subject_id=[each.subject_id for each in fresh],
        cause=[each.cause[:60] for each in fresh],
        company=[each.company_id for each in fresh],
        site=[each.site_id for each in fresh],
        customer=[each.customer_id for each in fresh],
        order=[each.order_id for each in fresh],
        document=[each.document[:120] for each in fresh],
        detail=[each.detail[:300] for each in fresh],
        amount=[each.amount for each in fresh],
        currency=[each.currency for each in fresh],
        promised_on=[each.promised_on for each in fresh],
        rank=[rank_of(each.amount, each.promised_on) for each in fresh],
        owner=[
            each.owner_id
            if each.owner_id or SOURCES[each.kind].read_only
            else users.get(names[each.company_id, each.site_id])
            for each in fresh
        ],
        opened_at=[each.opened_at for each in fresh],
        due_on=[
            each.today
            + timedelta(
                days=SOURCES[each.kind].days.value(on=each.today, company=each.company_id, site=each.site_id)
            )
            for each in fresh
        ],
    )


def _restate(batch: Batch, moved: Sequence[tuple[int, _Cause]]) -> None:
    batch.update(
        OrderException,
        [entry_id for entry_id, _ in moved],
        cause=[each.cause[:60] for _, each in moved],
        detail=[each.detail[:300] for _, each in moved],
        amount=[each.amount for _, each in moved],
        promised_on=[each.promised_on for _, each in moved],
        rank=[rank_of(each.amount, each.promised_on) for _, each in moved],
        order=[each.order_id for _, each in moved],
    )
    elsewhere = [(entry_id, each.owner_id) for entry_id, each in moved if SOURCES[each.kind].read_only]
    batch.update(
        OrderException,
        [entry_id for entry_id, _ in elsewhere],
        owner=[owner_id for _, owner_id in elsewhere],
    )
