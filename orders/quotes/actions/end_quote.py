"""A quote ends without an order: lost with a reason, or past its last day."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from orders.quotes.models import Quote
from orders.quotes.permissions import WRITE_QUOTE
from orders.quotes.reads import LOCK_EXPIRED, lock_quote

State = Quote.State


@dataclass(frozen=True, slots=True)
class EndedQuote:
    quote_id: int
    state: str


@dataclass(frozen=True, slots=True)
class ExpiredQuotes:
    quote_ids: list[int]


@command("orders.lose_quote")
def lose_quote(
    batch: Batch, *, quote_id: int, version: int, loss: str, competitor: str = "", note: str = ""
) -> EndedQuote:
    """Note why the customer does not order what was offered, and who does the business instead.

    A quote of which something is ordered counts as won; the reason is kept for the rest. An expired one may still
    be told its reason. Raises NotFound, StaleVersion, WrongQuoteState, BadInput.
    """
    quote = lock_quote(batch, quote_id, right=WRITE_QUOTE, version=version)
    quote.refuse_unless(State.OPEN, State.SENT, State.EXPIRED, remedy=_("It has ended already."))
    if loss not in Quote.Loss.values:
        raise BadInput(field="loss", reason=_("choose one of the reasons."))
    if loss == Quote.Loss.OTHER and not note.strip():
        raise BadInput(field="note", reason=_("say in words what the other reason is."))
    state = State.WON if quote.ordered_net else State.LOST
    batch.update(
        Quote,
        [quote_id],
        state=state.value,
        closed_at=batch.now,
        closed_by=batch.actor.name,
        loss=loss,
        competitor=competitor.strip()[:80],
        closing_note=note.strip()[:200],
        version=quote.version + 1,
    )
    outcome = {"loss": loss, "competitor": competitor.strip()[:80], "sentence": note.strip()[:200]}
    batch.decide("orders.lose_quote", Quote, quote_id, outcome)
    return EndedQuote(quote_id, state.value)


@command("orders.expire_quotes")
def expire_quotes(batch: Batch, *, most: int = 500) -> ExpiredQuotes:
    """End open quotes whose last day is over in their company; of what was ordered in part the rest. Idempotent."""
    rows = batch.read(LOCK_EXPIRED, batch.now, most)
    for state, ids in (
        (State.WON, [quote_id for quote_id, in_part in rows if in_part]),
        (State.EXPIRED, [quote_id for quote_id, in_part in rows if not in_part]),
    ):
        batch.update(
            Quote,
            ids,
            state=state.value,
            closed_at=batch.now,
            closed_by=batch.actor.name,
            add={"version": 1},
        )
        for quote_id in ids:
            batch.decide("orders.expire_quotes", Quote, quote_id, {"state": state.value})
    return ExpiredQuotes([quote_id for quote_id, _in_part in rows])
