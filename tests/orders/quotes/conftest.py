"""A company that quotes, and its people, before every test."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from erp.kernel.actor import Actor
from erp.kernel.command import By
from masterdata.models import Item, Party, Price
from orders.entry.rules import LineRequest
from orders.models import Quote
from orders.quotes.actions.accept_quote import Acceptance, AcceptedQuote, accept_quote
from orders.quotes.actions.write_quote import create_quote
from tests import factories
from tests.trade import Trade, trade

_keys = count(1)
JANUARY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass
class Quotes:
    """A trade of twelve items, a clerk and a process owner."""

    trade: Trade
    clerk: Actor
    owner: Actor

    def by(self, actor: Actor | None = None, at: datetime | None = None) -> By:
        return By(actor or self.clerk, key=f"quote-{next(_keys)}", at=at)

    def line(self, place: int = 0, quantity: int = 2, price: str = "") -> LineRequest:
        item = self.trade.world.items[place]
        if not price:
            return LineRequest(item, Decimal(quantity))
        return LineRequest(item, Decimal(quantity), price=Decimal(price), price_reason="Asked for")

    def quote(
        self, *lines: LineRequest, by: By | None = None, until: date | None = None, **more: Any
    ) -> Quote:
        request = self.trade.request(list(lines) or [self.line(0), self.line(1)], **more)
        made = create_quote(by or self.by(), request=request, valid_until=until)
        return Quote.objects.get(pk=made.quote_id)

    def accept(self, quote: Quote, *lines: int, by: By | None = None, **more: Any) -> AcceptedQuote:
        quote.refresh_from_db()
        return accept_quote(
            by or self.by(),
            quote_id=quote.pk,
            version=quote.version,
            acceptance=Acceptance(lines=lines, **more),
        )

    def old(self, *lines: LineRequest) -> Quote:
        """A quote of January that was valid until the end of that month."""
        return self.quote(*lines, by=self.by(at=JANUARY), until=date(2026, 1, 31))

    def raise_prices(self) -> None:
        """Everything costs ten more from now on."""
        for price in Price.objects.filter(method="net"):
            Price.objects.filter(pk=price.pk).update(value=price.value + 10)


@pytest.fixture
def shop(db: None) -> Quotes:
    made = trade()
    Item.objects.update(standard_cost=1)
    Party.objects.update(email="buyer@example.com")
    return Quotes(
        made,
        clerk=factories.actor("customer_service", username="nora"),
        owner=factories.actor("process_owner", username="olga"),
    )
