"""Look again: every check of a close, now."""

from dataclasses import dataclass

from billing.closing.models import PeriodClose
from billing.closing.permissions import WORK_CLOSE
from billing.closing.working import keep_findings, lock_close
from erp.kernel.batch import Batch
from erp.kernel.command import command


@dataclass(frozen=True, slots=True)
class CloseChecked:
    """How many checks are not green."""

    red: int


@command("billing.check_close")
def check_close(batch: Batch, *, close_id: int) -> CloseChecked:
    """Run every check of the close and keep what it found. Raises NotFound, NotPermitted, PeriodIsClosed."""
    close = lock_close(batch, close_id, WORK_CLOSE)
    red = [key for key, figure in keep_findings(batch, close).items() if not figure.is_green]
    batch.decide("billing.check_close", PeriodClose, close_id, {"red": red})
    return CloseChecked(len(red))
