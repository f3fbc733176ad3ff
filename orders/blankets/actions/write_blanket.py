"""Agree a blanket order, change what is committed, and have its prices approved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.money import round_money
from orders.blankets.errors import BlanketNotToApprove, CommittedTooLow, OwnBlanket
from orders.blankets.models import BlanketLine, BlanketOrder
from orders.blankets.permissions import APPROVE_BLANKET, WRITE_BLANKET
from orders.blankets.policies import TOLERANCE
from orders.blankets.reads import LockedBlanket, lock_blanket, lock_frames
from orders.blankets.rules import Frame, plain, tolerated
from orders.desk.taking import take_draft
from orders.entry.errors import LineRefused
from orders.entry.models import OrderDraft
from orders.entry.offers import Offer, price_offer
from orders.entry.rules import OrderRequest

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class WrittenBlanket:
    """The blanket order, and in words what somebody else has to approve before anything is called off."""

    blanket_id: int
    number: str
    version: int
    beyond: str


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What a line shall be from now on: `quantity` committed and `least` of one call-off, both in its unit."""

    line: int
    quantity: Decimal
    least: Decimal


@command("orders.create_blanket")
def create_blanket(
    batch: Batch,
    *,
    request: OrderRequest,
    valid_from: date,
    valid_until: date,
    least: Sequence[Decimal] = (),
) -> WrittenBlanket:
    """Agree quantities at the prices that an order over all of them would get, which bind until the last day.

    `least`: the smallest call-off of each line, in its unit; left out, any. Prices beyond the writer's authority or
    below the margin floor wait for approval. Raises what `price_offer` raises, BadInput.
    """
    offer = price_offer(batch, request, right=WRITE_BLANKET)
    header = offer.header
    _check_term(valid_from, valid_until, header.on_day)
    smallest = list(least) or [ZERO] * len(offer.facts)
    _check_least(offer, smallest)
    (blanket_id,) = batch.draw(orders_blanketorder=1)["orders_blanketorder"]
    number = f"BO-{blanket_id}"
    percent = TOLERANCE.value(on=header.on_day, company=header.company_id, customer=header.customer_id)
    batch.insert(
        BlanketOrder,
        id=blanket_id,
        number=number,
        company=header.company_id,
        site=header.site_id,
        customer=header.customer_id,
        ship_to=header.ship_to_id,
        job=request.job.upper(),
        customer_po=request.customer_po,
        state=BlanketOrder.State.OPEN.value,
        valid_from=valid_from,
        valid_until=valid_until,
        currency=header.currency,
        net=offer.total.net,
        beyond=offer.beyond,
        note=request.note,
        created_at=batch.now,
        created_by=batch.actor.name,
    )
    batch.insert(
        BlanketLine,
        blanket=blanket_id,
        least=smallest,
        tolerated=[tolerated(outcome.stock_quantity, percent) for outcome in offer.outcomes],
        **offer.columns(),
    )
    why = {**offer.why(), "valid_from": valid_from, "valid_until": valid_until, "tolerance_percent": percent}
    batch.decide("orders.create_blanket", BlanketOrder, blanket_id, why)
    return WrittenBlanket(blanket_id, number, 1, offer.beyond)


@command("orders.blanket_draft")
def blanket_draft(
    batch: Batch, *, public_id: str, version: int, valid_from: date, valid_until: date
) -> WrittenBlanket:
    """Make a blanket order of the desk's draft, which is put away. Raises what `take_draft` and `create_blanket` do."""
    taken = take_draft(batch, public_id=public_id, version=version, right=WRITE_BLANKET)
    try:
        written = create_blanket.inside(
            batch, request=taken.request, valid_from=valid_from, valid_until=valid_until
        )
    except LineRefused as refusal:
        raise taken.renumbered(refusal) from refusal
    batch.update(OrderDraft, [taken.draft_id], discarded_at=batch.now)
    return written


@command("orders.change_blanket")
def change_blanket(
    batch: Batch, *, blanket_id: int, version: int, lines: Sequence[LineTerms], valid_until: date, reason: str
) -> WrittenBlanket:
    """Commit to other quantities, or for longer; the prices and the tolerated quantities stay as agreed.

    Raises NotFound, StaleVersion, BlanketEnded, CommittedTooLow, InexactQuantity, BadInput.
    """
    blanket = lock_blanket(batch, blanket_id, right=WRITE_BLANKET, version=version)
    blanket.refuse_ended()
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why it changes."))
    _check_term(blanket.valid_from, valid_until, blanket.today)
    frames = lock_frames(batch, blanket_id)
    changed = {terms.line: terms for terms in lines}
    if len(changed) < len(lines):
        raise BadInput(field="lines", reason=_("a line is named twice."))
    if unknown := changed.keys() - frames.keys():
        raise NotFound(what=_("line of %(number)s") % {"number": blanket.number}, reference=min(unknown))
    committed = {n: _committed(blanket, frames[n], terms) for n, terms in changed.items()}
    batch.update(
        BlanketLine,
        [frames[n].line_id for n in changed],
        quantity=[terms.quantity for terms in changed.values()],
        least=[terms.least for terms in changed.values()],
        stock_quantity=list(committed.values()),
    )
    wanted = {n: changed[n].quantity if n in changed else frame.quantity for n, frame in frames.items()}
    net = sum(
        (round_money(wanted[n] * frame.unit_price, blanket.currency) for n, frame in frames.items()), ZERO
    )
    batch.update(BlanketOrder, [blanket_id], valid_until=valid_until, net=net, version=version + 1)
    outcome = {
        "lines": [[n, frames[n].quantity, terms.quantity] for n, terms in changed.items()],
        "valid_until": [blanket.valid_until, valid_until],
        "reason": reason.strip()[:200],
    }
    batch.decide("orders.change_blanket", BlanketOrder, blanket_id, outcome)
    return WrittenBlanket(blanket_id, blanket.number, version + 1, blanket.beyond)


@command("orders.approve_blanket")
def approve_blanket(batch: Batch, *, blanket_id: int, version: int) -> WrittenBlanket:
    """Let the agreed prices bind as they are. Raises BlanketNotToApprove, OwnBlanket, StaleVersion."""
    blanket = lock_blanket(batch, blanket_id, right=APPROVE_BLANKET, version=version)
    if blanket.state != BlanketOrder.State.OPEN or not blanket.waits:
        raise BlanketNotToApprove(number=blanket.number)
    if blanket.created_by == batch.actor.name:
        raise OwnBlanket(number=blanket.number)
    batch.update(
        BlanketOrder,
        [blanket_id],
        approved_at=batch.now,
        approved_by=batch.actor.name,
        version=version + 1,
    )
    batch.decide("orders.approve_blanket", BlanketOrder, blanket_id, {"beyond": blanket.beyond})
    return WrittenBlanket(blanket_id, blanket.number, version + 1, blanket.beyond)


def _check_term(first: date, last: date, today: date) -> None:
    if last < first:
        raise BadInput(field="valid_until", reason=_("the last day is before the first."))
    if last < today:
        raise BadInput(field="valid_until", reason=_("the last day must not be past."))


def _check_least(offer: Offer, least: Sequence[Decimal]) -> None:
    if len(least) != len(offer.facts):
        raise BadInput(field="least", reason=_("name one smallest call-off for each line."))
    for place, (smallest, line) in enumerate(zip(least, offer.request.lines, strict=True), 1):
        if not ZERO <= smallest <= line.quantity:
            raise BadInput(
                field="least",
                reason=_("line %(n)s: between nothing and what is committed.") % {"n": place},
            )


def _committed(blanket: LockedBlanket, frame: Frame, terms: LineTerms) -> Decimal:
    """What the line commits to from now on, in the stock unit."""
    if terms.quantity <= 0 or not ZERO <= terms.least <= terms.quantity:
        raise BadInput(
            field="lines",
            reason=_("line %(n)s: commit to something, and call off no less than nothing of it.")
            % {"n": terms.line},
        )
    committed = frame.factor.to_stock(terms.quantity)
    if committed + frame.tolerated < frame.called:
        raise CommittedTooLow(
            called=plain(frame.in_unit(frame.called)),
            unit=frame.unit,
            line=frame.line,
            number=blanket.number,
        )
    return committed
