"""Packing: which cartons a shipment leaves in, and what they weigh."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.outbound.errors import WrongShipmentState
from inventory.outbound.models import Carton, Shipment
from inventory.outbound.reads import SHIPMENTS

PACK = permit("inventory.pack_shipment", "warehouse")

HEAVIEST_KG = Decimal(2000)


@dataclass(frozen=True, slots=True)
class PackedCarton:
    """One package with its gross weight."""

    weight_kg: Decimal
    kind: str = "box"


@dataclass(frozen=True, slots=True)
class Packed:
    shipment_id: int
    cartons: int


@command("inventory.pack_shipment")
def pack_shipment(batch: Batch, *, shipment_id: int, cartons: Sequence[PackedCarton]) -> Packed:
    """Close a picked shipment into cartons, numbered in the order given.

    Raises WrongShipmentState unless it is picked and not packed, BadInput for a weight that cannot be.
    """
    rows = batch.read(SHIPMENTS, [shipment_id])
    if not rows:
        raise NotFound(what="shipment", reference=shipment_id)
    ((_, number, state, company_id, site_id, *_),) = rows
    batch.actor.require(PACK, company=company_id, site=site_id)
    if state != Shipment.State.PICKED:
        raise WrongShipmentState(
            shipment=number,
            state=Shipment.State(state).label.lower(),
            remedy="Record or explain every pick first."
            if state == Shipment.State.RELEASED
            else "It cannot be packed any more.",
        )
    if not cartons:
        raise BadInput(field="cartons", reason="name at least one carton with its weight.")
    for carton in cartons:
        if not 0 < carton.weight_kg <= HEAVIEST_KG:
            raise BadInput(
                field="weight_kg", reason=f"a carton weighs more than 0 and at most {HEAVIEST_KG} kg."
            )
    batch.insert(
        Carton,
        shipment=shipment_id,
        number=list(range(1, len(cartons) + 1)),
        kind=[carton.kind for carton in cartons],
        weight_kg=[carton.weight_kg for carton in cartons],
    )
    batch.update(Shipment, [shipment_id], state=Shipment.State.PACKED.value, packed_at=batch.now)
    weight = sum(carton.weight_kg for carton in cartons)
    batch.decide(
        "inventory.pack_shipment",
        Shipment,
        shipment_id,
        {
            "sentence": f"{len(cartons)} carton{'s' if len(cartons) > 1 else ''}, {weight:f} kg",
            "kg": str(weight),
        },
    )
    return Packed(shipment_id, len(cartons))
