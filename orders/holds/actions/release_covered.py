"""Let the orders go on that a payment, a credit or a new limit has made room for."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from erp.kernel.batch import Batch, Row
from erp.kernel.command import command
from orders.credit.exposure import lock_accounts, move
from orders.credit.policies import BY_HAND, RELEASE_ORDER
from orders.credit.rules import Account, Waiting, covered
from orders.holds.events import OrderUnheld
from orders.holds.models import Hold
from orders.holds.reads import WAITING_FOR_CREDIT

from .release_hold import ReleasedHolds


@command("orders.release_covered")
def release_covered(batch: Batch, *, account_ids: Sequence[int]) -> ReleasedHolds:
    """Release the credit holds beneath these accounts that fit every limit on their path now.

    All orders of the tree are looked at together, in the order of the policy orders.credit_release_order, each under
    the locks of its payer's accounts: together they never pass a limit. Statements do not depend on their number.
    """
    rows = batch.read(WAITING_FOR_CREDIT, sorted(set(account_ids)))
    if not rows:
        return ReleasedHolds([], [])
    accounts = lock_accounts(batch, {row[4] for row in rows})
    decided = _decided(batch, rows, accounts)
    released = [row for row, going in decided if going]
    stay = [[row[2], row[8]] for row, going in decided if not going]
    amounts: dict[int, Decimal] = {}
    for row in released:
        for account in accounts.get(row[4], ()):
            amounts[account.account_id] = amounts.get(account.account_id, Decimal(0)) + row[5]
    move(batch, amounts)
    batch.update(
        Hold,
        [row[0] for row in released],
        released_at=batch.now,
        released_by=batch.actor.name,
        release_reason=[f"There is room again: {row[5]} fits every limit." for row in released],
    )
    for row in released:
        batch.decide(
            "orders.release_covered",
            Hold,
            row[0],
            {
                "kind": Hold.Kind.CREDIT.value,
                "amount": row[5],
                "order": row[1],
                "accounts": [account.account_id for account in accounts.get(row[4], ())],
            },
        )
    batch.publish(*(OrderUnheld(order_id=row[1], hold_id=row[0]) for row in released))
    return ReleasedHolds([row[0] for row in released], stay)


def _decided(batch: Batch, rows: Iterable[Row], accounts: dict[int, list[Account]]) -> list[tuple[Row, bool]]:
    """Each order with whether it goes on, company by company, because each has its own policy."""
    by_company: dict[int, list[Row]] = {}
    for row in rows:
        by_company.setdefault(row[3], []).append(row)
    decided = []
    for company_id, waiting in by_company.items():
        rank = RELEASE_ORDER.value(on=batch.now.date(), company=company_id)
        free = {one.account_id: one.free for row in waiting for one in accounts.get(row[4], ())}
        going = set()
        if rank != BY_HAND:
            orders = [
                Waiting(row[0], row[5], [one.account_id for one in accounts.get(row[4], ())], row[6], row[7])
                for row in waiting
            ]
            going = {order.hold_id for order in covered(orders, free, rank)}
        decided += [(row, row[0] in going) for row in waiting]
    return decided
