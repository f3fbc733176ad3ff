"""Look at entries: propose what they pay, and post what is certain."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from billing.banking.models import BankEntry
from billing.banking.permissions import POST_ENTRY
from billing.banking.policies import POST_CERTAIN
from billing.banking.posting import Confirmed, post_cash, post_coded
from billing.banking.proposing import as_proposed, lock_entries, propose_entries
from billing.banking.rules import CERTAIN
from billing.ledger.models import Purpose
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.literals import to_json


@dataclass(frozen=True, slots=True)
class Matched:
    """Entries that were looked at, and those of them that were posted."""

    entry_ids: list[int]
    posted_ids: list[int]


@command("billing.match_entries")
def match_entries(batch: Batch, *, entry_ids: Sequence[int]) -> Matched:
    """Propose anew for entries that are open, of one company; post the certain ones where the policy lets the system.

    Statements do not depend on the number of entries. Raises NotPermitted.
    """
    entries = [one for one in lock_entries(batch, entry_ids, POST_ENTRY) if one.state in BankEntry.OPEN]
    if not entries:
        return Matched([], [])
    found = propose_entries(batch, entries)
    batch.update(
        BankEntry,
        [one.id for one in entries],
        state=BankEntry.State.WAITING.value,
        certainty=[each.certainty for each in found],
        why=[each.why[:300] for each in found],
        customer=[each.customer_id for each in found],
        proposed=[to_json(as_proposed(each.applications)) for each in found],
        add={"version": 1},
    )
    if not POST_CERTAIN.value(on=entries[0].today, company=entries[0].company_id):
        return Matched([one.id for one in entries], [])
    sure = [
        (replace(one, why=each.why[:300]), each)
        for one, each in zip(entries, found, strict=True)
        if each.certainty == CERTAIN and one.has_come
    ]
    cash = [
        Confirmed(one, each.customer_id, each.applications)
        for one, each in sure
        if each.customer_id is not None
    ]
    fees = [one for one, each in sure if each.customer_id is None]
    post_cash(batch, cash, learn=False)
    post_coded(batch, fees, account_id=None, note="", purpose=Purpose.FEES)
    return Matched([one.id for one in entries], [one.id for one, _ in sure])
