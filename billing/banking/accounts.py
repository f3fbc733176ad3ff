"""The account of the ledger that a bank's entries, or a bank account, are to go to."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.banking.reads import LEDGER_ACCOUNT, LOCK_LEDGER_ACCOUNT
from erp.kernel.batch import Batch
from erp.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """What stands against posting there, or not."""

    id: int
    company_id: int
    label: str
    kind: str  # Account.Kind
    held_by: str
    is_used: bool
    purposes: Sequence[str]
    bank_kind: str  # of the bank account that it is the account of


def lock_ledger_account(batch: Batch, account_id: int, company_ids: set[int]) -> LedgerAccount:
    """Hold an account of the company, then look: whoever lets a rule lead there holds it, too. Raises NotFound."""
    batch.read(LOCK_LEDGER_ACCOUNT, account_id)
    rows = batch.read(LEDGER_ACCOUNT, account_id)
    if not rows or company_ids - {rows[0][1]}:
        raise NotFound(what="account of this company", reference=account_id)
    return LedgerAccount(*rows[0])
