"""Celery shells of promising."""

from celery import shared_task

from erp.kernel.actor import Actor
from erp.kernel.clock import now
from erp.kernel.command import By

from .actions.end_quotas import end_quotas
from .queries import expired_quotas


@shared_task
def end_expired_quotas() -> None:
    """Beat, hourly: what a quota kept until today goes to those who wait. Safe to run twice, also at once."""
    actor = Actor.system("inventory.end_expired_quotas")
    for quota_ids in expired_quotas(now()).values():
        end_quotas(By(actor), quota_ids=quota_ids, reason="Its day has come.")
