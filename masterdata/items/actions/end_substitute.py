"""One item no longer comes instead of another."""

from datetime import date

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import end_on, locked

from ..models import Substitute
from ..permissions import SET_SUBSTITUTE


@command("masterdata.end_substitute")
def end_substitute(batch: Batch, *, substitute_id: int, on: date) -> None:
    """Let a rule end: `on` is the first day without it. One that had not begun goes. Raises NotFound, BadInput."""
    batch.actor.require(SET_SUBSTITUTE)
    row = locked(Substitute.objects.all(), substitute_id)
    end_on(row, on)
