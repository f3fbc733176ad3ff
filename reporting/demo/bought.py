"""What the house does not keep: a supplier's catalogue, and orders that are bought for at every stage."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from erp.kernel.command import By
from inventory.dropship.actions.confirm_drop_shipment import SentLine, confirm_drop_shipment
from inventory.models import Demand, PurchaseOrderLine
from inventory.purchasing.actions.buy_lines import buy_lines
from inventory.purchasing.needs import Need, need_of
from inventory.stock.actions.name_lots import LotName, name_lots
from masterdata.catalogue.actions.load_catalogue import load_catalogue
from masterdata.catalogue.actions.set_up_item import set_up_item
from masterdata.catalogue.queries import offers_of
from masterdata.catalogue.rules import CatalogueRow
from masterdata.items.actions.create_item import CODE
from masterdata.models import CatalogueItem, Customer, Item, ItemReference, Supplier
from orders.entry.actions.submit_order import submit_order
from orders.entry.rules import LineRequest, OrderRequest

OFFERED = 24  # rows that are no items of ours
FINISHES = ("zinc plated", "hot-dip galvanised", "black oxide", "A4 stainless")
# How each order's line is supplied, how many days ago it was taken, and how far it has come.
STORIES = (
    ("special", 9, "bought"),
    ("drop", 8, "sent"),
    ("drop", 6, "bought"),
    ("special", 2, "to buy"),
    ("drop", 1, "to buy"),
    ("special", 12, "to buy"),
)


def buy_for_orders(by: Callable[[str, datetime], By], now: datetime) -> None:
    """Load a catalogue, sell from it, and carry special orders and drop shipments through their stories."""
    reference = (
        ItemReference.objects.filter(kind="supplier", party__suppliers__company__code="MER")
        .order_by("pk")
        .first()
    )
    if reference is None:
        return
    supplier = Supplier.objects.get(company__code="MER", party=reference.party_id)
    known = Item.objects.filter(
        references__kind="supplier", references__party=supplier.party_id, kind="stocked"
    )
    ours = list(known.distinct().order_by("pk")[:12])
    load_catalogue(by("buyer", now - timedelta(days=20)), supplier_id=supplier.pk, rows=_rows(ours))
    sold = _sold(by, now, supplier)
    customers = list(
        Customer.objects.filter(company__code="MER", is_blocked=False, po_required=False).order_by("pk")
    )
    for place, (method, days_ago, stage) in enumerate(STORIES):
        item = sold if place == len(STORIES) - 1 else ours[place]
        _story(by, now - timedelta(days=days_ago), customers[place], item, method, stage, supplier)


def _rows(ours: list[Item]) -> list[CatalogueRow]:
    rows = [
        CatalogueRow(
            f"HF-{item.pk:05}", item.name, item.buy_unit_id, item.standard_cost * _content(item), 12, place % 3 > 0,
            item_id=item.pk,
        )
        for place, item in enumerate(ours)
    ]  # fmt: skip
    rows += [
        CatalogueRow(
            f"HF-9{place:04}", f"Anchor bolt M{10 + 2 * (place // 4)} {FINISHES[place % 4]}", "EA",
            Decimal("0.85") + Decimal("0.35") * place, 15 + place % 4, place % 5 > 0,
        )
        for place in range(OFFERED)
    ]  # fmt: skip
    return rows


def _content(item: Item) -> Decimal:
    """Stock units in one buy unit."""
    unit = item.units.get(unit=item.buy_unit_id)
    return Decimal(unit.numerator) / unit.denominator


def _sold(by: Callable[[str, datetime], By], now: datetime, supplier: Supplier) -> Item:
    """An item that a clerk made of a row of the catalogue."""
    row = CatalogueItem.objects.filter(supplier=supplier, item=None).order_by("pk").first()
    assert row is not None and CODE.fullmatch(row.code)
    kin = Item.objects.filter(kind="stocked", item_class__required_attributes=[]).order_by("pk").first()
    kin = kin or Item.objects.filter(kind="stocked").earliest("pk")
    made = set_up_item(
        by("buyer", now - timedelta(days=14)),
        catalogue_item_id=row.pk,
        code=row.code,
        item_class_id=kin.item_class_id,
    )
    return Item.objects.get(pk=made.item_id)


def _story(
    by: Callable[[str, datetime], By],
    at: datetime,
    customer: Customer,
    item: Item,
    method: str,
    stage: str,
    supplier: Supplier,
) -> None:
    price = (
        None if item.stocking == Item.Stocking.KEPT else (item.standard_cost * 2).quantize(Decimal("0.01"))
    )
    line = LineRequest(
        item.pk, Decimal(4), item.stock_unit_id, price, "Price on request" if price else "", supply=method
    )
    made = submit_order(
        by("cs", at),
        request=OrderRequest(
            customer_id=customer.pk,
            lines=[line],
            requested_on=(at + timedelta(days=14)).date(),
            channel="desk",
        ),
    )
    if stage == "to buy" or made.holds:
        return
    demand = Demand.objects.select_related("item", "site", "group").get(
        line_demand__line__order=made.order_id
    )
    offers = offers_of(supplier.company_id, [item.pk])[item.pk]
    need: Need = need_of(demand, demand.ordered, offers, at.date())
    assert need.buy is not None
    bought = buy_lines(
        by("buyer", at + timedelta(hours=2)),
        site_id=demand.site_id,
        supplier_id=offers[0].supplier_id,
        buys=[need.buy],
        group_id=demand.group_id if method == "drop" else None,
    )
    if stage == "sent":
        (sent,) = PurchaseOrderLine.objects.filter(order=bought.purchase_order_id)
        lot_id = None
        if item.lot_tracked:
            lot = LotName(item.pk, f"D{bought.purchase_order_id}", (at + timedelta(days=300)).date())
            (lot_id,) = name_lots(by("buyer", at + timedelta(days=5)), names=[lot]).lot_ids
        confirm_drop_shipment(
            by("buyer", at + timedelta(days=5)),
            purchase_order_id=bought.purchase_order_id,
            lines=[SentLine(sent.pk, demand.ordered, lot_id)],
            tracking_number="JJD0090027391",
        )
