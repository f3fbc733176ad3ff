"""Celery shells of adjustments."""

import logging

from celery import shared_task

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from masterdata.places.models import Site

from .actions.expire_lots import expire_lots

log = logging.getLogger(__name__)


@shared_task
def expire_day() -> None:
    """Beat, every quarter of an hour: wherever a day has begun, its expired lots are sold no longer."""
    actor = Actor.system("inventory.expire_day")
    for site_id in Site.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True):
        try:
            expire_lots(By(actor), site_id=site_id)
        except DomainError as error:  # the next quarter asks again; the other sites do not wait for it
            log.warning("lots of site %s could not be expired: %s", site_id, error)
