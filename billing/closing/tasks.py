"""Celery shells of closing."""

from celery import shared_task

from billing.closing.actions.seal_days import seal_days
from erp.kernel.actor import Actor
from erp.kernel.command import By


@shared_task
def seal_ledgers() -> None:
    """Beat, every hour: the days that are over are sealed; the first of a day does the work."""
    seal_days(By(Actor.system("billing.seal_ledgers")))
