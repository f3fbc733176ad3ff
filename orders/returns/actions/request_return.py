"""Ask for goods to come back: against the lines that shipped, at the price paid (RM01, RM03)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.kernel.access import permit
from erp.kernel.batch import Batch, Row
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.quantity import sum_by
from inventory.outbound.models import Shipment, ShipmentLine
from orders.returns.errors import ReturnLineRefused
from orders.returns.free_goods import given_with, taken_back
from orders.returns.kits import Kits, ReturnKitRequest, read_kits
from orders.returns.models import CarrierClaim, CustomerReturn, Reason, ReturnLine
from orders.returns.policies import APPROVAL_LIMIT, RESTOCKING_FEE, RETURN_WINDOW
from orders.returns.reads import LEFT_BY_LOT, ORDER, SHIPPED
from orders.returns.rules import (
    ANSWERS_FOR,
    CARRIER,
    ZERO,
    ReturnLineRequest,
    exceeds,
    fee_percent,
    paid,
    refuse_uncountable,
)

REQUEST = permit("orders.request_return", "customer_service", "process_owner")
NOTE_LENGTH = 400


@dataclass(frozen=True, slots=True)
class RequestedReturn:
    """The return, and the limit it exceeds in words; empty when it keeps within all of them."""

    return_id: int
    number: str
    exceeds: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One line as it will be written."""

    request: ReturnLineRequest
    order_line_id: int
    item_id: int
    lot_id: int | None
    net: Decimal
    fee_percent: Decimal
    kits: Decimal | None = None  # that it stands for, of a component


@command("orders.request_return")
def request_return(
    batch: Batch,
    *,
    order_id: int,
    lines: Sequence[ReturnLineRequest] = (),
    kits: Sequence[ReturnKitRequest] = (),
    note: str = "",
) -> RequestedReturn:
    """Enter a return over shipped lines of one order; nothing moves until it is approved and received.

    The lines take what they ask for out of what may still come back, so that no unit comes back twice; what had come
    free with them is added (free_goods.py). All of it left from one site, and comes back there. A kit comes back whole:
    each of its components is a line of its own, for its share of the price. Damage in transit opens a claim on the
    carrier. Raises ReturnLineRefused for what was not shipped, is back or on its way back already, left from another
    site or is of an unknown lot, in the place that it has among lines and then kits; BadInput.
    """
    if not lines and not kits:
        raise BadInput(field="lines", reason="choose at least one line to return.")
    if len(note) > NOTE_LENGTH:
        raise BadInput(field="note", reason=f"a note has at most {NOTE_LENGTH} characters.")
    rows = batch.read(ORDER, batch.now, order_id)
    if not rows:
        raise NotFound(what="order", reference=order_id)
    ((_, order_number, company_id, own_site, customer_id, currency, today, return_id, has_free),) = rows
    batch.actor.require(REQUEST, company=company_id, site=own_site)

    asked = read_kits(batch, order_id, kits) if kits else Kits({})
    ids = {line.shipment_line_id for line in lines}
    gifts = given_with(batch, sorted(ids), [kit.order_line_id for kit in kits]) if has_free else []
    ids |= asked.shipment_lines | {line_id for each in gifts for line_id in (*each.paid, *each.free)}
    shipped = {row[0]: row for row in batch.read(SHIPPED, sorted(ids), sorted(ids))}
    first = [line.shipment_line_id for line in lines] or sorted(asked.shipment_lines)
    site_id = _comes_back_to(
        [shipped[line_id] for line_id in first if line_id in shipped], order_id, own_site
    )
    batch.actor.require(REQUEST, company=company_id, site=site_id)  # the return is a document of that site
    by_lot = batch.read(LEFT_BY_LOT, sorted(ids), sorted(ids))
    lots = {(row[0], row[1]): row[2] - row[4] for row in by_lot}
    fee = RESTOCKING_FEE.value(on=today, company=company_id, customer=customer_id)
    counts = {line_id: (row[7], row[8]) for line_id, row in shipped.items()}
    by_piece = [*lines, *taken_back(lines, kits, gifts, counts, lots)]
    wanted = _check(by_piece, shipped, lots, order_id, order_number, site_id, currency, fee)
    left = {line_id: row[7] - row[8] for line_id, row in shipped.items()}
    for each in wanted:
        left[each.request.shipment_line_id] -= each.request.quantity
    at_site = {
        line_id: free if _is_back_here(shipped[line_id], site_id) else ZERO for line_id, free in left.items()
    }
    costs = {(row[0], row[1]): (row[2], row[3]) for row in by_lot}
    for place, kit in enumerate(kits, len(lines) + 1):
        wanted += _of_kit(place, kit, asked, shipped, at_site, lots, costs, currency, fee)
    net = sum((each.net for each in wanted), ZERO)
    shipped = {each.request.shipment_line_id: shipped[each.request.shipment_line_id] for each in wanted}
    limit = exceeds(
        net=net,
        limit=APPROVAL_LIMIT.value(on=today, company=company_id),
        currency=currency,
        shipped_on=[row[3] for row in shipped.values()],
        today=today,
        window_days=RETURN_WINDOW.value(on=today, company=company_id, customer=customer_id),
    )
    number = f"RMA-{return_id}"
    header = (
        return_id,
        number,
        company_id,
        site_id,
        customer_id,
        order_id,
        currency,
        net,
        limit,
        note.strip(),
    )
    _write(batch, header, wanted)
    _open_claim(batch, return_id, wanted, shipped)
    batch.decide("orders.request_return", CustomerReturn, return_id, _why(today, wanted, shipped, limit, fee))
    return RequestedReturn(return_id, number, limit)


def _check(
    lines: Sequence[ReturnLineRequest],
    shipped: dict[int, Row],
    lots: dict[tuple[int, int | None], Decimal],
    order_id: int,
    order_number: str,
    site_id: int,
    currency: str,
    fee: Decimal,
) -> list[_Wanted]:
    left = {line_id: row[7] - row[8] for line_id, row in shipped.items()}
    wanted = []
    for place, line in enumerate(lines, 1):
        row = shipped.get(line.shipment_line_id)
        if row is None or row[15] != order_id:
            raise ReturnLineRefused(line=place, reason=f"it is no shipped line of {order_number}.")
        if row[4] != site_id:
            raise ReturnLineRefused(
                line=place, reason="it left from another site than the first. Enter a return for each site."
            )
        (_, shipment, state, *_), (item_id, code, lot_tracked, unit, decimals, order_line_id) = row, row[9:15]
        if state != Shipment.State.SHIPPED:
            raise ReturnLineRefused(
                line=place,
                reason=f"{shipment} is {Shipment.State(state).label.lower()}; only shipped goods return.",
            )
        if row[18]:
            raise ReturnLineRefused(
                line=place,
                reason=f"{code} left in the kit {row[18]}, which returns whole. Ask for the kit back instead.",
            )
        if line.reason not in Reason.values:
            raise ReturnLineRefused(line=place, reason="choose one of the reasons.")
        refuse_uncountable(line=place, quantity=line.quantity, unit=unit, decimals=decimals)
        lot_id = _lot_of(place, line, code, lot_tracked, lots)
        free = min(left[line.shipment_line_id], lots.get((line.shipment_line_id, lot_id), ZERO))
        if line.quantity > free:
            raise ReturnLineRefused(
                line=place,
                reason=f"{line.quantity.normalize():f} {unit} of {code} are more than the {free.normalize():f} {unit} "
                f"that were shipped and not returned yet. Enter {free.normalize():f} or less.",
            )
        left[line.shipment_line_id] -= line.quantity
        lots[line.shipment_line_id, lot_id] -= line.quantity
        net = paid(quantity=line.quantity, line_quantity=row[17], line_net=row[16], currency=currency)
        wanted.append(_Wanted(line, order_line_id, item_id, lot_id, net, fee_percent(line.reason, fee)))
    return wanted


def _comes_back_to(rows: Sequence[Row], order_id: int, own: int) -> int:
    """The site that the first of these shipment lines left from: goods come back to where they came from."""
    return next((row[4] for row in rows if row[15] == order_id), own)


def _is_back_here(row: Row, site_id: int) -> bool:
    """Whether a shipment line has left, from the site that its goods come back to."""
    return bool(row[2] == Shipment.State.SHIPPED and row[4] == site_id)


def _of_kit(
    place: int,
    kit: ReturnKitRequest,
    asked: Kits,
    shipped: dict[int, Row],
    left: dict[int, Decimal],
    lots: dict[tuple[int, int | None], Decimal],
    costs: dict[tuple[int, int | None], tuple[Decimal, Decimal]],
    currency: str,
    fee: Decimal,
) -> list[_Wanted]:
    """The components of kits that come back, at the price that the kits were sold for."""
    if kit.reason not in Reason.values:
        raise ReturnLineRefused(line=place, reason="choose one of the reasons.")
    codes = {line_id: row[10] for line_id, row in shipped.items()}
    wanted: list[_Wanted] = []
    kits, reached = ZERO, ZERO
    for part in asked.take(place, kit, codes, left, lots, costs):
        row = shipped[part.shipment_line_id]
        kits += part.kits
        net = paid(quantity=kits, line_quantity=row[17], line_net=row[16], currency=currency)
        request = ReturnLineRequest(part.shipment_line_id, part.quantity, kit.reason, part.lot_id)
        percent = fee_percent(kit.reason, fee)
        wanted.append(_Wanted(request, row[14], row[9], part.lot_id, net - reached, percent, part.kits))
        reached = net
    return wanted


def _lot_of(
    place: int,
    line: ReturnLineRequest,
    code: str,
    lot_tracked: bool,
    lots: dict[tuple[int, int | None], Decimal],
) -> int | None:
    """The lot to come back: the one named, or the only one that left."""
    known = [lot_id for line_id, lot_id in lots if line_id == line.shipment_line_id]
    if line.lot_id is not None:
        if line.lot_id not in known:
            raise ReturnLineRefused(line=place, reason=f"this lot of {code} was not shipped with that line.")
        return line.lot_id
    if len(known) > 1:
        raise ReturnLineRefused(line=place, reason=f"{code} left in {len(known)} lots; name the lot.")
    return known[0] if known else None


def _write(batch: Batch, header: tuple[object, ...], wanted: Sequence[_Wanted]) -> None:
    return_id, number, company_id, site_id, customer_id, order_id, currency, net, limit, note = header
    batch.insert(
        CustomerReturn,
        id=return_id,
        number=number,
        company=company_id,
        site=site_id,
        customer=customer_id,
        order=order_id,
        state=CustomerReturn.State.REQUESTED.value,
        currency=currency,
        net=net,
        exceeds=limit,
        note=note,
        requested_at=batch.now,
        requested_by=batch.actor.name,
    )
    batch.insert(
        ReturnLine,
        rma=return_id,
        line=list(range(1, len(wanted) + 1)),
        shipment_line=[each.request.shipment_line_id for each in wanted],
        order_line=[each.order_line_id for each in wanted],
        item=[each.item_id for each in wanted],
        lot=[each.lot_id for each in wanted],
        reason=[each.request.reason for each in wanted],
        quantity=[each.request.quantity for each in wanted],
        net=[each.net for each in wanted],
        fee_percent=[each.fee_percent for each in wanted],
        kits=[each.kits for each in wanted],
    )
    taken = sum_by((each.request.shipment_line_id, each.request.quantity) for each in wanted)
    batch.update(ShipmentLine, list(taken), add={"returned": list(taken.values())})


def _open_claim(batch: Batch, return_id: int, wanted: Sequence[_Wanted], shipped: dict[int, Row]) -> None:
    """What was damaged on the way is claimed from whoever carried it, at the price paid."""
    damaged = [each for each in wanted if ANSWERS_FOR[Reason(each.request.reason)] == CARRIER]
    if damaged:
        first = shipped[damaged[0].request.shipment_line_id]
        batch.insert(
            CarrierClaim,
            rma=return_id,
            carrier_service=first[5],
            tracking_number=first[6],
            amount=sum((each.net for each in damaged), ZERO),
            state=CarrierClaim.State.OPEN.value,
            opened_at=batch.now,
        )


def _why(
    today: date, wanted: Sequence[_Wanted], shipped: dict[int, Row], limit: str, fee: Decimal
) -> dict[str, object]:
    oldest = min(row[3] for row in shipped.values())
    return {
        "sentence": f"Needs the process owner: {limit}" if limit else "Within window and approval limit.",
        "shipped_on": oldest,
        "age_days": (today - oldest).days,
        "fee_percent": fee,
        "lines": [[each.request.shipment_line_id, each.request.quantity, each.net] for each in wanted],
        **({"kits": kits} if (kits := [each.kits for each in wanted if each.kits is not None]) else {}),
    }
