"""A shop that sells kits out of little stock, for tests of every step."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import count

from inventory.inbound.actions.post_receipt import ReceiptLineRequest, post_receipt
from inventory.models import Demand, Shipment, SiteStock
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.release_groups import release_groups
from inventory.purchasing.actions.create_purchase_order import (
    OrderedGoods,
    PurchaseLine,
    create_purchase_order,
)
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from masterdata.models import Bin, Item, Party, PaymentTerms, Price, PriceScope, Supplier
from masterdata.policies import snapshot
from orders.entry.policies import KIT_PARTS
from orders.entry.rules import LineRequest
from orders.models import SalesOrder
from tests import factories as make
from tests.trade import Trade

DUE = date(2030, 2, 4)
_numbers = count(1)


def part(shop: Trade, stock: object = 0, *, cost: int = 6, **values: object) -> Item:
    """A stocked item at a list price of 10, with so much at the first site, worth `cost` each."""
    made = make.item(standard_cost=Decimal(cost), **values)
    _list(made, 10)
    if stock:
        put(shop, made, stock, cost=cost)
    return made


def put(shop: Trade, item: Item, quantity: object, *, cost: int = 6) -> None:
    amount = Decimal(str(quantity))
    place = Bin.objects.filter(site=shop.world.sites[0]).order_by("pk")[0]
    line = OpeningLine(item.pk, place.pk, amount, amount * cost)
    post_opening_stock(shop.by(), site_id=shop.world.sites[0], lines=[line])


def kit_of(contents: Mapping[Item, object], price: int = 50, **values: object) -> Item:
    """A kit with so much of each item in it, at a list price."""
    exact = {item: Decimal(str(quantity)) for item, quantity in contents.items()}
    made = make.kit(exact, **{"code": f"KIT-{next(_numbers)}", **values})
    _list(made, price)
    return made


def _list(item: Item, price: int) -> None:
    scope = PriceScope.objects.filter(kind="list").order_by("pk")[0]
    Price.objects.create(scope=scope, item=item, value=price, unit_id="EA", valid_from=make.LONG_AGO)


def of(kit: Item, quantity: object, **terms: object) -> LineRequest:
    return LineRequest(kit.pk, Decimal(str(quantity)), **terms)


def take_parts() -> None:
    """Every customer takes the components of kits as they come."""
    values = {(KIT_PARTS.key, "*"): [(make.LONG_AGO, None, True)]}
    snapshot.assume(snapshot.Snapshot(values=values))


def figures(order_id: int, *names: str) -> list[tuple[Decimal, ...]]:
    """These columns of the order's demands, by line and component."""
    rows = Demand.objects.filter(line_demand__line__order=order_id).order_by("line_demand__line", "item_id")
    return [tuple(getattr(row, name) for name in names) for row in rows]


def deliver(shop: Trade, order_id: int) -> Shipment | None:
    """Release, pick and confirm what may go now; the shipment, if there is one."""
    group = SalesOrder.objects.values_list("group_id", flat=True).get(pk=order_id)
    made = release_groups(shop.by(), group_ids=[group]).shipment_ids
    for shipment in made:
        shop.pick(shipment)
        confirm_shipments(shop.by(), shipment_ids=[shipment])
    return Shipment.objects.get(pk=made[0]) if made else None


def buy(shop: Trade, item: Item, quantity: object, due_on: date = DUE) -> OrderedGoods:
    supplier = Supplier.objects.first() or Supplier.objects.create(
        company_id=shop.world.company_id,
        party=Party.objects.create(code="SUP", name="Supplier", country="BE"),
        terms=PaymentTerms.objects.first(),
        currency="EUR",
    )
    return create_purchase_order(
        shop.by(),
        supplier_id=supplier.pk,
        site_id=shop.world.sites[0],
        lines=[PurchaseLine(item.pk, Decimal(str(quantity)), "", Decimal(6))],
        due_on=due_on,
    )


def receive(shop: Trade, item: Item, quantity: object) -> None:
    """So much of it comes, for whoever waits."""
    ordered = buy(shop, item, quantity)
    place = Bin.objects.filter(site=shop.world.sites[0]).order_by("pk")[0]
    line = ReceiptLineRequest(ordered.supply_ids[0], Decimal(str(quantity)), place.pk)
    post_receipt(shop.by(), purchase_order_id=ordered.purchase_order_id, lines=[line])


def free_of(shop: Trade, item: Item) -> Decimal:
    row = SiteStock.objects.get(item=item, site=shop.world.sites[0])
    return row.available - row.reserved
