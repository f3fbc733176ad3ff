"""The invoice run: everything earned and unbilled of a company, in chunks that each commit (BI01)."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from celery import shared_task
from django.db import DatabaseError, transaction

from billing.invoicing.actions.credit_return import credit_return
from billing.invoicing.actions.invoice_shipments import INVOICE, Invoiced, invoice_shipments
from billing.invoicing.models import UNBILLED, Billable
from erp.kernel.actor import Actor
from erp.kernel.batch import constant
from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.jobs import JobRun, job, start_job
from erp.kernel.models import Job, User
from masterdata.models import Company

log = logging.getLogger(__name__)

WAITING = """
SELECT DISTINCT d.rma_id FROM orders_customerreturn r
JOIN orders_returndisposition d ON d.rma_id = r.id JOIN orders_returnline k ON k.id = d.line_id
WHERE r.closed_at IS NULL AND d.creditable AND k.creditable > k.credited
  AND CASE WHEN k.kits IS NULL
      THEN EXISTS (SELECT FROM billing_billable b
          WHERE b.kind = 'shipment' AND b.source_id = k.shipment_line_id AND b.billed > 0)
      ELSE NOT EXISTS (SELECT FROM billing_billable b WHERE b.kind = 'kit' AND b.order_line_id = k.order_line_id
          AND b.withdrawn_at IS NULL AND b.billed < b.quantity) END
  AND NOT EXISTS (SELECT FROM billing_returncredit c WHERE c.disposition_id = d.id)
ORDER BY d.rma_id LIMIT 500"""

CHUNK = 300


UNDELIVERED = """
SELECT b.company_id, array_agg(DISTINCT b.shipment_id) FROM billing_billable b
JOIN inventory_shipment s ON s.id = b.shipment_id AND s.delivered_on IS NULL
JOIN orders_salesorder o ON o.id = b.order_id
JOIN masterdata_customer c ON c.id = o.customer_id AND c.billing_trigger = 'delivery'
WHERE b.billed = 0 AND b.billed < b.quantity AND b.withdrawn_at IS NULL
  AND NOT EXISTS (SELECT FROM billing_invoiceexception x WHERE x.shipment_id = s.id AND x.kind = 'pod_missing'
      AND x.resolved_at IS NULL)
GROUP BY b.company_id ORDER BY b.company_id"""


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
    waiting = Billable.objects.filter(UNBILLED, company=company_id, earned_at__lte=up_to)
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


@shared_task
def ask_after_deliveries() -> None:
    """Beat, every hour: what is billed on delivery and has been under way for too long becomes an exception."""
    for company_id, shipment_ids in constant(UNDELIVERED):
        for at in range(0, len(shipment_ids), CHUNK):
            told = {"invoices": 0, "stopped": 0}
            _bill(Actor.system("billing"), company_id, shipment_ids[at : at + CHUNK], told)


@shared_task
def credit_waiting_returns() -> None:
    """Beat, every minute: returns that were inspected before their delivery was invoiced. Safe to run twice."""
    for (return_id,) in constant(WAITING):
        try:
            credit_return(By(Actor.system("billing")), return_id=return_id)
        except DomainError as error:
            log.warning("return %s could not be credited: %s", return_id, error)
