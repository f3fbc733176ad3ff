"""What a payer owes, told to the room that keeps the limits."""

from decimal import Decimal

from erp.kernel.batch import Batch
from orders.credit.owed import owed

OWED = """
SELECT coalesce((SELECT sum(i.open) FROM billing_openitem i WHERE i.customer_id = %s::bigint), 0)
    - coalesce((SELECT sum(r.unapplied) FROM billing_cashreceipt r WHERE r.customer_id = %s::bigint), 0)"""


@owed
def receivable(batch: Batch, customer_id: int) -> Decimal:
    """Open items less cash that is not applied, in the payer's currency."""
    ((amount,),) = batch.read(OWED, customer_id, customer_id)
    return Decimal(amount)
