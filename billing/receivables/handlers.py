"""What payers owe, told to the room that keeps the limits."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from billing.ledger.models import Purpose
from billing.ledger.tester import credit, debit, posting_event
from erp.kernel.batch import Batch
from orders.credit.owed import overdue, owed

from .reads import OWED

overdue(
    "SELECT i.open AS amount, i.disputed, i.due_on FROM billing_openitem i"
    " WHERE i.customer_id = %s::bigint AND i.due_on < %s::date AND NOT i.open = 0 AND i.open > 0"
)

posting_event(
    "receipt",
    _("Customer's payment"),
    debit(Purpose.CASH),
    credit(Purpose.RECEIVABLE),
    credit(Purpose.UNAPPLIED),
)


@owed
def receivables(batch: Batch, customer_ids: Sequence[int]) -> dict[int, Decimal]:
    """Open items less cash that is not applied, in the payer's currency."""
    return dict(batch.read(OWED, list(customer_ids), list(customer_ids)))
