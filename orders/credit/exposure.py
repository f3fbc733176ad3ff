"""The exposure of credit accounts: locked along a payer's path, moved with every debt, counted when a limit is new."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from erp.kernel.batch import Batch

from .events import CreditEased
from .models import CreditAccount
from .owed import OWED
from .reads import BENEATH, KEPT, LOCK_PATH, LOCK_TABLE, ORDERED
from .rules import Account

ZERO = Decimal(0)


def lock_accounts(batch: Batch, payer_ids: Iterable[int]) -> dict[int, list[Account]]:
    """The limits that each payer draws on, locked in one order; payers without a limit on their path are left out."""
    found: defaultdict[int, list[Account]] = defaultdict(list)
    for account_id, payer_id, holder, limit, exposure in batch.read(LOCK_PATH, sorted(set(payer_ids))):
        found[payer_id].append(Account(account_id, holder, limit, exposure))
    return dict(found)


def move(batch: Batch, amounts: Mapping[int, Decimal]) -> None:
    """Add to the exposure of accounts that are locked, by id; where it falls, orders that wait may go on."""
    moved = {account_id: amount for account_id, amount in sorted(amounts.items()) if amount}
    batch.update(CreditAccount, list(moved), add={"exposure": list(moved.values())})
    batch.publish(*(CreditEased(account_id) for account_id, amount in moved.items() if amount < 0))


def look_again(batch: Batch, accounts: Sequence[Account]) -> None:
    """An order that waits for these limits asks for less: it may fit now. Who looks beneath one of them finds it."""
    batch.publish(*(CreditEased(account.account_id) for account in accounts[:1]))


def move_payers(batch: Batch, amounts: Mapping[int, Decimal]) -> None:
    """Lock the accounts of payers by id and add to them, as far as something is to be added."""
    moved = {payer_id: amount for payer_id, amount in amounts.items() if amount}
    if not moved:
        return
    by_account: defaultdict[int, Decimal] = defaultdict(Decimal)
    for payer_id, accounts in lock_accounts(batch, moved).items():
        for account in accounts:
            by_account[account.account_id] += moved[payer_id]
    move(batch, by_account)


def recount(batch: Batch, account_ids: Sequence[int]) -> None:
    """Count accounts anew after every verb that looked at the path before it was changed has ended."""
    with batch.database.cursor() as cursor:
        cursor.execute(LOCK_TABLE)
    amounts = counted(batch, account_ids)
    kept = [account_id for account_id, *_ in batch.read(KEPT, sorted(amounts))]
    batch.update(CreditAccount, kept, exposure=[amounts[account_id] for account_id in kept])
    batch.publish(*(CreditEased(account_id) for account_id in kept))


def counted(batch: Batch, account_ids: Sequence[int]) -> dict[int, Decimal]:
    """Everything that counts against accounts with a limit: orders not yet invoiced and what other rooms know."""
    beneath: defaultdict[int, list[int]] = defaultdict(list)
    for account_id, payer_id in batch.read(BENEATH, sorted(account_ids)):
        beneath[account_id].append(payer_id)
    by_payer = debts(batch, {payer_id for payers in beneath.values() for payer_id in payers})
    return {
        account_id: sum((by_payer[payer_id] for payer_id in beneath[account_id]), ZERO)
        for account_id in account_ids
    }


def debts(batch: Batch, payer_ids: Iterable[int]) -> dict[int, Decimal]:
    """What counts of each payer's debts, summed from the documents, in the payer's currency."""
    ids = sorted(set(payer_ids))
    total = dict.fromkeys(ids, ZERO)
    for payer_id, amount in batch.read(ORDERED, ids):
        total[payer_id] += amount
    for known in OWED:
        for payer_id, amount in known(batch, ids).items():
            total[payer_id] += amount
    return total
