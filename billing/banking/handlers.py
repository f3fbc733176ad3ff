"""Entries that came are proposed for, and posted where that is certain, by a worker."""

from collections.abc import Sequence

from billing.banking.actions.match_entries import match_entries
from billing.banking.events import EntriesCame
from billing.banking.models import BankEntry
from erp.kernel.batch import Batch
from erp.kernel.events import on


@on(EntriesCame, queue="billing")
def match_what_came(batch: Batch, events: Sequence[EntriesCame]) -> None:
    """One stretch of a statement."""
    for event in events:
        found = BankEntry.objects.filter(
            statement=event.statement_id,
            pk__range=(event.first_id, event.last_id),
            state=BankEntry.State.NEW,
        )
        match_entries.inside(batch, entry_ids=list(found.values_list("pk", flat=True)))
