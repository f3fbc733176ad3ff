"""Send a quote to the customer: by e-mail with its PDF, or handed over otherwise."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.formats import write_day
from orders.messages.actions.send_document import send_document
from orders.messages.errors import NoAddress
from orders.quotes.errors import QuoteExpired, QuoteWaits
from orders.quotes.models import Quote
from orders.quotes.permissions import WRITE_QUOTE
from orders.quotes.reads import RECIPIENT, LockedQuote, lock_quote

State = Quote.State
KIND = "orders.quote_revision"


@dataclass(frozen=True, slots=True)
class SentQuote:
    """The quote, and the address it goes to; empty where it was handed over."""

    quote_id: int
    version: int
    recipient: str


@command("orders.send_quote")
def send_quote(
    batch: Batch, *, quote_id: int, version: int, recipient: str = "", by_hand: bool = False
) -> SentQuote:
    """Send the newest revision, to the customer's own address unless another is named; again as often as asked.

    `by_hand`: it was printed or said on the telephone, and no message goes out. Raises NotFound, StaleVersion,
    WrongQuoteState, QuoteExpired, QuoteWaits, NoAddress.
    """
    quote = lock_quote(batch, quote_id, right=WRITE_QUOTE, version=version)
    quote.refuse_unless(State.OPEN, State.SENT, remedy=_("Revise the quote first."))
    if not quote.is_valid:
        raise QuoteExpired(number=quote.number, day=write_day(quote.valid_until))
    if quote.waits:
        raise QuoteWaits(number=quote.number, beyond=quote.beyond)
    to = "" if by_hand else _mail(batch, quote, recipient.strip())
    batch.update(
        Quote,
        [quote_id],
        state=State.SENT.value,
        sent_at=batch.now,
        version=quote.version + 1,
    )
    outcome = {"revision": quote.revision, "recipient": to, "by_hand": by_hand}
    batch.decide("orders.send_quote", Quote, quote_id, outcome)
    return SentQuote(quote_id, quote.version + 1, to)


def _mail(batch: Batch, quote: LockedQuote, recipient: str) -> str:
    ((name, email, language, revision_id),) = batch.read(RECIPIENT, quote.quote_id, quote.revision)
    to: str = recipient or email
    if not to:
        raise NoAddress(order=quote.number, reason=_("the customer has no e-mail address."))
    with translation.override(language):
        subject = _("Our quote %(number)s") % {"number": quote.number}
        if quote.customer_reference:
            subject = _("%(subject)s (your %(reference)s)") % {
                "subject": subject,
                "reference": quote.customer_reference,
            }
        body = _(
            "To %(name)s\n\nThank you for asking. Our quote is attached; its prices hold until %(day)s.\n"
            "To order, answer with the number %(number)s and the lines you want."
        ) % {"name": name, "day": write_day(quote.valid_until), "number": quote.number}
    send_document(
        batch,
        kind=KIND,
        document_id=revision_id,
        number=quote.number,
        company_id=quote.company_id,
        site_id=quote.site_id,
        language=language,
        recipient=to,
        subject=subject,
        body=body,
    )
    return to
