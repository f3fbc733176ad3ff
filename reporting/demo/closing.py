"""The closing of the month before: its checks are run, and people have begun with their tasks."""

from collections.abc import Callable
from datetime import datetime, timedelta

from billing.closing.actions.start_close import start_close
from billing.closing.actions.work_tasks import add_close_task, complete_close_tasks
from erp.kernel.command import By
from masterdata.models import AccountingPeriod
from reporting.demo.masters import MAIN

# What is to be done, and so many days after the end of the month.
TASKS = (("Accrue the rent and the insurances", 2), ("Reconcile the house bank with its letter", 3))


def begin_closing(by: Callable[[str, datetime], By], now: datetime) -> None:
    """Start the close of the main company's last month that is over; the first task is done."""
    periods = AccountingPeriod.objects.filter(company__code=MAIN, closed_at=None, ends_on__lt=now.date())
    last = periods.latest("ends_on")
    started = start_close(by("finance", now - timedelta(hours=2)), period_id=last.pk)
    added = [
        add_close_task(
            by("finance", now - timedelta(hours=2)),
            close_id=started.close_id,
            title=title,
            due_on=last.ends_on + timedelta(days=days),
        ).task_id
        for title, days in TASKS
    ]
    complete_close_tasks(
        by("finance", now - timedelta(hours=1)), task_ids=added[:1], note="As in the month before"
    )
