"""Write a note to entries."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from orders.exceptions.actions.assign_exceptions import write_notes
from orders.exceptions.working import Worked, lock_entries


@command("orders.note_exceptions")
def note_exceptions(batch: Batch, *, exception_ids: Sequence[int], text: str, strict: bool = False) -> Worked:
    """Keep what was found out or agreed; everybody who reads the inbox reads it. Closed entries take none."""
    if not text.strip():
        raise BadInput(field="text", reason=_("write what the next one has to know."))
    free, refused = lock_entries(batch, exception_ids, strict=strict)
    write_notes(batch, [entry.id for entry in free], text)
    return Worked([entry.id for entry in free], refused)
