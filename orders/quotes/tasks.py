"""Celery shells of quotes."""

from celery import shared_task

from erp.kernel.actor import Actor
from erp.kernel.command import By

from .actions.end_quote import expire_quotes

MOST = 500


@shared_task
def expire_old_quotes() -> None:
    """Beat: end what is past its last day, a few hundred at a time; safe to run twice."""
    while len(expire_quotes(By(Actor.system("orders.quotes")), most=MOST).quote_ids) == MOST:
        pass
