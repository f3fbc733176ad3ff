"""Celery shells of counting."""

import logging

from celery import shared_task

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from masterdata.places.models import Site

from .actions.plan_counts import plan_counts

log = logging.getLogger(__name__)


@shared_task
def plan_daily_counts() -> None:
    """Beat, hourly: the day's counts of each site, once; later in the day what short picks bring up."""
    actor = Actor.system("inventory.plan_daily_counts")
    for site_id in Site.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True):
        try:
            plan_counts(By(actor), site_id=site_id)
        except DomainError as error:  # the next hour asks again; the other sites do not wait for it
            log.warning("counts of site %s could not be planned: %s", site_id, error)
