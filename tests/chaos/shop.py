"""The bench company seen from a test: what it sells, and its verbs in process, as a worker calls them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from bench.world import START, world_of
from erp.kernel.actor import Actor
from erp.kernel.api import issue_token
from erp.kernel.command import By
from erp.kernel.models import OutboxEntry, User
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import record_picks
from inventory.outbound.actions.release_groups import release_groups
from inventory.outbound.models import Shipment
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from masterdata.models import Bin, Company, Price, PriceScope
from orders.entry.actions.submit_order import SubmittedOrder, submit_order
from orders.entry.rules import LineRequest, OrderRequest
from orders.models import SalesOrder
from tests import factories
from tests.factories import local_day


class Shop:
    """One company of twenty items and ten customers with stock that never ends."""

    def __init__(self) -> None:
        self.world = world_of(Company.objects.get(code="BENCH"))
        self.user = User.objects.get(pk=self.world.user_id)
        self.actor = Actor.of(self.user)
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        self.token = issue_token(self.user, name="fault tests", expires_at=tomorrow)[1]
        self._turn = count()

    def by(self, key: str = "") -> By:
        return By(self.actor, key=key or str(uuid4()))

    def wish(self, lines: int = 3) -> dict[str, Any]:
        """An order as a program sends it: one each of `lines` items, for one customer after the other."""
        turn = next(self._turn)
        customers, items = self.world.customers, self.world.items
        chosen = sorted(items[(turn + place) % len(items)] for place in range(lines))
        return order_of(customers[turn % len(customers)], *chosen)

    def submit(self, wish: dict[str, Any], key: str = "") -> SubmittedOrder:
        """The same order by a verb in this process."""
        lines = [LineRequest(line["item"], Decimal(line["quantity"])) for line in wish["lines"]]
        request = OrderRequest(wish["customer"], lines, requested_on=local_day(), channel="api")
        return submit_order(self.by(key), request=request)

    def picked(self, number: int, lines: int = 1) -> list[int]:
        """Shipments that wait for nothing but ship-confirm."""
        orders = [self.submit(self.wish(lines)).order_id for _ in range(number)]
        groups = list(SalesOrder.objects.filter(pk__in=orders).values_list("group_id", flat=True))
        shipments = release_groups(self.by(), group_ids=groups).shipment_ids
        for shipment_id in shipments:
            record_picks(self.by(), shipment_id=shipment_id)
        return shipments

    def confirm(self, shipment_ids: Sequence[int]) -> None:
        """They leave, a hundred at a time, each site for itself."""
        sites = (
            Shipment.objects.filter(pk__in=shipment_ids)
            .values_list("site_id", "pk")
            .order_by("site_id", "pk")
        )
        for site_id in {site_id for site_id, _ in sites}:
            here = [pk for site, pk in sites if site == site_id]
            for place in range(0, len(here), 100):
                confirm_shipments(self.by(), shipment_ids=here[place : place + 100])

    def scarce_item(self, quantity: int) -> int:
        """A new item with a price, and so many of it at the site that ships to everyone."""
        item = factories.item(code=f"SCARCE-{uuid4().hex[:8]}")
        Price.objects.create(
            scope=PriceScope.objects.get(code="LIST"),
            item=item,
            value=10,
            unit=item.sell_unit,
            valid_from=START,
        )
        site_id = self.world.sites[0]
        bin_id = Bin.objects.filter(site=site_id).values_list("pk", flat=True).order_by("pk")[0]
        line = OpeningLine(item.pk, bin_id, Decimal(quantity), value=Decimal(6 * quantity))
        post_opening_stock(self.by(), site_id=site_id, lines=[line])
        return item.pk


def order_of(customer_id: int, *item_ids: int) -> dict[str, Any]:
    """An order of one each, as JSON."""
    return {"customer": customer_id, "lines": [{"item": item_id, "quantity": "1"} for item_id in item_ids]}


def undelivered() -> int:
    """Announced facts that nobody has handled yet."""
    return OutboxEntry.objects.filter(done_at=None).count()
