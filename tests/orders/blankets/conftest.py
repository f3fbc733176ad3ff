"""A blanket order over two items, and its people, before every test."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from erp.kernel.actor import Actor
from erp.kernel.command import By
from masterdata.models import Item
from orders.blankets.actions.call_off import CalledLine, CalledOff, CallOffRequest, call_off
from orders.blankets.actions.write_blanket import create_blanket
from orders.entry.rules import LineRequest
from orders.models import BlanketLine, BlanketOrder, SalesOrder
from tests import factories
from tests.trade import Trade, trade

_keys = count(1)
JANUARY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass
class Frames:
    """A trade of twelve items, a clerk and a process owner."""

    trade: Trade
    clerk: Actor
    owner: Actor

    def by(self, actor: Actor | None = None, at: datetime | None = None) -> By:
        return By(actor or self.clerk, key=f"frame-{next(_keys)}", at=at)

    def line(self, place: int = 0, quantity: int = 100, price: str = "") -> LineRequest:
        item = self.trade.world.items[place]
        if not price:
            return LineRequest(item, Decimal(quantity))
        return LineRequest(item, Decimal(quantity), price=Decimal(price), price_reason="Tender")

    def agree(
        self,
        *lines: LineRequest,
        least: tuple[int, ...] = (),
        first: date = date(2026, 1, 1),
        last: date = date(2030, 12, 31),
        by: By | None = None,
        **more: Any,
    ) -> BlanketOrder:
        made = create_blanket(
            by or self.by(),
            request=self.trade.request(list(lines) or [self.line(0), self.line(1, 50)], **more),
            valid_from=first,
            valid_until=last,
            least=[Decimal(n) for n in least],
        )
        return BlanketOrder.objects.get(pk=made.blanket_id)

    def call(
        self, blanket: BlanketOrder, *lines: tuple[int, int], by: By | None = None, **more: Any
    ) -> CalledOff:
        """Call off (line, quantity) pairs."""
        wanted = [CalledLine(line, Decimal(quantity)) for line, quantity in lines]
        return call_off(by or self.by(), blanket_id=blanket.pk, request=CallOffRequest(wanted, **more))

    def called(self, blanket: BlanketOrder) -> list[Decimal]:
        return list(BlanketLine.objects.filter(blanket=blanket).values_list("called", flat=True))

    def order(self, made: CalledOff) -> SalesOrder:
        return SalesOrder.objects.get(pk=made.order_id)


@pytest.fixture
def shop(db: None) -> Frames:
    made = trade()
    Item.objects.update(standard_cost=1)
    return Frames(
        made,
        clerk=factories.actor("customer_service", username="nora"),
        owner=factories.actor("process_owner", username="olga"),
    )
