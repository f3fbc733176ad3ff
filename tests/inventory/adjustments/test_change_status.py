"""Goods get another status: what may be promised follows, and with it the promises."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from erp.kernel.models import Decision
from erp.kernel.outbox import deliver
from inventory.adjustments.actions.change_status import StatusRow, change_status, undo_status_change
from inventory.adjustments.errors import AdjustmentRefused, BoundToPicks, ChangeUndone, LotExpired, NotThere
from inventory.models import (
    Commitment,
    Lot,
    PromiseEvent,
    Shipment,
    SiteStock,
    StatusChange,
    StockBalance,
    StockEntry,
    StockPosting,
    Supply,
)
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from orders.models import OrderMessage
from tests.factories import actor, local_day
from tests.inventory.adjustments.goods import MILLION, assert_proven, change, lying, row, stock_of, wanted
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=3)


def test_blocked_goods_stay_in_their_bin_at_their_value_and_are_promised_to_nobody(shop):
    before = stock_of(shop)
    changed = change(shop, 4)
    stock = stock_of(shop)
    assert (stock.on_hand, stock.available, stock.reserved) == (MILLION, MILLION - 4, 0)
    assert (stock.value, stock.valued_quantity) == (before.value, before.valued_quantity)
    assert (lying(shop).quantity, lying(shop, "hold").quantity) == (MILLION - 4, 4)
    found = StatusChange.objects.get(pk=changed.change_id)
    assert (found.number, found.target, found.row_count, found.reason) == (
        f"STC-{found.pk}", "hold", 1, "Wet",
    )  # fmt: skip
    posting = StockPosting.objects.get(pk=found.posting_id)
    assert (posting.kind, posting.source, posting.source_id) == ("move", "inventory.statuschange", found.pk)
    entries = StockEntry.objects.filter(posting_id=posting.pk).order_by("quantity")
    assert [(each.status, each.quantity, each.value) for each in entries] == [
        ("available", -4, -20), ("hold", 4, 20),
    ]  # fmt: skip
    why = Decision.objects.get(verb="inventory.change_status").outcome
    assert why["moved"] == [[*row(shop, 4).leaves, "hold", "4"]]
    assert (changed.bumped, changed.served) == (0, 0)
    assert_proven()


def test_the_last_served_loses_what_is_blocked_leans_on_what_comes_and_its_customer_is_told(shop):
    first, last = wanted(shop, 600_000), wanted(shop, 400_000)
    due = local_day() + timedelta(days=40)
    supply = Supply.objects.create(
        item_id=first.item_id, site_id=first.site_id, document="PO-1", expected=6, due_on=due
    )
    changed = change(shop, 10)
    first.refresh_from_db()
    last.refresh_from_db()
    assert (first.reserved, last.reserved, changed.bumped) == (600_000, 399_990, 1)
    assert last.promised_on is None  # four of ten have no supply
    assert Commitment.objects.get(demand=last, supply=supply).quantity == 6
    event = PromiseEvent.objects.get(cause="blocked")
    assert (event.demand_id, event.old_on, event.new_on) == (last.pk, last.first_promised_on, None)
    assert (stock_of(shop).available, stock_of(shop).reserved) == (MILLION - 10, MILLION - 10)
    assert Decision.objects.get(verb="inventory.change_status").outcome["promises"][0]["demand"] == last.pk
    deliver("orders.messages.draft_moved_promises")
    assert OrderMessage.objects.get().order.group_id == last.group_id
    assert_proven()


def test_what_becomes_free_goes_to_who_waits(shop):
    change(shop, 10)
    wanted(shop, 999_990)
    waiting = wanted(shop, 4)
    assert waiting.reserved == 0
    changed = change(shop, 10, "available", "hold")
    waiting.refresh_from_db()
    assert (waiting.reserved, changed.served) == (4, 1)
    assert waiting.promised_on is not None
    assert PromiseEvent.objects.get(cause="found").demand_id == waiting.pk
    stock = stock_of(shop)
    assert (stock.available, stock.reserved) == (MILLION, MILLION - 6)
    assert_proven()


def test_what_a_pick_is_bound_to_stays_and_the_shipment_is_named(shop):
    shipment_id = shop.release(shop.submit(1).order_id)
    number = Shipment.objects.get(pk=shipment_id).number
    with pytest.raises(BoundToPicks, match=number):
        change(shop, 1_000_000)
    assert not StatusChange.objects.exists()
    assert (stock_of(shop).available, lying(shop).quantity) == (MILLION, MILLION)
    change(shop, 999_999)
    assert (stock_of(shop).available, stock_of(shop).reserved, lying(shop).allocated) == (1, 1, 1)
    shop.pick(shipment_id)
    assert_proven()


def test_bound_goods_of_the_last_served_are_not_taken_from_their_demand(shop):
    first, last = wanted(shop, 600_000), wanted(shop, 400_000)
    shop.release(last.group.order.pk)
    change(shop, 10)
    first.refresh_from_db()
    last.refresh_from_db()
    assert (first.reserved, last.reserved) == (599_990, 400_000)
    assert_proven()


def test_more_than_lies_there_is_refused_and_nothing_changes(shop):
    change(shop, 4)
    with pytest.raises(NotThere, match="holds 4 of P0"):
        change(shop, 5, "available", "hold")
    assert StatusChange.objects.count() == 1
    assert (stock_of(shop).available, lying(shop, "hold").quantity) == (MILLION - 4, 4)


def test_the_same_place_twice_counts_together(shop):
    change(shop, 4)
    rows = [row(shop, 3, "available", "hold"), row(shop, 3, "quality", "hold")]
    with pytest.raises(NotThere):
        change_status(shop.by(), site_id=shop.world.sites[0], rows=rows, reason="Looked at")
    assert lying(shop, "hold").quantity == 4


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "  "}, "reason"), ({"rows": []}, "rows"), ({"target": "available"}, "target"),
        ({"target": "lost"}, "target"),
    ],
)  # fmt: skip
def test_nonsense_is_refused(shop, changes, field):
    rows = changes.get("rows", [row(shop, 1, changes.get("target", "hold"))])
    with pytest.raises(BadInput) as refused:
        change_status(shop.by(), site_id=shop.world.sites[0], rows=rows, reason=changes.get("reason", "Wet"))
    assert refused.value.context["field"] == field
    assert not StockPosting.objects.filter(kind="move").exists()


def test_a_bin_of_another_site_is_refused(shop):
    other = StockBalance.objects.filter(item=shop.world.items[0], site=shop.world.sites[1]).get()
    rows = [StatusRow(other.item_id, other.bin_id, None, "available", "hold", Decimal(1))]
    with pytest.raises(BadInput, match="no such bin"):
        change_status(shop.by(), site_id=shop.world.sites[0], rows=rows, reason="Wet")
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize("quantity", ["0", "-1", "0.5"])
def test_a_quantity_is_countable_and_above_zero(shop, quantity):
    with pytest.raises(AdjustmentRefused, match="P0"):
        change_status(
            shop.by(), site_id=shop.world.sites[0], rows=[row(shop, Decimal(quantity))], reason="Wet"
        )
    assert not StatusChange.objects.exists()


def test_rights_follow_the_matrix(shop):
    worker = By(actor("warehouse"))
    change(shop, 5, "quarantine", by=worker)
    with pytest.raises(NotPermitted, match="clear_stock"):
        change(shop, 5, "available", "quarantine", by=worker)
    with pytest.raises(NotPermitted, match="clear_stock"):
        change(shop, 5, "quality", "quarantine", by=worker)
    change(shop, 5, "damaged", "quarantine", by=worker)
    with pytest.raises(NotPermitted, match="block_stock"):
        change(shop, 5, by=By(actor("customer_service")))
    elsewhere = By(actor("warehouse", scope=f"site:{shop.world.sites[1]}"))
    with pytest.raises(NotPermitted):
        change(shop, 5, by=elsewhere)
    change(shop, 5, "available", "damaged", by=By(actor("process_owner")))
    assert stock_of(shop).available == MILLION


def test_an_expired_lot_is_blocked_and_never_becomes_available_again(shop):
    item_id, place = shop.world.items[0], lying(shop).bin_id
    lot = Lot.objects.create(item_id=item_id, code="L1", expires_on=local_day() - timedelta(days=1))
    opening = OpeningLine(item_id, place, Decimal(3), Decimal(15), lot.pk)
    post_opening_stock(shop.by(), site_id=shop.world.sites[0], lines=[opening])
    blocked = StatusRow(item_id, place, lot.pk, "available", "expired", Decimal(3))
    change_status(shop.by(), site_id=shop.world.sites[0], rows=[blocked], reason="Past its day")
    again = StatusRow(item_id, place, lot.pk, "expired", "available", Decimal(3))
    with pytest.raises(LotExpired, match="L1"):
        change_status(shop.by(), site_id=shop.world.sites[0], rows=[again], reason="Looks good")
    assert stock_of(shop).available == MILLION
    assert_proven()


def test_taking_back_is_the_reverse_change_once(shop):
    last = wanted(shop, 1_000_000)
    changed = change(shop, 10)
    last.refresh_from_db()
    assert last.reserved == 999_990
    undone = undo_status_change(shop.by(), change_id=changed.change_id)
    last.refresh_from_db()
    assert (last.reserved, undone.served, stock_of(shop).available) == (MILLION, 1, MILLION)
    assert last.promised_on == last.first_promised_on
    assert lying(shop, "hold").quantity == 0
    found = StatusChange.objects.get(pk=undone.change_id)
    assert (found.undoes_id, found.target, found.reason) == (
        changed.change_id, "available", f"{changed.number} taken back",
    )  # fmt: skip
    for change_id in (changed.change_id, undone.change_id):
        with pytest.raises(ChangeUndone):
            undo_status_change(shop.by(), change_id=change_id)
    assert StatusChange.objects.count() == 2
    assert_proven()


def test_taking_back_asks_for_the_reverse_right(shop):
    worker = By(actor("warehouse"))
    changed = change(shop, 5, "damaged", by=worker)
    with pytest.raises(NotPermitted, match="clear_stock"):
        undo_status_change(worker, change_id=changed.change_id)
    assert lying(shop, "damaged").quantity == 5


def test_goods_that_moved_on_are_not_taken_back(shop):
    changed = change(shop, 5)
    change(shop, 2, "damaged", "hold")
    with pytest.raises(NotThere):
        undo_status_change(shop.by(), change_id=changed.change_id)
    assert lying(shop, "hold").quantity == 3


def test_a_key_changes_once(shop):
    by, rows = shop.by("once"), [row(shop, 4)]
    answers = [change_status(by, site_id=shop.world.sites[0], rows=rows, reason="Wet") for _ in range(2)]
    assert answers[0] == answers[1]
    assert lying(shop, "hold").quantity == 4


def test_the_schema_wants_a_reason_and_takes_a_change_back_once(shop):
    changed = change(shop, 1)
    undone = undo_status_change(shop.by(), change_id=changed.change_id)
    for values in ({"reason": ""}, {"undoes": changed.change_id}):
        second = change(shop, 1)
        columns = {"undoes_id" if name == "undoes" else name: value for name, value in values.items()}
        with pytest.raises(IntegrityError), transaction.atomic():
            StatusChange.objects.filter(pk=second.change_id).update(**columns)
    assert undone.change_id


def test_statements_do_not_depend_on_the_number_of_rows():
    shop = trade(items=500)
    site_id = shop.world.sites[0]
    places = list(StockBalance.objects.filter(site=site_id).order_by("item").values_list("item", "bin"))
    wanted(shop, 1_000_000)  # somebody loses by it
    counts, freed = [], []
    for size in (1, 1, 10, 500):
        rows = [StatusRow(*place, None, "available", "hold", Decimal(1)) for place in places[:size]]
        with count_statements() as counted:
            changed = change_status(shop.by(), site_id=site_id, rows=rows, reason="Wet")
        counts.append(counted.statements)
        with count_statements() as counted:
            undo_status_change(shop.by(), change_id=changed.change_id)
        freed.append(counted.statements)
    assert counts[1] == counts[2] == counts[3] <= 30
    assert freed[1] == freed[2] == freed[3] <= 30
    assert SiteStock.objects.filter(site=site_id, available=MILLION).count() == 500
