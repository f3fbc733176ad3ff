"""The invoice run: everything earned and unbilled of a company, in chunks that each commit (BI01)."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction

from billing.invoicing.actions.invoice_shipments import INVOICE, Invoiced, invoice_shipments
from billing.invoicing.models import Billable
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.jobs import JobRun, job, start_job
from erp.kernel.models import Job, User
from masterdata.models import Company

log = logging.getLogger(__name__)

CHUNK = 300


def start_invoice_run(user: User, company: Company, up_to: datetime) -> Job:
    """Queue a run over what was earned until `up_to`. Raises NotPermitted."""
    Actor.of(user).require(INVOICE, company=company.pk)
    params = {"company": company.pk, "up_to": up_to.isoformat()}
    return start_job("billing.invoice_run", f"Invoice run of {company.code}", params, user)


@job("billing.invoice_run", queue="billing")
def invoice_run(run: JobRun) -> str:
    """Charge shipment after shipment; where it stopped, it goes on. What fails alone is counted and stays unbilled."""
    actor = Actor.of(run.requested_by) if run.requested_by else Actor.system("billing")
    company_id = run.params["company"]
    told = {"after": 0, "through": 0, "invoices": 0, "stopped": 0, "failed": 0, **run.position}
    while ids := _due(company_id, run.params["up_to"], told["after"], CHUNK):
        run.total(told["through"] + len(_due(company_id, run.params["up_to"], told["after"])))
        if run.cancelled:
            break
        failed = _bill(actor, company_id, ids, told)
        told = {
            **told,
            "after": ids[-1],
            "through": told["through"] + len(ids),
            "failed": told["failed"] + failed,
        }
        # The chunk has committed by itself; a worker that dies here repeats it, and finds nothing left to charge.
        with transaction.atomic():
            run.cursor(told)
            run.advance(len(ids), failed=failed)
    return f"{told['invoices']} invoices, {told['stopped']} wait as exceptions, {told['failed']} failed"


def _due(company_id: int, up_to: str, after: int, most: int | None = None) -> list[int]:
    """Shipments with something to charge, in ascending order."""
    waiting = Billable.objects.filter(company=company_id, billed=0, withdrawn_at=None, earned_at__lte=up_to)
    ids = (
        waiting.filter(shipment__gt=after).order_by("shipment").values_list("shipment", flat=True).distinct()
    )
    return list(ids[:most])


def _bill(actor: Actor, company_id: int, ids: Sequence[int], told: dict[str, Any]) -> int:
    """Charge a chunk, halved on failure until the bad shipment stands alone; returns how many failed."""
    try:
        result: Invoiced = invoice_shipments(By(actor), company_id=company_id, shipment_ids=ids)
    except (DomainError, DatabaseError):
        if len(ids) == 1:
            log.exception("shipment %s could not be charged", ids[0])
            return 1
        middle = len(ids) // 2
        return _bill(actor, company_id, ids[:middle], told) + _bill(actor, company_id, ids[middle:], told)
    told["invoices"] += len(result.invoice_ids)
    told["stopped"] += len(result.stopped)
    return 0
