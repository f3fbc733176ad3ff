"""Start the closing of a month: its checks, and what people did the month before."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from billing.closing.checks import CHECKS, figures_of
from billing.closing.errors import PeriodIsClosed
from billing.closing.models import CloseTask, PeriodClose
from billing.closing.permissions import WORK_CLOSE
from billing.closing.reads import CLOSES_OF_PERIODS, FORMER_TASKS, PERIODS
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import Busy, NotFound

DUE_DAYS = 1  # behind the end of the period, for checks


@dataclass(frozen=True, slots=True)
class CloseStarted:
    close_id: int


@command("billing.start_close", conflicts={"billing_periodclose_period_id_key": lambda **_given: Busy()})
def start_close(batch: Batch, *, period_id: int) -> CloseStarted:
    """Open the close of a period with a task for each check, and with people's tasks of the company's close before.

    Starting twice changes nothing. Raises NotFound, NotPermitted, PeriodIsClosed.
    """
    found = batch.read(PERIODS, [period_id])
    if not found:
        raise NotFound(what=_("period"), reference=period_id)
    _id, company_id, starts_on, ends_on, is_over, zone, name = found[0]
    batch.actor.require(WORK_CLOSE, company=company_id)
    if present := batch.read(CLOSES_OF_PERIODS, [period_id]):
        return CloseStarted(present[0][0])
    if is_over:
        raise PeriodIsClosed(period=name)
    figures = figures_of(batch.read, company_id, starts_on, ends_on, zone)
    former = batch.read(FORMER_TASKS, company_id, starts_on)
    (close_id,) = batch.draw(billing_periodclose=1)["billing_periodclose"]
    batch.insert(
        PeriodClose,
        id=close_id,
        company=company_id,
        period=period_id,
        started_at=batch.now,
        started_by=batch.actor.name,
        checked_at=batch.now,
    )
    batch.insert(
        CloseTask,
        close=close_id,
        check_key=[*(check.key for check in CHECKS), *("" for _row in former)],
        title=[*(str(check.title) for check in CHECKS), *(row[0] for row in former)],
        position=list(range(1, len(CHECKS) + len(former) + 1)),
        is_blocking=[*(check.is_blocking for check in CHECKS), *(row[1] for row in former)],
        owner=[*(None for _check in CHECKS), *(row[2] for row in former)],
        due_on=[
            *(ends_on + timedelta(days=DUE_DAYS) for _check in CHECKS),
            *(ends_on + timedelta(days=row[3]) for row in former),
        ],
        found=[*(figures[check.key].found for check in CHECKS), *(0 for _row in former)],
        books=[*(figures[check.key].books for check in CHECKS), *(None for _row in former)],
        documents=[*(figures[check.key].documents for check in CHECKS), *(None for _row in former)],
        **NOT_SAID,
    )
    batch.decide(
        "billing.start_close", PeriodClose, close_id, {"period": name, "tasks": len(CHECKS) + len(former)}
    )
    return CloseStarted(close_id)


# What nobody has said of a task yet.
NOT_SAID = {"done_by": "", "note": "", "waiver_reason": "", "waiver_asked_by": "", "waived_by": ""}
