"""Write a quote and its revisions: priced as an order would be, holding nothing but the prices."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from erp.kernel.formats import write_day
from orders.entry.offers import Offer, price_offer
from orders.entry.rules import OrderRequest
from orders.quotes.errors import WrongQuoteState
from orders.quotes.models import Quote, QuoteLine, QuoteRevision
from orders.quotes.permissions import WRITE_QUOTE
from orders.quotes.policies import MOST_DAYS, QUOTE_DAYS
from orders.quotes.reads import lock_quote


@dataclass(frozen=True, slots=True)
class WrittenQuote:
    """The quote, its newest revision, and in words what somebody else has to approve before it is sent."""

    quote_id: int
    number: str
    revision: int
    version: int
    beyond: str


@command("orders.create_quote")
def create_quote(batch: Batch, *, request: OrderRequest, valid_until: date | None = None) -> WrittenQuote:
    """Offer what a customer asks for until a day, by default as long as the policy says.

    Prices are found or set by hand as for an order; those beyond the writer's authority or below the margin floor
    wait for approval. Raises what `price_offer` raises, BadInput for a day that is past or too far away.
    """
    offer = price_offer(batch, request, right=WRITE_QUOTE)
    (quote_id,) = batch.draw(orders_quote=1)["orders_quote"]
    until = _until(offer, valid_until)
    header = offer.header
    batch.insert(
        Quote,
        id=quote_id,
        number=f"Q-{quote_id}",
        company=header.company_id,
        site=header.site_id,
        customer=header.customer_id,
        state=Quote.State.OPEN.value,
        revision=1,
        currency=header.currency,
        created_at=batch.now,
        created_by=batch.actor.name,
        **_header(batch, offer, until),
    )
    return _write(batch, offer, until, quote_id, f"Q-{quote_id}", 1, 1, "orders.create_quote", "")


@command("orders.revise_quote")
def revise_quote(
    batch: Batch,
    *,
    quote_id: int,
    version: int,
    request: OrderRequest,
    valid_until: date | None = None,
    reason: str = "",
) -> WrittenQuote:
    """Offer something else under the same number; the revisions before it are kept.

    A lost or expired quote is open again with it. Raises what `create_quote` raises, NotFound, StaleVersion,
    WrongQuoteState for a quote of which something is ordered.
    """
    quote = lock_quote(batch, quote_id, right=WRITE_QUOTE, version=version)
    if quote.ordered_net or quote.state == Quote.State.WON:
        raise WrongQuoteState(
            number=quote.number, state=_("ordered in part or whole"), remedy=_("Write a new quote instead.")
        )
    if request.customer_id != quote.customer_id:
        raise BadInput(field="customer", reason=_("a revision is for the quote's own customer."))
    offer = price_offer(batch, request, right=WRITE_QUOTE)
    until = _until(offer, valid_until)
    batch.update(
        Quote,
        [quote_id],
        state=Quote.State.OPEN.value,
        site=offer.header.site_id,
        revision=quote.revision + 1,
        draft=None,
        approved_at=None,
        approved_by="",
        sent_at=None,
        closed_at=None,
        closed_by="",
        loss="",
        competitor="",
        closing_note="",
        version=quote.version + 1,
        **_header(batch, offer, until),
    )
    return _write(
        batch, offer, until, quote_id, quote.number, quote.revision + 1, quote.version + 1,
        "orders.revise_quote", reason.strip()[:200],
    )  # fmt: skip


def _until(offer: Offer, wanted: date | None) -> date:
    """The last day on which the prices hold, in the company's calendar."""
    header = offer.header
    today, company = header.on_day, header.company_id
    if wanted is None:
        days = QUOTE_DAYS.value(on=today, company=company, customer=header.customer_id)
        return today + timedelta(days=days)
    last = today + timedelta(days=MOST_DAYS.value(on=today, company=company))
    if wanted < today:
        raise BadInput(field="valid_until", reason=_("the last day must not be past."))
    if wanted > last:
        raise BadInput(
            field="valid_until", reason=_("prices are held until %(day)s at most.") % {"day": write_day(last)}
        )
    return wanted


def _header(batch: Batch, offer: Offer, until: date) -> dict[str, Any]:
    request = offer.request
    return {
        "ship_to": offer.header.ship_to_id,
        "job": request.job.upper(),
        "customer_reference": request.customer_po,
        "valid_until": until,
        "requested_on": request.requested_on,
        "line_count": len(offer.facts),
        "net": offer.total.net,
        "tax": offer.total.tax,
        "gross": offer.total.gross,
        "beyond": offer.beyond,
        "note": request.note,
        "revised_by": batch.actor.name,
    }


def _write(
    batch: Batch,
    offer: Offer,
    until: date,
    quote_id: int,
    number: str,
    revision: int,
    version: int,
    verb: str,
    reason: str,
) -> WrittenQuote:
    """The revision with its lines and why."""
    batch.insert(
        QuoteRevision,
        quote=quote_id,
        revision=revision,
        valid_until=until,
        requested_on=offer.request.requested_on,
        line_count=len(offer.facts),
        net=offer.total.net,
        tax=offer.total.tax,
        gross=offer.total.gross,
        beyond=offer.beyond,
        note=offer.request.note,
        reason=reason,
        made_at=batch.now,
        made_by=batch.actor.name,
    )
    batch.insert(
        QuoteLine,
        quote=quote_id,
        revision=revision,
        net=[outcome.priced.net for outcome in offer.outcomes],
        tax_rate_percent=[fact.tax_rate or 0 for fact in offer.facts],
        **offer.columns(),
    )
    why = {**offer.why(), "revision": revision, "valid_until": until, "reason": reason}
    batch.decide(verb, Quote, quote_id, why)
    return WrittenQuote(quote_id, number, revision, version, offer.beyond)
