"""Who stands beneath which limit changes: what counts is counted anew, at once and after what was under way."""

from collections.abc import Sequence

from erp.kernel.batch import Batch
from erp.kernel.events import inline, on
from masterdata.parties.events import CustomersMoved

from .events import CreditPathChanged
from .exposure import counted, recount
from .models import CreditAccount
from .reads import ACCOUNTS_OF_GROUPS


@inline(CustomersMoved)
def count_moved_customers(batch: Batch, fact: CustomersMoved) -> None:
    """The limits of the groups that were left and joined, and of those above them."""
    ids = [account_id for (account_id,) in batch.read(ACCOUNTS_OF_GROUPS, sorted(fact.group_ids))]
    if not ids:
        return
    amounts = counted(batch, ids)
    batch.update(CreditAccount, ids, exposure=[amounts[account_id] for account_id in ids])
    batch.publish(*(CreditPathChanged(account_id) for account_id in ids))


@on(CreditPathChanged, size=50)
def recount_changed_paths(batch: Batch, events: Sequence[CreditPathChanged]) -> None:
    """Orders and payments that were under way looked at the path before it was changed."""
    recount(batch, sorted({event.account_id for event in events}))
