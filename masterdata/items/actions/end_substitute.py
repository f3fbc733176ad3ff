"""One item no longer comes instead of another."""

from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked, write

from ..models import Substitute
from ..permissions import SET_SUBSTITUTE


@command("masterdata.end_substitute")
def end_substitute(batch: Batch, *, substitute_id: int, on: date) -> None:
    """Let a rule end: `on` is the first day without it. One that had not begun goes. Raises NotFound, BadInput."""
    batch.actor.require(SET_SUBSTITUTE)
    row = locked(Substitute.objects.all(), substitute_id)
    if row.valid_to is not None and row.valid_to <= on:
        raise BadInput(field="on", reason=_("it ends before that day already."))
    if on <= row.valid_from:
        row.delete()
        return
    write(row, {"valid_to": on})
