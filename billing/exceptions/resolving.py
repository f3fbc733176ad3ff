"""What every resolution does: lock orders before exceptions, close, and let the billing rules run again."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from billing.exceptions.models import InvoiceException
from billing.exceptions.reads import LOCK_ORDERS_OF, STILL_OPEN
from billing.invoicing.actions.invoice_shipments import invoice_shipments
from erp.kernel.batch import Batch


@dataclass(frozen=True, slots=True)
class Resolved:
    """Exceptions closed, invoices issued because of it, and shipments that still wait for another reason."""

    exception_ids: list[int]
    invoice_ids: list[int]
    stopped: list[int]


@dataclass(frozen=True, slots=True)
class OpenException:
    """One exception that nobody has resolved, locked."""

    id: int
    kind: str
    company_id: int
    site_id: int
    shipment_id: int
    order_id: int
    order: str
    submitted_by: str
    owner_id: int | None


def lock_open(batch: Batch, exception_ids: Sequence[int], right: str) -> list[OpenException]:
    """Those of the exceptions that are still open, locked behind their orders; requires `right` on each."""
    ids = sorted(set(exception_ids))
    batch.write(LOCK_ORDERS_OF, ids)
    found = [OpenException(*row) for row in batch.read(STILL_OPEN, ids)]
    for company_id, site_id in sorted({(one.company_id, one.site_id) for one in found}):
        batch.actor.require(right, company=company_id, site=site_id)
    return found


def resolve(
    batch: Batch,
    found: Sequence[OpenException],
    *,
    verb: str,
    resolution: str,
    reason: str,
    why: dict[str, Any],
) -> Resolved:
    """Close the exceptions and bill their shipments, as far as the rules now find them clean."""
    batch.update(
        InvoiceException,
        [one.id for one in found],
        resolved_at=batch.now,
        resolved_by=batch.actor.name,
        resolution=resolution,
        reason=reason,
        add={"version": 1},
    )
    for one in found:
        batch.decide(verb, InvoiceException, one.id, {"kind": one.kind, "reason": reason, **why})
    shipments: defaultdict[int, set[int]] = defaultdict(set)
    for one in found:
        shipments[one.company_id].add(one.shipment_id)
    invoice_ids: list[int] = []
    stopped: list[int] = []
    for company_id, ids in sorted(shipments.items()):
        again = invoice_shipments.inside(batch, company_id=company_id, shipment_ids=sorted(ids))
        invoice_ids += again.invoice_ids
        stopped += again.stopped
    return Resolved([one.id for one in found], invoice_ids, stopped)
