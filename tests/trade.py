"""One order carried through the verbs, for tests of every step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import count

from bench.world import World, build
from billing.invoicing.actions.invoice_shipments import Invoiced, invoice_shipments
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.models import User
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import record_picks
from inventory.outbound.actions.release_groups import release_groups
from orders.entry.actions.submit_order import SubmittedOrder, submit_order
from orders.entry.rules import LineRequest, OrderRequest
from orders.models import SalesOrder

_keys = count(1)


@dataclass
class Trade:
    """A small company and someone who may do everything in it."""

    world: World
    actor: Actor

    def by(self, key: str = "", at: datetime | None = None) -> By:
        return By(self.actor, key=key or f"test-{next(_keys)}", at=at)

    def request(self, lines: int | Sequence[LineRequest] = 1, **changes: object) -> OrderRequest:
        """An order of one each of the first `lines` items, or of the lines given."""
        wanted = (
            [LineRequest(item, Decimal(1)) for item in self.world.items[:lines]]
            if isinstance(lines, int)
            else lines
        )
        fields = {
            "customer_id": self.world.customers[0],
            "lines": list(wanted),
            "requested_on": date(2026, 1, 5),
            "channel": "desk",
        }
        return OrderRequest(**{**fields, **changes})

    def submit(self, lines: int | Sequence[LineRequest] = 1, **changes: object) -> SubmittedOrder:
        return submit_order(self.by(), request=self.request(lines, **changes))

    def release(self, order_id: int) -> int:
        group_id = SalesOrder.objects.values_list("group_id", flat=True).get(pk=order_id)
        (shipment_id,) = release_groups(self.by(), group_ids=[group_id], strict=True).shipment_ids
        return shipment_id

    def pick(self, shipment_id: int) -> None:
        record_picks(self.by(), shipment_id=shipment_id)

    def ship(self, lines: int | Sequence[LineRequest] = 1, **changes: object) -> int:
        """Submit, release, pick and confirm; the shipment's id."""
        shipment_id = self.release(self.submit(lines, **changes).order_id)
        self.pick(shipment_id)
        confirm_shipments(self.by(), shipment_ids=[shipment_id])
        return shipment_id

    def invoice(self, *shipment_ids: int) -> Invoiced:
        return invoice_shipments(self.by(), company_id=self.world.company_id, shipment_ids=list(shipment_ids))


def trade(*, items: int = 12, customers: int = 2) -> Trade:
    """A fresh company of `items` items, a million of each at two sites."""
    world = build(items=items, customers=customers)
    return Trade(world, Actor.of(User.objects.get(pk=world.user_id)))
