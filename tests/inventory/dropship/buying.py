"""Order lines that are bought for, and the purchases of them, for tests of every step."""

from datetime import date
from decimal import Decimal

from erp.kernel.proofs import prove, results_of
from inventory.dropship.actions.confirm_drop_shipment import DropShipped, SentLine, confirm_drop_shipment
from inventory.inbound.actions.post_receipt import ReceiptLineRequest, Received, post_receipt
from inventory.models import Demand, PurchaseOrder, SiteStock, Supply
from inventory.purchasing.actions.buy_lines import BoughtLines, Buy, buy_lines
from masterdata.models import Bin, Supplier
from orders.entry.actions.submit_order import SubmittedOrder
from orders.entry.rules import LineRequest
from tests import factories
from tests.trade import Trade

DUE = date(2030, 2, 4)


def seller() -> int:
    """The one supplier of the company."""
    found = Supplier.objects.first()
    return found.pk if found else factories.supplier().pk


def wants(
    shop: Trade, quantity: int, supply: str, *, item: int = 0, customer: int = 0
) -> tuple[SubmittedOrder, Demand]:
    """An order of one line, supplied in a way; the order and its demand."""
    made = shop.submit(
        [LineRequest(shop.world.items[item], Decimal(quantity), supply=supply)],
        customer_id=shop.world.customers[customer],
    )
    return made, Demand.objects.get(line_demand__line__order=made.order_id)


def buy(shop: Trade, *demands: Demand, quantity: int | None = None, cost: str = "2.50") -> BoughtLines:
    """One purchase of everything that these demands want, at 2.50 each."""
    drop = demands[0].supply_method == "drop"
    return buy_lines(
        shop.by(),
        site_id=demands[0].site_id,
        supplier_id=seller(),
        buys=[
            Buy(each.pk, Decimal(quantity) if quantity else each.ordered, "EA", Decimal(cost), DUE)
            for each in demands
        ],
        group_id=demands[0].group_id if drop else None,
    )


def receive(shop: Trade, made: BoughtLines, quantity: int) -> Received:
    """Take some of the first line in."""
    line = PurchaseOrder.objects.get(pk=made.purchase_order_id).lines.order_by("line").first()
    place = Bin.objects.filter(site=line.supply.site_id).first().pk
    return post_receipt(
        shop.by(),
        purchase_order_id=made.purchase_order_id,
        lines=[ReceiptLineRequest(line.supply_id, Decimal(quantity), place)],
    )


def send(shop: Trade, made: BoughtLines, *quantities: int) -> DropShipped:
    """The supplier's notice of so many of each line."""
    lines = PurchaseOrder.objects.get(pk=made.purchase_order_id).lines.order_by("line")
    return confirm_drop_shipment(
        shop.by(),
        purchase_order_id=made.purchase_order_id,
        lines=[SentLine(line.pk, Decimal(n)) for line, n in zip(lines, quantities, strict=True)],
        tracking_number="1Z999",
    )


def scarce(shop: Trade, free: int, place: int = 0) -> None:
    """So many of an item are free at the first site."""
    SiteStock.objects.filter(item=shop.world.items[place], site=shop.world.sites[0]).update(
        reserved=1_000_000 - free
    )


def ledger(demand: Demand) -> tuple[int, ...]:
    demand.refresh_from_db()
    return tuple(int(n) for n in (demand.reserved, demand.picked, demand.shipped, demand.cancelled))


def coming(made: BoughtLines) -> tuple[int, ...]:
    supply = Supply.objects.get(document=made.number)
    return tuple(int(n) for n in (supply.expected, supply.received, supply.cancelled, supply.committed))


def all_green(*also: str) -> bool:
    """The proofs of promises and of what is bought, and those named; `scarce` upsets those of stock."""
    numbers = ["D3", "D4", "S10", "S12", "S13", "S14", "E1", "E2", "E3", "E4", "E5", "G1", "G2", *also]
    return all(result.green for result in results_of(prove(numbers)))
