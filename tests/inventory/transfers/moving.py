"""A company of two sites between which goods go, and what tests ask of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.models import Journal, JournalLine
from erp.kernel.command import By
from inventory.adjustments.actions.change_status import StatusRow, change_status
from inventory.models import (
    Demand,
    Lot,
    SiteStock,
    StockBalance,
    TransferContent,
    TransferDifference,
    TransferOrder,
)
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from inventory.transfers.actions.decide_transfer import approve_transfer
from inventory.transfers.actions.receive_transfer import (
    Differs,
    ReceivedTransfer,
    Unloaded,
    receive_transfer,
)
from inventory.transfers.actions.request_transfer import Asked, request_transfer
from inventory.transfers.actions.ship_transfer import Loaded, ShippedTransfer, ship_transfer
from masterdata.models import Bin
from orders.entry.rules import LineRequest
from orders.models import SalesOrder
from tests.trade import Trade, trade

MILLION = Decimal(1_000_000)
NEEDED = date(2026, 1, 9)


@dataclass
class Moving(Trade):
    """Goods go from the second site to the first, where the customers are served."""

    @property
    def gives(self) -> int:
        return self.world.sites[1]

    @property
    def gets(self) -> int:
        return self.world.sites[0]

    def ask(
        self, quantity: int = 10, *, lines: int = 1, by: By | None = None, wanted_by: int | None = None
    ) -> int:
        """A request over so much of each of the first `lines` items; its id."""
        asked = [Asked(item, Decimal(quantity), "", wanted_by) for item in self.world.items[:lines]]
        made = request_transfer(
            by or self.by(), site_id=self.gives, to_site_id=self.gets, lines=asked, needed_on=NEEDED
        )
        return made.transfer_id

    def approved(self, quantity: int = 10, *, lines: int = 1, wanted_by: int | None = None) -> int:
        pk = self.ask(quantity, lines=lines, wanted_by=wanted_by)
        approve_transfer(self.by(), transfer_id=pk)
        return pk

    def send(self, pk: int, loads: Sequence[Loaded] = (), **options: object) -> ShippedTransfer:
        return ship_transfer(self.by(), transfer_id=pk, loads=loads, **options)

    def shipped(self, quantity: int = 10, *, lines: int = 1) -> int:
        pk = self.approved(quantity, lines=lines)
        self.send(pk)
        return pk

    def take(
        self,
        pk: int,
        quantity: int | None = None,
        *,
        damaged: int = 0,
        complete: bool = False,
        by: By | None = None,
        status: str = "available",
    ) -> ReceivedTransfer:
        """Receive so much of each content (None: all that is expected), and so much as damaged."""
        contents, dock = contents_of(pk), self.dock()
        goods = [
            Unloaded(
                each.pk,
                each.shipped - each.received - each.missing - damaged
                if quantity is None
                else Decimal(quantity),
                dock,
                status,
            )
            for each in contents
        ]
        goods = [each for each in goods if each.quantity]
        differs = [Differs(each.pk, Decimal(damaged), "damaged", "Wet") for each in contents if damaged]
        return receive_transfer(
            by or self.by(), transfer_id=pk, goods=goods, differences=differs, complete=complete
        )

    def dock(self) -> int:
        """A bin of the site that gets the goods."""
        return Bin.objects.filter(site=self.gets, kind="pick").order_by("-pk").values_list("pk", flat=True)[0]

    def at(self, site_id: int, place: int = 0) -> SiteStock:
        return SiteStock.objects.get(item=self.world.items[place], site=site_id)

    def figures(self, site_id: int, place: int = 0) -> tuple[Decimal, ...]:
        """On hand, available, reserved and valued quantity, less the million that a site begins with; and the value."""
        row = self.at(site_id, place)
        return (
            row.on_hand - MILLION, row.available - MILLION, row.reserved, row.valued_quantity - MILLION,
            row.value - 5 * MILLION,
        )  # fmt: skip

    def lock_away(self, site_id: int, left: int = 0, place: int = 0) -> None:
        """Put what a site has of an item on hold, but for so much."""
        for each in StockBalance.objects.filter(
            item=self.world.items[place], site=site_id, status="available", quantity__gt=left
        ):
            row = StatusRow(
                each.item_id, each.bin_id, each.lot_id, "available", "hold", each.quantity - Decimal(left)
            )
            change_status(self.by(), site_id=site_id, rows=[row], reason="Looked at")

    def wants(self, quantity: int, place: int = 0) -> Demand:
        """The demand of an order over so much of an item, at the site that gets goods."""
        order_id = self.submit([LineRequest(self.world.items[place], Decimal(quantity))]).order_id
        return Demand.objects.get(group=SalesOrder.objects.get(pk=order_id).group_id)

    def put_lot(self, code: str, quantity: int, expires_on: date | None = None) -> Lot:
        """So much more of the first item in a lot of its own, in another bin of the site that gives goods."""
        lot = Lot.objects.create(item_id=self.world.items[0], code=code, expires_on=expires_on)
        place = Bin.objects.filter(site=self.gives, kind="pick").order_by("-pk")[0]
        opening = OpeningLine(self.world.items[0], place.pk, Decimal(quantity), Decimal(5 * quantity), lot.pk)
        post_opening_stock(self.by(), site_id=self.gives, lines=[opening])
        return lot


def moving(items: int = 2) -> Moving:
    made = trade(items=items)
    return Moving(made.world, made.actor)


def order_of(pk: int) -> TransferOrder:
    return TransferOrder.objects.get(pk=pk)


def contents_of(pk: int) -> list[TransferContent]:
    return list(TransferContent.objects.filter(line__order=pk).order_by("pk"))


def difference_of(pk: int) -> TransferDifference:
    return TransferDifference.objects.get(order=pk)


def in_transit(site_id: int) -> Decimal:
    """What lies in transit on its way to a site, over all items."""
    rows = StockBalance.objects.filter(site=site_id, status="transit").values_list("quantity", flat=True)
    return sum(rows, Decimal(0))


def sites_of(posting_id: int) -> dict[int | None, Decimal]:
    """Amounts of a stock posting's journal by site."""
    journal = Journal.objects.get(source="inventory.stockposting", source_id=posting_id)
    lines = JournalLine.objects.filter(journal_id=journal.pk)
    return {line.site_id: line.amount for line in lines}
