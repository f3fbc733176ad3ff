"""Proof of delivery: on which day the customer has received what left, and who signed for it (BI01)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch, Row
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.formats import write_day
from inventory.outbound.errors import DeliveryRefused, ReasonMissing
from inventory.outbound.events import DeliveryConfirmed
from inventory.outbound.guards import withdraw_delivery_guard
from inventory.outbound.models import Shipment
from inventory.outbound.permissions import CONFIRM_DELIVERY, WITHDRAW_DELIVERY
from inventory.outbound.reads import DELIVERIES


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a carrier or the customer says of one shipment: the day, and whoever signed (blank: not told)."""

    shipment_id: int
    delivered_on: date
    delivered_to: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """Shipments that count as delivered now; telling the same again lists them and changes nothing."""

    shipment_ids: list[int]


@command("inventory.confirm_deliveries")
def confirm_deliveries(batch: Batch, *, deliveries: Sequence[Delivery]) -> Delivered:
    """Record that shipments have reached their customers: all of them, or none.

    What its customer is billed for on delivery is invoiced after it. Raises DeliveryRefused for a shipment that has
    not left, a day before it left or after today, or where another day or signature is on record.
    """
    told = {each.shipment_id: each for each in deliveries}
    if len(told) < len(deliveries):
        raise BadInput(field="deliveries", reason=_("name each shipment once."))
    rows = batch.read(DELIVERIES, batch.now, sorted(told))
    _reach(batch, rows, told, CONFIRM_DELIVERY)
    new = [row for row in rows if _is_new(row, told[row[0]])]
    if not new:
        return Delivered(sorted(told))
    batch.update(
        Shipment,
        [row[0] for row in new],
        delivered_on=[told[row[0]].delivered_on for row in new],
        delivered_to=[told[row[0]].delivered_to.strip() for row in new],
        delivery_told_at=batch.now,
        add={"version": 1},
    )
    for shipment_id, _number, _state, company_id, *_rest in new:
        given = told[shipment_id]
        batch.decide(
            "inventory.confirm_deliveries",
            Shipment,
            shipment_id,
            {"on": given.delivered_on, "to": given.delivered_to, "sentence": given.delivered_to},
        )
        batch.publish(DeliveryConfirmed(shipment_id, company_id))
    return Delivered(sorted(told))


@command("inventory.withdraw_delivery")
def withdraw_delivery(batch: Batch, *, shipment_id: int, reason: str) -> None:
    """Take back a proof of delivery that was recorded by mistake; without one nothing changes.

    Raises DeliveryRefused once the delivery was charged, ReasonMissing.
    """
    refusals = withdraw_delivery_guard.ask(
        batch, [shipment_id]
    )  # first: who bills locks orders before shipments
    rows = batch.read(DELIVERIES, batch.now, [shipment_id])
    _reach(batch, rows, [shipment_id], WITHDRAW_DELIVERY)
    ((_id, number, _state, _company, _site, _left_on, _today, delivered_on, delivered_to),) = rows
    if delivered_on is None:
        return
    if not reason.strip():
        raise ReasonMissing(shipment=number, field="reason")
    for refusal in refusals:
        raise DeliveryRefused(shipment=number, reason=refusal.sentence)
    batch.update(
        Shipment, [shipment_id], delivered_on=None, delivered_to="", delivery_told_at=None, add={"version": 1}
    )
    batch.decide(
        "inventory.withdraw_delivery",
        Shipment,
        shipment_id,
        {"sentence": reason.strip(), "on": delivered_on, "to": delivered_to},
    )


def _reach(batch: Batch, rows: Sequence[Row], ids: Sequence[int] | dict[int, Delivery], right: str) -> None:
    """Refuse shipments that do not exist, and those at places where the actor lacks the right."""
    if len(rows) < len(ids):
        raise NotFound(what=_("shipment"), reference=min(set(ids) - {row[0] for row in rows}))
    for company_id, site_id in sorted({(row[3], row[4]) for row in rows}):
        batch.actor.require(right, company=company_id, site=site_id)


def _is_new(row: Row, given: Delivery) -> bool:
    """Whether this is not on record yet. Raises DeliveryRefused for what cannot be."""
    _id, number, state, _company, _site, left_on, today, delivered_on, delivered_to = row
    if state != Shipment.State.SHIPPED:
        raise DeliveryRefused(shipment=number, reason=_("it has not left, or came back."), field="shipment")
    if delivered_on is not None:
        if (delivered_on, delivered_to) == (given.delivered_on, given.delivered_to.strip()):
            return False
        raise DeliveryRefused(
            shipment=number,
            reason=_("it is on record for %(day)s. Take that back first, with a reason.")
            % {"day": write_day(delivered_on)},
            field="delivered_on",
        )
    if given.delivered_on < left_on:
        raise DeliveryRefused(
            shipment=number,
            reason=_("it left on %(day)s, it cannot have arrived before.") % {"day": write_day(left_on)},
            field="delivered_on",
        )
    if given.delivered_on > today:
        raise DeliveryRefused(
            shipment=number, reason=_("a day that is still to come proves nothing."), field="delivered_on"
        )
    if len(given.delivered_to.strip()) > 80:
        raise BadInput(field="delivered_to", reason=_("at most 80 characters."))
    return True
