"""The supplier's ship notice: what it sent to the customer has shipped, is owed, and may be charged (OC12)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch, Row
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.events import Refusal
from erp.kernel.formats import write_quantity
from inventory.commitments.models import Commitment, Demand, Supply
from inventory.commitments.queries import lock_standings
from inventory.commitments.rules import Standing
from inventory.dropship.errors import DropRefused, NoDropOrder
from inventory.dropship.permissions import CONFIRM_DROP
from inventory.dropship.postings import Sent, place_of, post_drop
from inventory.dropship.reads import CONSUME, LINES, LOTS, OPEN, ORDER
from inventory.outbound.errors import ShipRefused
from inventory.outbound.events import GoodsShipped, ShipmentConfirmed, ShippedLine
from inventory.outbound.guards import ship_guard
from inventory.outbound.models import Pick, Shipment, ShipmentLine
from inventory.outbound.reads import SHARE_GROUPS
from inventory.purchasing.events import SuppliesReceived, SupplyReceived
from inventory.stock.reads import lock_balances, lock_site_stock
from masterdata.places.transit import transit_bin

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class SentLine:
    """What the supplier sent of one line of the purchase order, in the stock unit; lot by lot where the item is so
    kept."""

    purchase_line_id: int
    quantity: Decimal
    lot_id: int | None = None


@dataclass(frozen=True, slots=True)
class DropShipped:
    """The shipment, and how many lines of the purchase order still have something to come."""

    shipment_id: int
    number: str
    lines_open: int


@dataclass(frozen=True, slots=True)
class _Notice:
    number: str
    company_id: int
    site_id: int
    group_id: int
    currency: str
    today: date
    ordered_on: date
    document: str
    shipment_id: int


@command("inventory.confirm_drop_shipment")
def confirm_drop_shipment(
    batch: Batch,
    *,
    purchase_order_id: int,
    lines: Sequence[SentLine],
    shipped_on: date | None = None,
    tracking_number: str = "",
) -> DropShipped:
    """Confirm what a supplier has sent to a customer: shipped, posted, owed to the supplier, ready to be invoiced.

    Less than was ordered leaves the rest to come. `shipped_on` None: today. Raises NotFound, BadInput, NoDropOrder,
    ShipRefused (a hold), DropRefused for more than is expected or wanted and for a lot that is missing or another
    item's. The number of statements does not depend on the lines.
    """
    if not lines or len({(each.purchase_line_id, each.lot_id) for each in lines}) < len(lines):
        raise BadInput(
            field="lines", reason=_("name each line once, with each of its lots, and at least one.")
        )
    rows = batch.read(ORDER, batch.now, purchase_order_id)
    if not rows:
        raise NotFound(what=_("purchase order"), reference=purchase_order_id)
    notice = _Notice(*rows[0])
    batch.actor.require(CONFIRM_DROP, company=notice.company_id, site=notice.site_id)
    if notice.group_id is None:
        raise NoDropOrder(order=notice.number)
    on = shipped_on or notice.today
    if not notice.ordered_on <= on <= notice.today:
        raise BadInput(field="shipped_on", reason=_("a day from the order's until today."))
    wanted: defaultdict[int, list[SentLine]] = defaultdict(list)
    for each in lines:
        wanted[each.purchase_line_id].append(each)
    bought = batch.read(LINES, purchase_order_id, sorted(wanted))
    if unknown := sorted(wanted.keys() - {row[0] for row in bought}):
        raise NotFound(what=_("line of %(order)s") % {"order": notice.number}, reference=unknown[0])
    lots = dict(batch.read(LOTS, named)) if (named := [each.lot_id for each in lines if each.lot_id]) else {}
    batch.write(SHARE_GROUPS, [notice.group_id])
    _refuse_held(notice, bought, ship_guard.ask(batch, [notice.group_id]))
    items = sorted({row[4] for row in bought})
    bin_id = transit_bin(batch, notice.site_id)
    accounting_on, stock = lock_site_stock(
        batch,
        company_id=notice.company_id,
        site_id=notice.site_id,
        item_ids=items,
        effective_at=batch.now,
        ensure=True,
    )
    standings = {each.demand_id: each for each in lock_standings(batch, [row[3] for row in bought])}
    left = dict(batch.read(OPEN, sorted(row[2] for row in bought)))
    sent = [_sent(notice, row, wanted[row[0]], left[row[2]], standings[row[3]]) for row in bought]
    parts = [
        part
        for row, whole in zip(bought, sent, strict=True)
        for part in _by_lot(notice, row, whole, wanted[row[0]], lots)
    ]
    balances = lock_balances(batch, site_id=notice.site_id, places=[place_of(each, bin_id) for each in parts])
    number = f"SH-{notice.shipment_id}"
    _write_shipment(batch, notice, purchase_order_id, number, on, tracking_number, sent)
    batch.insert(
        Pick,
        shipment=notice.shipment_id,
        line=[each.line_id for each in parts],
        balance=[balances[place_of(each, bin_id)] for each in parts],
        quantity=[each.quantity for each in parts],
        picked=[each.quantity for each in parts],
        picked_at=batch.now,
        picked_by=batch.actor.name,
    )
    post_drop(
        batch,
        shipment_id=notice.shipment_id,
        company_id=notice.company_id,
        site_id=notice.site_id,
        currency=notice.currency,
        accounting_on=accounting_on,
        sent=parts,
        bin_id=bin_id,
        stock=stock,
        balance_ids=balances,
    )
    _write_demands(batch, sent)
    batch.announce(
        SuppliesReceived(
            purchase_order_id, [SupplyReceived(each.supply_id, each.quantity, each.value) for each in sent]
        )
    )
    shipped = [
        ShippedLine(each.line_id, notice.shipment_id, each.demand_id, each.quantity, each.value)
        for each in sent
    ]
    batch.announce(GoodsShipped(notice.company_id, notice.site_id, batch.now, shipped, kits=False))
    batch.decide(
        "inventory.confirm_drop_shipment",
        Shipment,
        notice.shipment_id,
        {
            "sentence": _("Sent by the supplier on %(order)s.") % {"order": notice.number},
            "sent": [[each.demand_id, each.supply_id, each.quantity, each.value] for each in sent],
        },
    )
    effective_at = batch.now.isoformat() if batch.backdated else ""
    batch.publish(ShipmentConfirmed(notice.shipment_id, notice.company_id, effective_at))
    return DropShipped(notice.shipment_id, number, sum(left[each.supply_id] > each.quantity for each in sent))


def _refuse_held(notice: _Notice, bought: Sequence[Row], refusals: Sequence[Refusal]) -> None:
    """Raise the first refusal of the delivery, or of a line that was sent."""
    demands = {row[3] for row in bought}
    for refusal in refusals:
        if not refusal.part_id or refusal.part_id in demands:
            raise ShipRefused(shipment=notice.document, reason=refusal.sentence, role=refusal.role)


def _sent(notice: _Notice, row: Row, lines: Sequence[SentLine], left: Decimal, demand: Standing) -> Sent:
    _line_id, line, supply_id, demand_id, item_id, unit_cost, shipment_line_id, _in_lots = row
    quantity = sum((each.quantity for each in lines), Decimal(0))
    held = next((share.quantity for share in demand.shares if share.supply_id == supply_id), Decimal(0))
    if any(each.quantity <= 0 for each in lines):
        reason = _("the quantity must be above zero.")
    elif quantity > left:
        reason = _("%(n)s is more than the %(left)s still expected. Ask the supplier about the rest.") % {
            "n": write_quantity(quantity),
            "left": write_quantity(left),
        }
    elif quantity > held:
        reason = _(
            "the customer wants only %(n)s of it any more. Agree with the customer or the supplier."
        ) % {"n": write_quantity(held)}
    else:
        value = (quantity * unit_cost).quantize(CENT, rounding=ROUND_HALF_UP)
        return Sent(shipment_line_id, demand_id, supply_id, item_id, quantity, value)
    raise DropRefused(order=notice.number, line=line, reason=reason)


def _by_lot(
    notice: _Notice, row: Row, whole: Sent, lines: Sequence[SentLine], lots: Mapping[int, int]
) -> list[Sent]:
    """What was sent of a line lot by lot, each with its share of the value."""
    parts, until, reached = [], Decimal(0), Decimal(0)
    for each in lines:
        if each.lot_id is None and row[-1]:
            reason = _("the item is kept by lot. Enter the lot that the supplier names.")
            raise DropRefused(order=notice.number, line=row[1], reason=reason)
        if each.lot_id is not None and lots.get(each.lot_id) != whole.item_id:
            reason = _("the item has no such lot; name one of its own.")
            raise DropRefused(order=notice.number, line=row[1], reason=reason)
        until += each.quantity
        value = (whole.value * until / whole.quantity).quantize(CENT, rounding=ROUND_HALF_UP)
        parts.append(replace(whole, lot_id=each.lot_id, quantity=each.quantity, value=value - reached))
        reached = value
    return parts


def _write_shipment(
    batch: Batch,
    notice: _Notice,
    purchase_order_id: int,
    number: str,
    on: date,
    tracking_number: str,
    sent: Sequence[Sent],
) -> None:
    batch.insert(
        Shipment,
        id=notice.shipment_id,
        number=number,
        company=notice.company_id,
        site=notice.site_id,
        group=notice.group_id,
        purchase_order=purchase_order_id,
        state=Shipment.State.SHIPPED.value,
        ship_on=on,
        carrier_service="",
        tracking_number=tracking_number,
        released_at=batch.now,
        picked_at=batch.now,
        shipped_at=batch.now,
    )
    quantities = [each.quantity for each in sent]
    batch.insert(
        ShipmentLine,
        id=[each.line_id for each in sent],
        shipment=notice.shipment_id,
        demand=[each.demand_id for each in sent],
        item=[each.item_id for each in sent],
        quantity=quantities,
        picked=quantities,
        shipped=quantities,
    )


def _write_demands(batch: Batch, sent: Sequence[Sent]) -> None:
    demands, supplies = [each.demand_id for each in sent], [each.supply_id for each in sent]
    quantities = [each.quantity for each in sent]
    batch.update(Demand, demands, add={"picked": quantities, "shipped": quantities})
    back = [-quantity for quantity in quantities]
    batch.update(Supply, supplies, add={"received": quantities, "committed": back})
    batch.write(CONSUME, demands, supplies, quantities, into=[Commitment])
