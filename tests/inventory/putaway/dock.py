"""Goods that come to a dock where they are put away by task."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from inventory.inbound.actions.post_receipt import ReceiptLineRequest, Received, post_receipt
from inventory.models import PutawayTask, StockBalance
from inventory.purchasing.actions.create_purchase_order import (
    OrderedGoods,
    PurchaseLine,
    create_purchase_order,
)
from inventory.putaway.policies import PUTAWAY_TASKS
from masterdata.models import Bin, Supplier
from masterdata.policies import snapshot
from tests import factories
from tests.trade import Trade, trade

DUE = date(2026, 2, 2)


@dataclass
class Dock(Trade):
    """The first site has a receiving bin; of its items a million each lie in bins for picking."""

    @property
    def site(self) -> int:
        return self.world.sites[0]

    @property
    def receiving(self) -> Bin:
        return Bin.objects.get(site=self.site, code="DOCK-1")

    def order(self, quantity: int = 10, *, lines: int = 1) -> OrderedGoods:
        """So much of each of the first items, ordered for the site."""
        bought = [
            PurchaseLine(item, Decimal(quantity), "EA", Decimal(2)) for item in self.world.items[:lines]
        ]
        supplier = Supplier.objects.first() or factories.supplier()
        return create_purchase_order(
            self.by(), supplier_id=supplier.pk, site_id=self.site, lines=bought, due_on=DUE
        )

    def receive(self, quantity: int = 10, *, lines: int = 1, into: Bin | None = None) -> Received:
        """So much of each of the first items against a purchase order of its own."""
        ordered = self.order(quantity, lines=lines)
        place = (into or self.receiving).pk
        return post_receipt(
            self.by(),
            purchase_order_id=ordered.purchase_order_id,
            lines=[ReceiptLineRequest(supply, Decimal(quantity), place) for supply in ordered.supply_ids],
        )

    def task(self, quantity: int = 10) -> PutawayTask:
        """The task of a receipt of so much of the first item."""
        received = self.receive(quantity)
        return PutawayTask.objects.get(source_id=received.receipt_id)

    def held(self, place: Bin | int, item: int = 0) -> Decimal:
        """What a bin holds of an item, whatever its status."""
        rows = StockBalance.objects.filter(bin=place, item=self.world.items[item]).values_list(
            "quantity", flat=True
        )
        return sum(rows, Decimal(0))

    def empty_bin(self, kind: str = "pick") -> Bin:
        made = Bin.objects.filter(site=self.site, balances=None, kind=kind).order_by("pick_sequence").first()
        assert made is not None
        return made


def dock(items: int = 3) -> Dock:
    """The company's second bin is for receiving, and putaway goes by task."""
    made = trade(items=items)
    here = Bin.objects.filter(site=made.world.sites[0], balances=None).order_by("-pk").first()
    Bin.objects.filter(pk=here.pk).update(kind="receiving", code="DOCK-1", pick_sequence=9_000)
    by_task(True)
    return Dock(made.world, made.actor)


def by_task(wanted: bool) -> None:
    """Whether every site puts away by task, as the policy says."""
    snapshot.assume(snapshot.Snapshot(values={(PUTAWAY_TASKS.key, "*"): [(date.min, None, wanted)]}))
