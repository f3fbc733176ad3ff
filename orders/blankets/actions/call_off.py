"""Call off: an ordinary order at the agreed prices, drawn down from the commitment in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.formats import write_day
from orders.blankets.errors import BlanketNotRunning, BlanketWaits
from orders.blankets.models import BlanketLine, BlanketOrder, CallOff
from orders.blankets.permissions import WRITE_BLANKET
from orders.blankets.policies import WARNING
from orders.blankets.reads import LockedBlanket, lock_blanket, lock_frames
from orders.blankets.rules import Frame, plain
from orders.entry.actions.submit_order import submit_order
from orders.entry.errors import CustomerPoUsed, LineRefused
from orders.entry.models import OrderLine, SalesOrder
from orders.entry.reads import WANTED_LINES
from orders.entry.rules import LineRequest, OrderRequest


@dataclass(frozen=True, slots=True)
class CalledLine:
    """How much of one line of the blanket order, in that line's unit."""

    line: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class CallOffRequest:
    """What a customer calls off; blank ship-to and PO mean the blanket order's own."""

    lines: Sequence[CalledLine]
    requested_on: date | None = None
    ship_to_id: int | None = None
    customer_po: str = ""
    note: str = ""
    channel: str = SalesOrder.Channel.DESK.value


@dataclass(frozen=True, slots=True)
class CalledOff:
    """The order with its holds, and a sentence for each line that is nearly used up."""

    order_id: int
    number: str
    holds: list[str]
    warnings: list[str]


def _po_used(blanket_id: int, request: CallOffRequest) -> CustomerPoUsed:
    return CustomerPoUsed(customer_po=request.customer_po, order="an order submitted just now")


@command("orders.call_off", conflicts={"order_customer_po_unique": _po_used})
def call_off(batch: Batch, *, blanket_id: int, request: CallOffRequest) -> CalledOff:
    """Submit an order over a part of what is committed; its prices are bound, every other gate is asked as ever.

    Raises NotFound, BlanketEnded, BlanketWaits, BlanketNotRunning, OverCallOff beyond commitment and tolerance,
    CallOffTooSmall, BadInput, and what submit raises.
    """
    blanket = lock_blanket(batch, blanket_id, right=WRITE_BLANKET)
    _refuse_not_running(blanket)
    if not request.lines:
        raise BadInput(field="lines", reason=_("call off at least one line."))
    frames = lock_frames(batch, blanket_id)
    numbers = [line.line for line in request.lines]
    if len(set(numbers)) < len(numbers):
        raise BadInput(field="lines", reason=_("a line is named twice."))
    if unknown := set(numbers) - frames.keys():
        raise NotFound(what=_("line of %(number)s") % {"number": blanket.number}, reference=min(unknown))
    drawn = [frames[line.line].refuse(blanket.number, line.quantity) for line in request.lines]
    try:
        submitted = submit_order.inside(batch, request=_order(blanket, request, frames))
    except LineRefused as refusal:
        raise refusal.numbered(numbers) from refusal
    order_lines = [line_id for (line_id,) in batch.read(WANTED_LINES, submitted.order_id)]
    line_ids = [frames[number].line_id for number in numbers]
    batch.insert(
        CallOff,
        line=line_ids,
        order_line=order_lines,
        quantity=drawn,
        called_at=batch.now,
        called_by=batch.actor.name,
    )
    batch.update(BlanketLine, line_ids, add={"called": drawn})
    warnings = _warnings(blanket, [frames[number] for number in numbers], drawn)
    batch.decide(
        "orders.call_off",
        BlanketOrder,
        blanket_id,
        {
            "order": submitted.order_id,
            "lines": [
                [frames[number].line, quantity] for number, quantity in zip(numbers, drawn, strict=True)
            ],
            "sentence": submitted.number,
            "warnings": warnings,
        },
    )
    return CalledOff(submitted.order_id, submitted.number, submitted.holds, warnings)


def _refuse_not_running(blanket: LockedBlanket) -> None:
    blanket.refuse_ended()
    if blanket.waits:
        raise BlanketWaits(number=blanket.number, beyond=blanket.beyond)
    if not blanket.valid_from <= blanket.today <= blanket.valid_until:
        raise BlanketNotRunning(
            number=blanket.number, first=write_day(blanket.valid_from), last=write_day(blanket.valid_until)
        )


def _order(blanket: LockedBlanket, request: CallOffRequest, frames: dict[int, Frame]) -> OrderRequest:
    return OrderRequest(
        customer_id=blanket.customer_id,
        lines=[
            LineRequest(
                frames[line.line].item_id,
                line.quantity,
                frames[line.line].unit,
                frames[line.line].unit_price,
                blanket.number,
                price_source=OrderLine.PriceSource.BLANKET.value,
                supply=frames[line.line].supply,
            )
            for line in request.lines
        ],
        requested_on=request.requested_on or blanket.today,
        channel=request.channel,
        ship_to_id=request.ship_to_id or blanket.ship_to_id,
        site_id=blanket.site_id,
        customer_po=request.customer_po or blanket.customer_po,
        note=request.note,
        po_repeats=not request.customer_po,  # the frame's own number stands on every call-off
        job=blanket.job,
    )


def _warnings(blanket: LockedBlanket, frames: Sequence[Frame], drawn: Sequence[Decimal]) -> list[str]:
    limit = WARNING.value(on=blanket.today, company=blanket.company_id, customer=blanket.customer_id)
    return [
        _("Line %(line)s, %(item)s: %(used)s %% are called off, %(left)s %(unit)s are left.")
        % {
            "line": frame.line,
            "item": frame.code,
            "used": plain(round(frame.used_percent(quantity), 0)),
            "left": plain(frame.in_unit(max(frame.open - quantity, Decimal(0)))),
            "unit": frame.unit,
        }
        for frame, quantity in zip(frames, drawn, strict=True)
        if frame.used_percent(quantity) >= limit
    ]
