"""A period stays open while a blocking check is not green and nobody has waived it, or a person's task is not done."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from billing.closing.checks import CHECKS, Check, figures_of
from billing.closing.reads import CLOSES_OF_PERIODS, PERIODS
from billing.closing.rules import Figure, keeps_open
from billing.closing.working import LockedClose, keep_findings, lock_closes
from billing.ledger.guards import close_guard
from erp.kernel.batch import Batch
from erp.kernel.events import Refusal


@close_guard.check
def unfinished(batch: Batch, period_ids: Sequence[int]) -> list[Refusal]:
    """Every check is run behind the period's lock; where there is a close, it keeps what was found."""
    ids = [row[0] for row in batch.read(CLOSES_OF_PERIODS, list(period_ids))]
    closes = {close.period_id: close for close in lock_closes(batch, ids)}
    refusals = []
    for period_id, company_id, starts_on, ends_on, _is_over, zone, _name in batch.read(
        PERIODS, list(period_ids)
    ):
        close = closes.get(period_id)
        if close is None:
            figures = figures_of(batch.read, company_id, starts_on, ends_on, zone)
        else:
            figures = keep_findings(batch, close)
        sentences = [
            _sentence(check, figures[check.key])
            for check in CHECKS
            if check.is_blocking
            and not figures[check.key].is_green
            and not _waived(close, check, figures[check.key])
        ]
        if close is not None:
            sentences += [
                _("“%(task)s” is not done.") % {"task": task.title}
                for task in close.tasks
                if not task.check_key and keeps_open(task)
            ]
        refusals += [Refusal(period_id, "billing.close_task_open", each, "finance") for each in sentences]
    return refusals


def _waived(close: LockedClose | None, check: Check, figure: Figure) -> bool:
    """Whether a second person has waived exactly this figure."""
    return close is not None and any(
        task.check_key == check.key and task.waived_by and task.figure == figure for task in close.tasks
    )


def _sentence(check: Check, figure: Figure) -> str:
    if figure.books is None or figure.documents is None:
        return _("“%(check)s” is not so: %(n)s open.") % {"check": check.title, "n": figure.found}
    return _("“%(check)s” is not so: %(difference)s.") % {
        "check": check.title,
        "difference": figure.books - figure.documents,
    }
