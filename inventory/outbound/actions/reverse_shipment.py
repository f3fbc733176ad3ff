"""Undo a confirmed shipment before it was charged: the goods never left after all (WH08, design.md 13)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from inventory.commitments.models import Demand
from inventory.outbound.errors import ReasonMissing, ReverseRefused, WrongShipmentState
from inventory.outbound.events import GoodsReturned, ShipmentReversed
from inventory.outbound.guards import reverse_guard
from inventory.outbound.models import Shipment
from inventory.outbound.reads import LOCK_DEMANDS, PROMISE_AGAIN, SHIPMENTS, SHIPPED_ENTRIES
from inventory.stock.actions.post_increase import Increase, Source, post_increase
from inventory.stock.models import SiteStock, StockPosting
from inventory.stock.reads import lock_balances, lock_site_stock

REVERSE = permit("inventory.reverse_shipment", "warehouse", "process_owner")


@dataclass(frozen=True, slots=True)
class Reversed:
    shipment_id: int


@command("inventory.reverse_shipment")
def reverse_shipment(batch: Batch, *, shipment_id: int, reason: str) -> Reversed:
    """Post the mirror of a shipment: stock, cost, promises and billables stand as before it was confirmed.

    The goods are back in their bins and promised to the same demands, ready to be released again. Reversing twice
    changes nothing. Raises ReverseRefused once any of it was charged, WrongShipmentState, ReasonMissing.
    """
    rows = batch.read(SHIPMENTS, [shipment_id])
    if not rows:
        raise NotFound(what="shipment", reference=shipment_id)
    ((_, number, state, company_id, site_id, _, currency, _, purchase_order_id, _),) = rows
    batch.actor.require(REVERSE, company=company_id, site=site_id)
    if purchase_order_id is not None:
        raise ReverseRefused(
            shipment=number, reason="its supplier sent it. Reverse the drop shipment instead.", role=""
        )
    if state == Shipment.State.REVERSED:
        return Reversed(shipment_id)
    if state != Shipment.State.SHIPPED:
        raise WrongShipmentState(
            shipment=number,
            state=Shipment.State(state).label.lower(),
            remedy="Only a shipment that has left can be reversed; cancel it instead.",
        )
    if not reason.strip():
        raise ReasonMissing(shipment=number, field="reason")
    for refusal in reverse_guard.ask(batch, [shipment_id]):
        raise ReverseRefused(shipment=number, reason=refusal.sentence, role=refusal.role)

    entries = batch.read(SHIPPED_ENTRIES, shipment_id)
    items = sorted({row[1] for row in entries})
    accounting_on, stock = lock_site_stock(
        batch, company_id=company_id, site_id=site_id, item_ids=items, effective_at=batch.now
    )
    batch.write(LOCK_DEMANDS, shipment_id)
    places = [(item_id, bin_id, lot_id, status) for _, item_id, bin_id, lot_id, status, *_ in entries]
    balance_ids = lock_balances(batch, site_id=site_id, places=places)
    post_increase(
        batch,
        source=Source(
            kind=StockPosting.Kind.ISSUE.value,
            company_id=company_id,
            site_id=site_id,
            currency=currency,
            document="inventory.shipment",
            document_id=shipment_id,
            accounting_on=accounting_on,
            reverses_id=entries[0][0],
        ),
        increases=[
            Increase(place, -quantity, -value, line_id)
            for place, (_, _, _, _, _, quantity, value, line_id, _) in zip(places, entries, strict=True)
        ],
        stock=stock,
        balance_ids=balance_ids,
    )
    _promise_again(batch, entries, {item_id: row.id for item_id, row in stock.items()})
    batch.update(Shipment, [shipment_id], state=Shipment.State.REVERSED.value, reversed_at=batch.now)
    batch.announce(GoodsReturned([shipment_id]))
    batch.decide(
        "inventory.reverse_shipment",
        Shipment,
        shipment_id,
        {"sentence": f"Reversed: {reason}", "reason": reason, "posting": entries[0][0]},
    )
    batch.publish(ShipmentReversed(shipment_id=shipment_id))
    return Reversed(shipment_id)


def _promise_again(batch: Batch, entries: Sequence[tuple], stock_ids: dict[int, int]) -> None:
    by_item: defaultdict[int, Decimal] = defaultdict(Decimal)
    by_demand: defaultdict[int, Decimal] = defaultdict(Decimal)
    for _, item_id, _, _, _, quantity, _, _, demand_id in entries:
        by_item[item_id] -= quantity
        by_demand[demand_id] -= quantity
    batch.update(
        SiteStock, [stock_ids[item_id] for item_id in by_item], add={"reserved": list(by_item.values())}
    )
    quantities = list(by_demand.values())
    back = [-quantity for quantity in quantities]
    batch.update(Demand, list(by_demand), add={"reserved": quantities, "shipped": back, "picked": back})
    batch.write(PROMISE_AGAIN, batch.now.date(), list(by_demand), quantities)
