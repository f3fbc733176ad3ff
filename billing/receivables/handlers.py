"""What a payer owes, told to the room that keeps the limits."""

from decimal import Decimal

from erp.kernel.batch import Batch
from orders.credit.owed import overdue, owed

OWED = """
SELECT coalesce((SELECT sum(i.open) FROM billing_openitem i WHERE i.customer_id = %s::bigint), 0)
    - coalesce((SELECT sum(r.unapplied) FROM billing_cashreceipt r WHERE r.customer_id = %s::bigint), 0)"""

overdue(
    "SELECT i.open AS amount, i.due_on FROM billing_openitem i"
    " WHERE i.customer_id = %s::bigint AND i.due_on < %s::date AND NOT i.open = 0 AND i.open > 0"
)


@owed
def receivable(batch: Batch, customer_id: int) -> Decimal:
    """Open items less cash that is not applied, in the payer's currency."""
    ((amount,),) = batch.read(OWED, customer_id, customer_id)
    return Decimal(amount)
