"""What every verb on e-invoices begins with, rows locked in one order for an actor who may, and how they change."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from textwrap import shorten
from typing import Any

from billing.einvoice.models import EInvoice
from billing.einvoice.reads import LOCK, OPEN
from billing.einvoice.validation import Finding
from billing.exceptions.policies import EXCEPTION_DUE_DAYS, EXCEPTION_OWNER
from erp.kernel.batch import Batch
from erp.kernel.literals import to_json


@dataclass(frozen=True, slots=True)
class LockedEInvoice:
    """One e-invoice, locked, with what its customer wants today."""

    id: int
    number: str
    state: str
    company_id: int
    site_id: int
    revision: int
    format: str
    wanted_format: str
    email: str
    language: str
    kind: str
    opened_at: datetime | None

    @property
    def state_label(self) -> str:
        return str(EInvoice.State(self.state).label).lower()


def lock_einvoices(batch: Batch, einvoice_ids: Sequence[int], right: str = "") -> list[LockedEInvoice]:
    """The e-invoices in order of their ids; requires `right` on each. What does not exist is left out."""
    found = [LockedEInvoice(*row) for row in batch.read(LOCK, sorted(set(einvoice_ids)))]
    for company_id, site_id in sorted({(one.company_id, one.site_id) for one in found}) if right else ():
        batch.actor.require(right, company=company_id, site=site_id)
    return found


def open_trouble(
    batch: Batch, one: LockedEInvoice, *, state: str, detail: str, findings: Sequence[Finding] = ()
) -> None:
    """Give it to the owner that the policy names, due by the policy's days."""
    today, place = batch.now.date(), {"company": one.company_id, "site": one.site_id}
    batch.write(
        OPEN,
        batch.now,
        batch.now,
        batch.now,
        [one.id],
        [state],
        [shorten(detail, 300, placeholder=" …")],
        [to_json([asdict(found) for found in findings])],
        [EXCEPTION_OWNER.value(on=today, **place)],
        [EXCEPTION_DUE_DAYS.value(on=today, **place)],
    )


def move(batch: Batch, found: Sequence[LockedEInvoice], state: str, **columns: Any) -> None:
    """Put them into a state, with other columns; the clock of whatever waited stops unless it is made again."""
    if state != EInvoice.State.PENDING:
        columns = {"opened_at": None, "due_on": None, **columns}
    batch.update(
        EInvoice,
        [one.id for one in found],
        state=state,
        state_at=batch.now,
        **columns,
        add={"version": 1},
    )
