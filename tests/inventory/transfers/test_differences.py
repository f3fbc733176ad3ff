"""What does not arrive stays in transit with an owner and a day until it is found, written off or claimed (TR03)."""

from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from erp.kernel.models import User
from inventory.adjustments.actions.adjust_stock import AdjustLine, adjust_stock
from inventory.adjustments.actions.decide_adjustments import approve_adjustments, refuse_adjustments
from inventory.models import Adjustment, Supply, TransferDifference, TransferLine
from inventory.transfers.actions.clear_difference import (
    find_difference,
    own_differences,
    write_off_difference,
)
from inventory.transfers.errors import DifferenceCleared, TransferRefused
from inventory.transfers.queries import difference_list
from tests.factories import actor
from tests.inventory.adjustments.goods import assert_proven, journal_of
from tests.inventory.transfers.moving import Moving, difference_of, in_transit, moving, order_of

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def shop() -> Moving:
    return moving()


@pytest.fixture
def hugo() -> By:
    return By(actor("warehouse", username="hugo"))


def states(shop: Moving) -> list[str]:
    rows = difference_list(user=User.objects.get(pk=shop.world.user_id)).order_by("pk")
    return [row.state for row in rows]


def test_what_is_short_and_damaged_is_owned_and_promised_to_nobody(shop, hugo):
    shop.lock_away(shop.gets)
    demand = shop.wants(10)
    pk = shop.shipped(10)
    done = shop.take(pk, 6, damaged=1, complete=True, by=hugo)
    demand.refresh_from_db()
    assert (done.state, done.backorders_served, len(done.difference_ids)) == ("received", 1, 2)
    assert (demand.reserved, demand.promised_on) == (6, None)
    found = TransferDifference.objects.order_by("kind").values_list("kind", "quantity", "owner", "note")
    assert list(found) == [("damaged", 1, "hugo", "Wet"), ("short", 3, "hugo", "")]
    days = {(each.due_on - each.opened_at.date()).days for each in TransferDifference.objects.all()}
    assert days == {5}
    line, supply = TransferLine.objects.get(), Supply.objects.get()
    assert (line.received, line.missing, supply.received, supply.cancelled) == (6, 4, 6, 4)
    assert (in_transit(shop.gets), shop.at(shop.gets).valued_quantity) == (4, 1_000_010)
    assert states(shop) == ["open", "open"]
    assert_proven()


def test_what_is_found_later_is_received_and_goes_to_who_waits(shop, hugo):
    shop.lock_away(shop.gets)
    demand = shop.wants(10)
    pk = shop.shipped(10)
    shop.take(pk, 7, complete=True)
    row = difference_of(pk)
    with pytest.raises(TransferRefused, match="3 of it are missing"):
        find_difference(hugo, difference_id=row.pk, quantity=D(4), bin_id=shop.dock())
    find_difference(hugo, difference_id=row.pk, quantity=D(1), bin_id=shop.dock())
    demand.refresh_from_db()
    row.refresh_from_db()
    assert (demand.reserved, row.found, row.outcome, in_transit(shop.gets)) == (8, 1, "", 2)
    find_difference(hugo, difference_id=row.pk, quantity=D(2), bin_id=shop.dock())
    row.refresh_from_db()
    line = TransferLine.objects.get()
    assert (row.outcome, row.cleared_by, line.received, line.missing) == ("found", "hugo", 10, 0)
    assert (order_of(pk).state, in_transit(shop.gets), shop.at(shop.gets).available) == ("received", 0, 10)
    with pytest.raises(DifferenceCleared, match="found already"):
        write_off_difference(shop.by(), difference_id=row.pk, note="Gone")
    assert_proven()


def test_what_is_gone_leaves_stock_and_the_books_within_the_limits(shop, hugo):
    pk = shop.shipped(10)
    shop.take(pk, 8, complete=True)
    row = difference_of(pk)
    cleared = write_off_difference(shop.by(), difference_id=row.pk, note="Never left the truck")
    adjustment = Adjustment.objects.get()
    assert (cleared.waits, adjustment.state, adjustment.quantity, adjustment.value) == (
        False,
        "posted",
        -2,
        -10,
    )
    assert (adjustment.reason, adjustment.note) == ("lost", f"TR-{pk}: Never left the truck")
    assert journal_of(adjustment.posting_id) == {"inventory": -10, "shrinkage": 10}
    assert shop.figures(shop.gets) == (8, 8, 0, 8, 40)
    assert (in_transit(shop.gets), states(shop)) == (0, ["written_off"])
    with pytest.raises(DifferenceCleared):
        find_difference(hugo, difference_id=row.pk, quantity=D(1), bin_id=shop.dock())
    assert_proven()


def test_beyond_the_limits_it_stays_in_transit_until_another_person_approves(shop, hugo):
    pk = shop.shipped(100)
    shop.take(pk, 40, complete=True)
    row = difference_of(pk)
    cleared = write_off_difference(hugo, difference_id=row.pk, note="Lost", claim_reference="DHL-77")
    assert (cleared.waits, cleared.outcome, in_transit(shop.gets)) == (True, "claimed", 60)
    assert states(shop) == ["waiting"]
    with pytest.raises(DifferenceCleared, match="waiting for the approval"):
        find_difference(hugo, difference_id=row.pk, quantity=D(1), bin_id=shop.dock())
    assert_proven()
    approve_adjustments(shop.by(), adjustment_ids=[Adjustment.objects.get().pk], strict=True)
    assert (in_transit(shop.gets), states(shop)) == (0, ["claimed"])
    assert shop.figures(shop.gets) == (40, 40, 0, 40, 200)
    assert_proven()


def test_a_write_off_that_is_refused_leaves_it_open(shop, hugo):
    pk = shop.shipped(100)
    shop.take(pk, 40, complete=True)
    row = difference_of(pk)
    write_off_difference(hugo, difference_id=row.pk, note="Lost")
    refuse_adjustments(
        shop.by(), adjustment_ids=[Adjustment.objects.get().pk], reason="Look again", strict=True
    )
    assert (states(shop), in_transit(shop.gets)) == (["open"], 60)
    find_difference(hugo, difference_id=row.pk, quantity=D(60), bin_id=shop.dock())
    assert (states(shop), in_transit(shop.gets)) == (["found"], 0)
    assert_proven()


def test_damaged_goods_leave_as_damaged(shop):
    pk = shop.shipped(10)
    shop.take(pk, damaged=2)
    write_off_difference(shop.by(), difference_id=difference_of(pk).pk, note="Crushed", claim_reference="C-1")
    adjustment = Adjustment.objects.get()
    assert (adjustment.reason, difference_of(pk).outcome, difference_of(pk).claim_reference) == (
        "damaged", "claimed", "C-1",
    )  # fmt: skip
    assert_proven()


def test_a_write_off_and_more_of_the_same_item_on_one_day_are_no_change_of_status(shop):
    pk = shop.shipped(10)
    shop.take(pk, 8, complete=True)
    write_off_difference(shop.by(), difference_id=difference_of(pk).pk, note="Never left the truck")
    more = AdjustLine(shop.world.items[0], shop.dock(), D(1))
    done = adjust_stock(shop.by(), site_id=shop.gets, lines=[more], reason="found")
    assert (len(done.posted_ids), done.waiting_ids) == (1, [])
    assert shop.figures(shop.gets) == (9, 9, 0, 9, 45)
    assert_proven()


def test_it_is_given_to_somebody_else_and_only_with_the_right(shop, hugo):
    pk = shop.shipped(10)
    shop.take(pk, 8, complete=True)
    row = difference_of(pk)
    with pytest.raises(NotPermitted):
        own_differences(By(actor("finance")), difference_ids=[row.pk], owner="lea")
    with pytest.raises(NotPermitted):
        write_off_difference(By(actor("procurement")), difference_id=row.pk, note="Lost")
    with pytest.raises(BadInput):
        write_off_difference(hugo, difference_id=row.pk, note=" ")
    assert own_differences(hugo, difference_ids=[row.pk], owner="lea").difference_ids == [row.pk]
    assert difference_of(pk).owner == "lea"
