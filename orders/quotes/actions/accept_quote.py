"""Accept: the quote, or lines of it, becomes an order at the prices that were offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.formats import write_day
from orders.entry.actions.submit_order import SubmittedOrder, submit_order
from orders.entry.errors import CustomerPoUsed, LineRefused
from orders.entry.models import OrderLine, SalesOrder
from orders.entry.reads import WANTED_LINES
from orders.entry.rules import LineRequest, OrderRequest
from orders.quotes.errors import QuoteExpired, QuoteLineTaken, QuoteWaits
from orders.quotes.models import Quote, QuoteLine
from orders.quotes.permissions import WRITE_QUOTE
from orders.quotes.reads import LockedQuote, QuotedLine, lines_of, lock_quote

State = Quote.State


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What the customer says to a quote. No lines: every line that is not ordered yet."""

    lines: Sequence[int] = ()
    customer_po: str = ""
    requested_on: date | None = None
    note: str = ""
    anew: bool = False  # where the quote has expired, at prices found anew
    channel: str = SalesOrder.Channel.DESK.value


@dataclass(frozen=True, slots=True)
class AcceptedQuote:
    """The order, its holds, whether the quoted prices were held, and how many lines nobody has ordered."""

    order_id: int
    number: str
    holds: list[str]
    held_prices: bool
    left: int


def _po_used(quote_id: int, version: int, acceptance: Acceptance) -> CustomerPoUsed:
    return CustomerPoUsed(customer_po=acceptance.customer_po, order="an order submitted just now")


@command("orders.accept_quote", conflicts={"order_customer_po_unique": _po_used})
def accept_quote(batch: Batch, *, quote_id: int, version: int, acceptance: Acceptance) -> AcceptedQuote:
    """Submit an order over quoted lines; while the quote is valid their prices are bound.

    Every other gate of an order is asked as ever: credit, blocks, the customer's PO. Raises NotFound, StaleVersion,
    WrongQuoteState, QuoteWaits, QuoteExpired unless prices found anew are wanted then, QuoteLineTaken, and what
    submit raises.
    """
    quote = lock_quote(batch, quote_id, right=WRITE_QUOTE, version=version)
    quote.refuse_unless(
        State.OPEN, State.SENT, State.EXPIRED, remedy=_("Revise the quote, or write a new one.")
    )
    if not quote.is_valid and not acceptance.anew:
        raise QuoteExpired(number=quote.number, day=write_day(quote.valid_until))
    if quote.is_valid and quote.waits:
        raise QuoteWaits(number=quote.number, beyond=quote.beyond)
    lines = lines_of(batch, quote)
    chosen = _chosen(quote, lines, acceptance.lines)
    submitted = _submit(batch, quote, chosen, acceptance)
    order_lines = [line_id for (line_id,) in batch.read(WANTED_LINES, submitted.order_id)]
    batch.update(QuoteLine, [line.line_id for line in chosen], order_line=order_lines)
    taken = {line.line for line in chosen}
    left = sum(line.order is None and line.line not in taken for line in lines)
    _restate(batch, quote, sum((line.net for line in chosen), Decimal(0)), done=not left)
    batch.decide(
        "orders.accept_quote",
        Quote,
        quote_id,
        {
            "order": submitted.order_id,
            "lines": sorted(taken),
            "held_prices": quote.is_valid,
            "sentence": _sentence(quote, submitted.number),
        },
    )
    return AcceptedQuote(submitted.order_id, submitted.number, submitted.holds, quote.is_valid, left)


def _sentence(quote: LockedQuote, order: str) -> str:
    if quote.is_valid:
        return f"{order} at the quoted prices."
    return f"{order} at prices found anew: the quote was valid until {quote.valid_until}."


def _chosen(quote: LockedQuote, lines: Sequence[QuotedLine], wanted: Sequence[int]) -> list[QuotedLine]:
    known = {line.line: line for line in lines}
    if len(set(wanted)) < len(wanted):
        raise BadInput(field="lines", reason=_("a line is named twice."))
    if unknown := set(wanted) - known.keys():
        raise NotFound(what=_("line of %(quote)s") % {"quote": quote.number}, reference=min(unknown))
    chosen = [known[n] for n in sorted(wanted)] if wanted else [line for line in lines if line.order is None]
    for line in chosen:
        if line.order is not None:
            raise QuoteLineTaken(line=line.line, number=quote.number, order=line.order)
    return chosen


def _submit(
    batch: Batch, quote: LockedQuote, chosen: Sequence[QuotedLine], acceptance: Acceptance
) -> SubmittedOrder:
    request = OrderRequest(
        customer_id=quote.customer_id,
        lines=[_wanted(quote, line) for line in chosen],
        requested_on=acceptance.requested_on or max(quote.requested_on, quote.today),
        channel=acceptance.channel,
        ship_to_id=quote.ship_to_id,
        site_id=quote.site_id,
        customer_po=acceptance.customer_po,
        note=acceptance.note,
        job=quote.job,
    )
    try:
        return submit_order.inside(batch, request=request)
    except LineRefused as refusal:
        raise refusal.numbered([line.line for line in chosen]) from refusal


def _wanted(quote: LockedQuote, line: QuotedLine) -> LineRequest:
    if not quote.is_valid:
        return LineRequest(line.item_id, line.quantity, line.unit, supply=line.supply)
    return LineRequest(
        line.item_id, line.quantity, line.unit, line.unit_price, quote.number,
        price_source=OrderLine.PriceSource.QUOTE.value, supply=line.supply,
    )  # fmt: skip


def _restate(batch: Batch, quote: LockedQuote, ordered: Decimal, *, done: bool) -> None:
    """The quote after it: won when nothing is left to order, or when it had ended and was taken up again."""
    changes: dict[str, Any] = {}
    if done or quote.state == State.EXPIRED:
        changes = {"state": State.WON.value, "closed_at": batch.now, "closed_by": batch.actor.name}
    batch.update(Quote, [quote.quote_id], **changes, add={"ordered_net": ordered, "version": 1})
