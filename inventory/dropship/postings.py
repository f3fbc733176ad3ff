"""A drop shipment in the ledger: in and out of the transit bin in one posting, so that no stock changes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.kernel.batch import Batch
from inventory.stock.actions.post_increase import Increase, Source, write_entries
from inventory.stock.events import Posting, StockPosted
from inventory.stock.models import Status, StockPosting
from inventory.stock.reads import Place, StockRow


@dataclass(frozen=True, slots=True)
class Sent:
    """What a supplier sent of one line: stock unit, and its value at the ordered cost. Below zero it is taken back."""

    line_id: int  # of the shipment
    demand_id: int
    supply_id: int
    item_id: int
    quantity: Decimal
    value: Decimal
    lot_id: int | None = None


def place_of(sent: Sent, bin_id: int) -> Place:
    """Where it passes."""
    return sent.item_id, bin_id, sent.lot_id, Status.AVAILABLE.value


def post_drop(
    batch: Batch,
    *,
    shipment_id: int,
    company_id: int,
    site_id: int,
    currency: str,
    accounting_on: date,
    sent: Sequence[Sent],
    bin_id: int,
    stock: dict[int, StockRow],
    balance_ids: dict[Place, int],
    reverses_id: int | None = None,
) -> int:
    """Write the posting and tell the books, which owe the supplier what the sale cost; the posting's id.

    The caller holds the items' site stock and the transit bin's balances; both stay as they are.
    """
    entries = []
    for each in sent:
        place = place_of(each, bin_id)
        entries.append(Increase(place, each.quantity, each.value))
        entries.append(Increase(place, -each.quantity, -each.value, each.line_id))
    kind = StockPosting.Kind.DROP.value
    source = Source(
        kind=kind,
        company_id=company_id,
        site_id=site_id,
        document="inventory.shipment",
        document_id=shipment_id,
        accounting_on=accounting_on,
        currency=currency,
        reverses_id=reverses_id,
    )
    posting_id = write_entries(batch, source=source, entries=entries, balance_ids=balance_ids)
    values: defaultdict[int, Decimal] = defaultdict(Decimal)
    for each in sent:
        values[stock[each.item_id].class_id] += each.value
    batch.announce(
        StockPosted(
            [
                Posting(
                    id=posting_id,
                    kind=kind,
                    company_id=company_id,
                    site_id=site_id,
                    currency=currency,
                    source=source.document,
                    source_id=shipment_id,
                    effective_at=batch.now,
                    accounting_on=accounting_on,
                    reverses_id=reverses_id,
                    values=dict(values),
                )
            ]
        )
    )
    return posting_id
