"""Approve prices that go beyond what their writer may give."""

from dataclasses import dataclass

from erp.kernel.batch import Batch
from erp.kernel.command import command
from orders.quotes.errors import NotToApprove, OwnQuote
from orders.quotes.models import Quote
from orders.quotes.permissions import APPROVE_QUOTE
from orders.quotes.reads import lock_quote
from orders.quotes.states import OPEN


@dataclass(frozen=True, slots=True)
class ApprovedQuote:
    quote_id: int
    version: int


@command("orders.approve_quote")
def approve_quote(batch: Batch, *, quote_id: int, version: int, note: str = "") -> ApprovedQuote:
    """Let the newest revision's prices be offered as they are. Raises NotToApprove, OwnQuote, StaleVersion."""
    quote = lock_quote(batch, quote_id, right=APPROVE_QUOTE, version=version)
    if quote.state not in OPEN or not quote.waits:
        raise NotToApprove(number=quote.number)
    if quote.revised_by == batch.actor.name:
        raise OwnQuote(number=quote.number)
    batch.update(
        Quote,
        [quote_id],
        approved_at=batch.now,
        approved_by=batch.actor.name,
        version=quote.version + 1,
    )
    outcome = {"beyond": quote.beyond, "sentence": note.strip()[:200], "revision": quote.revision}
    batch.decide("orders.approve_quote", Quote, quote_id, outcome)
    return ApprovedQuote(quote_id, quote.version + 1)
