"""Celery shells of transfers."""

import logging

from celery import shared_task

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from masterdata.places.models import Company

from .actions.propose_transfers import propose_transfers

log = logging.getLogger(__name__)


@shared_task
def propose_all_transfers() -> None:
    """Beat, hourly: compare the sites of each company; twice in a row it changes nothing."""
    actor = Actor.system("inventory.propose_transfers")
    for company_id in Company.objects.order_by("pk").values_list("pk", flat=True):
        try:
            propose_transfers(By(actor), company_id=company_id)
        except DomainError as error:  # the next hour asks again; the other companies do not wait for it
            log.warning("transfers of company %s could not be proposed: %s", company_id, error)
