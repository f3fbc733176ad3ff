"""A bin of a hundred pieces, and counts of it."""

from decimal import Decimal

from erp.kernel.command import By
from inventory.adjustments.actions.change_status import StatusRow, change_status
from inventory.counting.actions.count_item import count_item
from inventory.counting.actions.finish_count import CountFinished, finish_count
from inventory.counting.actions.plan_counts import ask_for_counts
from inventory.models import CountTask, StockBalance
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from masterdata.models import Bin
from orders.entry.rules import LineRequest
from tests.trade import Trade


def place_of(shop: Trade) -> Bin:
    return Bin.objects.filter(site=shop.world.sites[0]).order_by("-pk")[0]


def put(shop: Trade, quantity: int) -> None:
    opening = OpeningLine(shop.world.items[0], place_of(shop).pk, Decimal(quantity), Decimal(5 * quantity))
    post_opening_stock(shop.by(), site_id=shop.world.sites[0], lines=[opening])


def asked(shop: Trade) -> CountTask:
    made = ask_for_counts(shop.by(), site_id=shop.world.sites[0], bin_ids=[place_of(shop).pk])
    CountTask.objects.filter(pk__in=made.task_ids).update(count_class="C")  # tolerance 2 %
    return CountTask.objects.get(pk=made.task_ids[0])


def count(shop: Trade, task: CountTask, by: By, quantity: int, cause: str = "mispick") -> CountFinished:
    count_item(by, task_id=task.pk, item_id=shop.world.items[0], counted=Decimal(quantity))
    return finish_count(by, task_id=task.pk, cause=cause)


def block(shop: Trade, place: StockBalance, quantity: int) -> None:
    blocked = StatusRow(place.item_id, place.bin_id, None, "available", "hold", Decimal(quantity))
    change_status(shop.by(), site_id=place.site_id, rows=[blocked], reason="Looked at")


def sell_only_these(shop: Trade) -> None:
    """Block what lies elsewhere of the first item, so that only the hundred may be picked."""
    rest = StockBalance.objects.filter(item=shop.world.items[0], site=shop.world.sites[0])
    block(shop, rest.exclude(bin=place_of(shop)).get(), 1_000_000)


def released(shop: Trade, quantity: int) -> int:
    return shop.release(shop.submit([LineRequest(shop.world.items[0], Decimal(quantity))]).order_id)


def here(shop: Trade, status: str = "available") -> StockBalance:
    return StockBalance.objects.get(bin=place_of(shop), status=status)
