"""The desk's draft becomes a quote or its next revision, and a quote becomes a draft to be revised in."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from orders.desk.actions.save_draft import SavedDraft, save_draft
from orders.desk.rules import DraftChange
from orders.desk.taking import take_draft
from orders.entry.errors import LineRefused
from orders.entry.models import OrderDraft, OrderLine
from orders.quotes import reads
from orders.quotes.actions.write_quote import WrittenQuote, create_quote, revise_quote
from orders.quotes.errors import WrongQuoteState
from orders.quotes.models import Quote
from orders.quotes.permissions import WRITE_QUOTE

State = Quote.State
OF_DRAFT = "SELECT q.id, q.version FROM orders_quote q WHERE q.draft_id = %s::bigint"


@dataclass(frozen=True, slots=True)
class OpenedDraft:
    public_id: str


@command("orders.quote_draft")
def quote_draft(
    batch: Batch, *, public_id: str, version: int, valid_until: date | None = None, reason: str = ""
) -> WrittenQuote:
    """Make a quote of a draft, or the next revision of the quote that it was opened for; the draft is put away.

    Raises what `take_draft`, `create_quote` and `revise_quote` raise.
    """
    taken = take_draft(batch, public_id=public_id, version=version, right=WRITE_QUOTE)
    revised = batch.read(OF_DRAFT, taken.draft_id)
    try:
        if revised:
            ((quote_id, quote_version),) = revised
            written = revise_quote.inside(
                batch,
                quote_id=quote_id,
                version=quote_version,
                request=taken.request,
                valid_until=valid_until,
                reason=reason,
            )
        else:
            written = create_quote.inside(batch, request=taken.request, valid_until=valid_until)
    except LineRefused as refusal:
        raise taken.renumbered(refusal) from refusal
    batch.update(OrderDraft, [taken.draft_id], discarded_at=batch.now)
    return written


@command("orders.open_revision")
def open_revision(batch: Batch, *, quote_id: int) -> OpenedDraft:
    """The draft that the quote's next revision is written in, with its lines: one at a time.

    Prices set by hand come along; the others will be found anew. Raises NotFound, WrongQuoteState.
    """
    quote = reads.lock_quote(batch, quote_id, right=WRITE_QUOTE)
    if quote.ordered_net or quote.state == State.WON:
        raise WrongQuoteState(
            number=quote.number, state=_("ordered in part or whole"), remedy=_("Write a new quote instead.")
        )
    open_draft = OrderDraft.objects.filter(quote=quote_id, order=None, discarded_at=None).first()
    if open_draft is not None:
        return OpenedDraft(str(open_draft.public_id))
    saved, public_id = _draft_of(batch, quote)
    batch.update(Quote, [quote_id], draft=saved.draft_id)
    return OpenedDraft(public_id)


@command("orders.copy_quote")
def copy_quote(batch: Batch, *, quote_id: int) -> OpenedDraft:
    """A draft of its own with the quote's lines, for another quote or an order. Raises NotFound."""
    quote = reads.lock_quote(batch, quote_id, right=WRITE_QUOTE)
    _saved, public_id = _draft_of(batch, quote)
    return OpenedDraft(public_id)


def _draft_of(batch: Batch, quote: reads.LockedQuote) -> tuple[SavedDraft, str]:
    """A new draft with the newest revision's lines; prices set by hand come along, the others are found anew."""
    lines = [
        {
            "line": line.line,
            "raw": line.code,
            "item_id": line.item_id,
            "quantity": f"{line.quantity.normalize():f}",
            "unit": line.unit,
            "supply": line.supply,
            **(
                {"price": f"{line.unit_price.normalize():f}", "price_reason": line.price_reason}
                if line.price_source == OrderLine.PriceSource.OVERRIDE
                else {}
            ),
        }
        for line in reads.lines_of(batch, quote)
    ]
    header = {
        "customer_id": quote.customer_id,
        "ship_to_id": quote.ship_to_id,
        "job": quote.job,
        "customer_po": quote.customer_reference,
        "requested_on": max(quote.requested_on, quote.today).isoformat(),
        "note": quote.note,
    }
    public_id = str(uuid.uuid4())
    saved = save_draft.inside(batch, public_id=public_id, version=0, change=DraftChange(header, lines))
    return saved, public_id
