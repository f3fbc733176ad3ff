"""What tests of changes by hand look at: one item of a small company, where it lies, and green proofs."""

from decimal import Decimal

from billing.models import AccountRule, Journal, JournalLine
from erp.kernel.command import By
from erp.kernel.proofs import prove, results_of
from inventory.adjustments.actions.adjust_stock import AdjustLine
from inventory.adjustments.actions.change_status import StatusChanged, StatusRow, change_status
from inventory.models import Demand, SiteStock, StockBalance
from orders.entry.rules import LineRequest
from orders.models import SalesOrder
from tests.trade import Trade

MILLION = Decimal(1_000_000)


def stock_of(shop: Trade, place: int = 0) -> SiteStock:
    return SiteStock.objects.get(item=shop.world.items[place], site=shop.world.sites[0])


def lying(shop: Trade, status: str = "available", place: int = 0) -> StockBalance:
    return StockBalance.objects.get(
        item=shop.world.items[place], site=shop.world.sites[0], status=status, lot=None
    )


def row(
    shop: Trade, quantity: int | Decimal, target: str = "hold", source: str = "available", place: int = 0
) -> StatusRow:
    found = lying(shop, source, place)
    return StatusRow(found.item_id, found.bin_id, None, source, target, Decimal(quantity))


def change(
    shop: Trade, quantity: int, target: str = "hold", source: str = "available", by: By | None = None,
    place: int = 0,
) -> StatusChanged:  # fmt: skip
    rows = [row(shop, quantity, target, source, place)]
    return change_status(by or shop.by(), site_id=shop.world.sites[0], rows=rows, reason="Wet")


def line(shop: Trade, quantity: int | str, status: str = "available", place: int = 0) -> AdjustLine:
    found = lying(shop, place=place)
    return AdjustLine(found.item_id, found.bin_id, Decimal(quantity), None, status)


def wanted(shop: Trade, quantity: int) -> Demand:
    """The demand of an order over so much of the first item."""
    order_id = shop.submit([LineRequest(shop.world.items[0], Decimal(quantity))]).order_id
    return Demand.objects.get(group=SalesOrder.objects.get(pk=order_id).group_id)


def journal_of(posting_id: int) -> dict[str, Decimal]:
    """Amounts of a stock posting's journal by the purpose of their account."""
    journal = Journal.objects.get(source="inventory.stockposting", source_id=posting_id)
    purposes = dict(AccountRule.objects.values_list("account_id", "purpose"))
    return {
        purposes[each.account_id]: each.amount for each in JournalLine.objects.filter(journal_id=journal.pk)
    }


def assert_proven() -> None:
    red = [result for result in results_of(prove()) if not result.green]
    assert not red, red
