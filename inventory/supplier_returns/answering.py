"""What suppliers answer to debit requests, however their answer came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.kernel.batch import Batch
from inventory.supplier_returns.events import SupplierAnswered
from inventory.supplier_returns.models import SupplierReturn

State = SupplierReturn.State


@dataclass(frozen=True, slots=True)
class Answer:
    """What is credited of a locked return that waits for its answer; zero is a denial. Company currency."""

    return_id: int
    company_id: int
    site_id: int
    currency: str
    value: Decimal
    claimed: Decimal
    credited: Decimal
    reference: str

    @property
    def state(self) -> SupplierReturn.State:
        return State.CREDITED if self.credited else State.DENIED

    @property
    def lost(self) -> Decimal:
        """What no credit comes for of the value that went back; below zero: more was credited."""
        return self.value - self.credited


def note_answers(batch: Batch, answers: Sequence[Answer], accounting_on: date | None) -> None:
    """Settle the returns; what is lost of each is in the books at once. The date is that of an open period, and is
    asked for only where something is lost."""
    if not answers:
        return
    batch.update(
        SupplierReturn,
        [one.return_id for one in answers],
        state=[one.state.value for one in answers],
        credited=[one.credited for one in answers],
        reference=[one.reference for one in answers],
        settled_at=batch.now,
        settled_by=batch.actor.name,
    )
    for one in answers:
        if one.lost:
            assert accounting_on is not None, "a loss has a date in the books"
            batch.announce(
                SupplierAnswered(
                    one.return_id,
                    one.company_id,
                    one.site_id,
                    one.currency,
                    one.lost,
                    batch.now,
                    accounting_on,
                )
            )
        batch.decide(
            "inventory.settle_supplier_return",
            SupplierReturn,
            one.return_id,
            {"credited": one.credited, "claimed": one.claimed, "lost": one.lost, "reason": one.reference},
        )
