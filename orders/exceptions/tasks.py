"""Celery shell of the inbox."""

from celery import shared_task

from erp.kernel.actor import Actor
from erp.kernel.command import By

from .actions.refresh_exceptions import refresh_exceptions

ROUNDS = 50  # of a sweep that has fallen far behind; the next one goes on


@shared_task
def sweep_inbox() -> None:
    """Beat, every 30 s: promises pass, stock comes, notices leave; entries follow."""
    by = By(Actor.system("orders.exceptions"))
    for _round in range(ROUNDS):
        if not refresh_exceptions(by).more:
            return
