"""What fills the demo company's shelves: opening stock, purchase orders, receipts."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from django.db.models import F

from inventory.inbound.actions.post_receipt import ReceiptLineRequest, post_receipt
from inventory.models import Lot, Supply
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from masterdata.models import Bin, Company, Item, ItemUnit, Site, Supplier

from .calendar import CENT, DAYS, Catalogue, Trade


def stock_the_shelves(trade: Trade) -> None:
    """Opening stock at every site, ten days before the first order: most items plenty, some scarce."""
    opened = trade.at(trade.today - timedelta(days=DAYS + 10), 7)
    stocked = list(Item.objects.filter(kind="stocked", status="active").order_by("pk"))
    factors = _factors()
    for site in Site.objects.order_by("pk"):
        main = site.code == "ANT"
        items = sorted(
            trade.rng.sample(stocked, min(len(stocked), 220 if main else 110)), key=lambda item: item.pk
        )
        pick = list(
            Bin.objects.filter(site=site, kind="pick").order_by("pick_sequence").values_list("pk", flat=True)
        )
        receiving = Bin.objects.get(site=site, kind="receiving").pk
        trade.catalogues[site.pk] = Catalogue(items, factors, pick, receiving)
        lines = []
        for position, item in enumerate(items):
            quantity = _opening_quantity(trade.rng, item, factors[item.pk])
            lot = None
            if item.lot_tracked:
                lot, _made = Lot.objects.get_or_create(
                    item=item,
                    code=f"L{item.pk:04d}",
                    defaults={"expires_on": trade.today + timedelta(days=500)},
                )
            lines.append(
                OpeningLine(
                    item_id=item.pk,
                    bin_id=pick[position * len(pick) // len(items)],
                    quantity=quantity,
                    value=(quantity * item.standard_cost).quantize(CENT, ROUND_HALF_UP),
                    lot_id=lot.pk if lot else None,
                )
            )
        post_opening_stock(trade.by("owner", opened), site_id=site.pk, lines=lines)


def _factors() -> dict[int, Decimal]:
    """Stock units per sales unit, by item."""
    rows = ItemUnit.objects.filter(unit_id=F("item__sell_unit_id")).values_list(
        "item_id", "numerator", "denominator"
    )
    return {item: Decimal(numerator) / Decimal(denominator) for item, numerator, denominator in rows}


def _opening_quantity(rng: Random, item: Item, factor: Decimal) -> Decimal:
    """Whole sales units: about eight weeks of trade; one item in fourteen is nearly out."""
    units = rng.randrange(6, 20) if rng.random() < 0.08 else rng.randrange(50, 180)
    return factor * units


def order_from_suppliers(trade: Trade) -> list[tuple[date, int, int]]:
    """Purchase orders for scarce items: some to be received on a day to come, some late, some still due."""
    suppliers = {company.pk: list(company.suppliers.order_by("pk")) for company in Company.objects.all()}
    placed = []
    for site_id, catalogue in trade.catalogues.items():
        site = Site.objects.get(pk=site_id)
        for number in range(5 if site.code == "ANT" else 3):
            ordered = trade.at(trade.today - timedelta(days=26 - 4 * number), 9)
            due = trade.today + timedelta(days=(-9, -3, 4, 8, 13)[number])
            supplier: Supplier = trade.rng.choice(suppliers[site.company_id])
            chosen = trade.rng.sample(catalogue.items, 6)
            made = create_purchase_order(
                trade.by("buyer", ordered),
                supplier_id=supplier.pk,
                site_id=site_id,
                lines=[
                    PurchaseLine(
                        item_id=item.pk,
                        quantity=Decimal(trade.rng.randrange(2, 12) * 10),
                        unit=item.stock_unit_id,
                        unit_cost=item.standard_cost,
                    )
                    for item in chosen
                ],
                due_on=due,
            )
            if due < trade.today - timedelta(days=5):
                placed.append((due, made.purchase_order_id, site_id))
    return placed


def receive(trade: Trade, day: date, orders: Sequence[tuple[date, int, int]]) -> None:
    """Take in what is due today, one line of each order short."""
    for due, order_id, site_id in orders:
        if not due <= day < due + timedelta(days=1 if day.weekday() else 3):
            continue
        supplies = list(
            Supply.objects.filter(purchase_line__order_id=order_id, received=0)
            .select_related("item")
            .order_by("pk")
        )
        if not supplies:
            continue
        post_receipt(
            trade.by("warehouse", trade.at(day, 6)),
            purchase_order_id=order_id,
            lines=[
                ReceiptLineRequest(
                    supply_id=supply.pk,
                    quantity=supply.expected if place else supply.expected - 10,
                    bin_id=trade.catalogues[site_id].receiving_bin,
                    lot_id=_lot(supply.item, trade.today) if supply.item.lot_tracked else None,
                )
                for place, supply in enumerate(supplies)
            ],
            delivery_note=f"DN-{70_000 + order_id}",
        )


def _lot(item: Item, today: date) -> int:
    lot, _made = Lot.objects.get_or_create(
        item=item, code=f"R{item.pk:04d}", defaults={"expires_on": today + timedelta(days=700)}
    )
    return lot.pk
