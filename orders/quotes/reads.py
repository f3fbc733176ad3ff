"""Locking reads of quotes: the quote, then the lines of its newest revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import NotFound, StaleVersion

from .errors import WrongQuoteState
from .models import Quote

State = Quote.State

LOCK_QUOTE = """
SELECT q.id, q.number, q.state, q.company_id, q.site_id, q.customer_id, q.ship_to_id, q.job, q.customer_reference,
    q.revision, q.valid_until, q.requested_on, q.currency, q.net, q.ordered_net, q.beyond, q.note, q.revised_by,
    q.approved_by, q.draft_id, q.version, (%s::timestamptz AT TIME ZONE c.time_zone)::date
FROM orders_quote q JOIN masterdata_company c ON c.id = q.company_id
WHERE q.id = %s::bigint FOR NO KEY UPDATE OF q"""

# Behind the lock: it sees what whoever held it before has ordered.
LINES = """
SELECT l.id, l.line, l.item_id, i.code, l.quantity, l.unit_id, l.unit_price, l.price_source, l.price_reason, l.net,
    l.supply, o.number
FROM orders_quoteline l JOIN masterdata_item i ON i.id = l.item_id
LEFT JOIN orders_orderline ol ON ol.id = l.order_line_id LEFT JOIN orders_salesorder o ON o.id = ol.order_id
WHERE l.quote_id = %s::bigint AND l.revision = %s::int ORDER BY l.line"""

# Whom a revision goes to, and the revision itself: what is sent stays it, whatever the quote becomes.
RECIPIENT = """
SELECT p.name, p.email, p.language, r.id FROM orders_quoterevision r JOIN orders_quote q ON q.id = r.quote_id
JOIN masterdata_customer c ON c.id = q.customer_id JOIN masterdata_party p ON p.id = c.party_id
WHERE r.quote_id = %s::bigint AND r.revision = %s::int"""

# Each company's own day decides; whoever changes one of them at this moment is waited for by the next beat.
LOCK_EXPIRED = """
SELECT q.id, q.ordered_net > 0 FROM orders_quote q JOIN masterdata_company c ON c.id = q.company_id
WHERE q.state IN ('open', 'sent') AND q.valid_until < (%s::timestamptz AT TIME ZONE c.time_zone)::date
ORDER BY q.id LIMIT %s::int FOR NO KEY UPDATE OF q SKIP LOCKED"""


@dataclass(frozen=True, slots=True)
class LockedQuote:
    """A quote under lock. `today` is the day of its company."""

    quote_id: int
    number: str
    state: str
    company_id: int
    site_id: int
    customer_id: int
    ship_to_id: int | None
    job: str
    customer_reference: str
    revision: int
    valid_until: date
    requested_on: date
    currency: str
    net: Decimal
    ordered_net: Decimal
    beyond: str
    note: str
    revised_by: str
    approved_by: str
    draft_id: int | None
    version: int
    today: date

    @property
    def waits(self) -> bool:
        """Whether somebody has to approve its prices first."""
        return bool(self.beyond) and not self.approved_by

    @property
    def is_valid(self) -> bool:
        return self.today <= self.valid_until

    def refuse_unless(self, *states: State, remedy: str) -> None:
        if self.state not in states:
            state = str(State(self.state).label).lower()
            raise WrongQuoteState(number=self.number, state=state, remedy=remedy)


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """One line of the newest revision; `order` is the number of the order that it became."""

    line_id: int
    line: int
    item_id: int
    code: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    price_source: str
    price_reason: str
    net: Decimal
    supply: str
    order: str | None


def lock_quote(batch: Batch, quote_id: int, *, right: str, version: int | None = None) -> LockedQuote:
    """Lock a quote for a verb. Raises NotFound, NotPermitted, StaleVersion where a version is named."""
    rows = batch.read(LOCK_QUOTE, batch.now, quote_id)
    if not rows:
        raise NotFound(what=_("quote"), reference=quote_id)
    quote = LockedQuote(*rows[0])
    batch.actor.require(right, company=quote.company_id, site=quote.site_id)
    if version is not None and version != quote.version:
        raise StaleVersion(document=quote.number, actor=quote.revised_by, changes=[], version=quote.version)
    return quote


def lines_of(batch: Batch, quote: LockedQuote) -> Sequence[QuotedLine]:
    """The lines of the newest revision, by number."""
    return [QuotedLine(*row) for row in batch.read(LINES, quote.quote_id, quote.revision)]
