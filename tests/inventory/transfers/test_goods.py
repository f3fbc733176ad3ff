"""The goods of a transfer: which lots leave, what may be done on their way, and which bins take them."""

from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.errors import BadInput
from inventory.adjustments.actions.adjust_stock import AdjustLine, adjust_stock
from inventory.adjustments.actions.change_status import StatusRow, change_status
from inventory.adjustments.errors import AdjustmentRefused, LotExpired, NotThere
from inventory.models import Lot, TransferLine
from inventory.transfers.actions.receive_transfer import Unloaded, receive_transfer
from inventory.transfers.actions.ship_transfer import Loaded
from inventory.transfers.errors import TransferRefused
from inventory.transfers.queries import lines_of, to_load
from masterdata.models import Bin
from tests.inventory.adjustments.goods import assert_proven
from tests.inventory.transfers.moving import Moving, contents_of, in_transit, moving, order_of

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def shop() -> Moving:
    return moving()


def test_lots_are_kept_and_what_expires_first_leaves_first(shop):
    soon, later = shop.put_lot("L1", 3, date(2999, 1, 1)), shop.put_lot("L2", 9, date(2999, 6, 1))
    shop.lock_away(shop.gives, left=9)  # nine of each place
    pk = shop.shipped(8)
    assert [(each.lot_id, each.shipped) for each in contents_of(pk)] == [(soon.pk, 3), (later.pk, 5)]
    shop.take(pk)
    kept = shop.at(shop.gets).item.balances.filter(site=shop.gets, lot__isnull=False, quantity__gt=0)
    assert sorted(kept.values_list("lot__code", "quantity", "status")) == [
        ("L1", 3, "available"), ("L2", 5, "available"),
    ]  # fmt: skip
    assert_proven()


def test_a_lot_that_has_expired_stays_where_it_is(shop):
    old, good = shop.put_lot("L1", 3, date(2999, 1, 1)), shop.put_lot("L2", 9, date(2999, 6, 1))
    shop.lock_away(shop.gives, left=9)
    pk = shop.approved(8)
    Lot.objects.filter(pk=old.pk).update(expires_on=date(2020, 1, 1))
    line, place = TransferLine.objects.get(), shop.at(shop.gives).item.balances.get(lot=old)
    with pytest.raises(TransferRefused, match="lot L1 expired on 1 Jan 2020"):
        shop.send(pk, [Loaded(line.pk, place.bin_id, D(1), old.pk)])
    assert [each.lot for each in to_load(order_of(pk), lines_of(order_of(pk)))] == [good]
    shop.send(pk)
    assert [(each.lot_id, each.shipped) for each in contents_of(pk)] == [(good.pk, 8)]
    assert_proven()


def test_a_lot_that_expired_on_its_way_is_received_as_expired(shop):
    lot = shop.put_lot("L1", 3, date(2999, 1, 1))
    shop.lock_away(shop.gives, left=3)
    pk = shop.shipped(3)
    type(lot).objects.filter(pk=lot.pk).update(expires_on=date(2026, 1, 1))
    with pytest.raises(LotExpired):
        shop.take(pk)
    assert shop.take(pk, status="expired").state == "received"
    assert (shop.at(shop.gets).on_hand, shop.at(shop.gets).available) == (1_000_003, 1_000_000)
    assert_proven()


def test_nobody_changes_goods_on_their_way_by_hand(shop):
    shop.shipped(10)
    place = shop.at(shop.gets).item.balances.get(status="transit")
    row = StatusRow(place.item_id, place.bin_id, None, "transit", "available", D(1))
    with pytest.raises(BadInput, match="change their status with their transfer"):
        change_status(shop.by(), site_id=shop.gets, rows=[row], reason="Here already")
    line = AdjustLine(place.item_id, place.bin_id, D(-1), None, "transit")
    with pytest.raises(AdjustmentRefused, match="cleared from their transfer"):
        adjust_stock(shop.by(), site_id=shop.gets, lines=[line], reason="lost")
    assert in_transit(shop.gets) == 10


@pytest.mark.parametrize("change", [{"kind": "shipping"}, {"is_active": False}])
def test_goods_are_taken_only_into_bins_that_take_them(shop, change):
    pk, dock = shop.shipped(10), shop.dock()
    Bin.objects.filter(pk=dock).update(**change)
    goods = [Unloaded(contents_of(pk)[0].pk, D(10), dock)]
    with pytest.raises(BadInput, match="goods are not taken into"):
        receive_transfer(shop.by(), transfer_id=pk, goods=goods)
    assert in_transit(shop.gets) == 10


def test_a_bin_that_holds_less_gives_no_more(shop):
    pk = shop.approved(10)
    line, empty = TransferLine.objects.get(), shop.put_lot("L1", 2)
    other = shop.at(shop.gives).item.balances.get(lot=empty)
    with pytest.raises(NotThere):
        shop.send(pk, [Loaded(line.pk, other.bin_id, D(3), empty.pk)])
    assert (order_of(pk).state, in_transit(shop.gets)) == ("approved", 0)
