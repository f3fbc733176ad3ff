"""Celery shells of the kernel."""

from celery import shared_task

from . import outbox
from .events import subscribers
from .jobs import run_job, sweep_jobs
from .upkeep import make_partitions, purge_finished

__all__ = ["deliver_outbox", "make_partitions", "purge_finished", "run_job", "sweep_jobs", "sweep_outbox"]


@shared_task
def deliver_outbox(names: list[str]) -> None:
    """Deliver what is due for these subscribers; safe to run twice, also at once."""
    for name in names:
        outbox.deliver(name)


@shared_task
def sweep_outbox() -> None:
    """Beat, every 5 s: whatever is due and was not poked for, or whose poke was lost."""
    for name in outbox.due_subscribers():
        deliver_outbox.apply_async(args=[[name]], queue=subscribers()[name].queue)
