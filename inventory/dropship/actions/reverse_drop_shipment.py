"""Undo a drop shipment before it was charged: the supplier had not sent it after all (OC12, design.md 13)."""

from dataclasses import dataclass

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from erp.kernel.quantity import sum_by
from inventory.commitments.models import Demand, Supply
from inventory.dropship.postings import Sent, place_of, post_drop
from inventory.dropship.reads import EARMARK_AGAIN, LOCK_SUPPLIES, SENT
from inventory.outbound.actions.reverse_shipment import REVERSE
from inventory.outbound.errors import ReasonMissing, ReverseRefused, WrongShipmentState
from inventory.outbound.events import GoodsReturned, ShipmentReversed
from inventory.outbound.guards import reverse_guard
from inventory.outbound.models import Shipment
from inventory.outbound.reads import LOCK_DEMANDS, SHIPMENTS
from inventory.purchasing.events import SuppliesReceived, SupplyReceived
from inventory.stock.reads import lock_balances, lock_site_stock


@dataclass(frozen=True, slots=True)
class DropReversed:
    shipment_id: int


@command("inventory.reverse_drop_shipment")
def reverse_drop_shipment(batch: Batch, *, shipment_id: int, reason: str) -> DropReversed:
    """Post the mirror of a drop shipment: what is owed, cost and billables stand as before it was confirmed.

    The supplier is expected to send it, and it is the demands' own again. Reversing twice changes nothing. Raises
    NotFound (also for what left from a site), ReverseRefused once any of it was charged, WrongShipmentState,
    ReasonMissing.
    """
    rows = batch.read(SHIPMENTS, [shipment_id])
    if not rows or rows[0][8] is None:
        raise NotFound(what="drop shipment", reference=shipment_id)
    ((_, number, state, company_id, site_id, _, currency, *_),) = rows
    batch.actor.require(REVERSE, company=company_id, site=site_id)
    if state == Shipment.State.REVERSED:
        return DropReversed(shipment_id)
    if state != Shipment.State.SHIPPED:
        raise WrongShipmentState(
            shipment=number, state=Shipment.State(state).label.lower(), remedy="Nothing is left to reverse."
        )
    if not reason.strip():
        raise ReasonMissing(shipment=number, field="reason")
    for refusal in reverse_guard.ask(batch, [shipment_id]):
        raise ReverseRefused(shipment=number, reason=refusal.sentence, role=refusal.role)

    entries = batch.read(SENT, shipment_id)
    bin_id, items = entries[0][2], sorted({row[1] for row in entries})
    accounting_on, stock = lock_site_stock(
        batch, company_id=company_id, site_id=site_id, item_ids=items, effective_at=batch.now
    )
    batch.write(LOCK_DEMANDS, shipment_id)
    back = [
        Sent(line_id, demand_id, supply_id, item_id, -quantity, -value, lot_id)
        for _, item_id, _, lot_id, quantity, value, line_id, demand_id, supply_id, _ in entries
    ]
    by_line = sum_by(((each.demand_id, each.supply_id), each.quantity) for each in back)
    demands, supplies = [demand_id for demand_id, _ in by_line], [supply_id for _, supply_id in by_line]
    batch.write(LOCK_SUPPLIES, sorted(supplies))
    balances = lock_balances(batch, site_id=site_id, places=[place_of(each, bin_id) for each in back])
    post_drop(
        batch,
        shipment_id=shipment_id,
        company_id=company_id,
        site_id=site_id,
        currency=currency,
        accounting_on=accounting_on,
        sent=back,
        bin_id=bin_id,
        stock=stock,
        balance_ids=balances,
        reverses_id=entries[0][0],
    )
    batch.announce(
        SuppliesReceived(
            entries[0][9], [SupplyReceived(each.supply_id, each.quantity, each.value) for each in back]
        )
    )
    quantities = list(by_line.values())
    open_again = [-quantity for quantity in quantities]
    batch.update(Demand, demands, add={"picked": quantities, "shipped": quantities})
    batch.update(Supply, supplies, add={"received": quantities, "committed": open_again})
    batch.write(EARMARK_AGAIN, batch.now.date(), demands, supplies, open_again)
    batch.update(Shipment, [shipment_id], state=Shipment.State.REVERSED.value, reversed_at=batch.now)
    batch.announce(GoodsReturned([shipment_id]))
    batch.decide(
        "inventory.reverse_drop_shipment",
        Shipment,
        shipment_id,
        {"sentence": f"Reversed: {reason}", "reason": reason, "posting": entries[0][0]},
    )
    batch.publish(ShipmentReversed(shipment_id=shipment_id))
    return DropReversed(shipment_id)
