"""Celery shells of blanket orders."""

from celery import shared_task

from erp.kernel.actor import Actor
from erp.kernel.command import By

from .actions.end_blanket import expire_blankets

MOST = 500


@shared_task
def expire_old_blankets() -> None:
    """Beat: end what is past its last day, a few hundred at a time; safe to run twice."""
    while len(expire_blankets(By(Actor.system("orders.blankets")), most=MOST).blanket_ids) == MOST:
        pass
