"""A transfer from its request to its receipt: stock, value and books of both sites, promises that lean on it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted, StaleVersion
from inventory.commitments.models import Commitment
from inventory.models import PromiseEvent, Supply, TransferLine, TransferOrder
from inventory.outbound.actions.release_groups import release_groups
from inventory.outbound.queries import release_list
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from inventory.stock.errors import InsufficientStock
from inventory.transfers.actions.decide_transfer import approve_transfer, cancel_transfer, refuse_transfer
from inventory.transfers.actions.request_transfer import Asked, amend_transfer, request_transfer
from inventory.transfers.actions.ship_transfer import Loaded, ship_transfer
from inventory.transfers.errors import (
    BetweenCompanies,
    BeyondTransferLimit,
    OwnTransfer,
    TransferRefused,
    WrongTransferState,
)
from inventory.transfers.queries import transfer_list
from masterdata.models import Item
from tests import factories
from tests.factories import actor, user
from tests.inventory.adjustments.goods import assert_proven
from tests.inventory.transfers.moving import NEEDED, Moving, in_transit, moving, order_of, sites_of
from tests.support import count_statements

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def shop() -> Moving:
    return moving()


def test_goods_are_reserved_leave_are_owned_on_their_way_and_arrive(shop):
    pk = shop.ask(10)
    assert (order_of(pk).number, order_of(pk).state, order_of(pk).value) == (f"TR-{pk}", "requested", 50)
    assert shop.figures(shop.gives) == shop.figures(shop.gets) == (0, 0, 0, 0, 0)

    approve_transfer(shop.by(), transfer_id=pk)
    supply = Supply.objects.get()
    assert (supply.site_id, supply.document, supply.expected) == (shop.gets, f"TR-{pk}", 10)
    assert (supply.due_on, order_of(pk).due_on) == (supply.due_on, supply.due_on)
    assert shop.figures(shop.gives) == (0, 0, 10, 0, 0)
    assert shop.figures(shop.gets) == (0, 0, 0, 0, 0)

    sent = shop.send(pk, carrier="Own truck")
    assert shop.figures(shop.gives) == (-10, -10, 0, -10, -50)
    assert shop.figures(shop.gets) == (0, 0, 0, 10, 50)  # owned and valued there, not in the house
    assert in_transit(shop.gets) == 10
    assert sites_of(sent.posting_id) == {shop.gives: -50, shop.gets: 50}
    assert (order_of(pk).state, order_of(pk).carrier) == ("shipped", "Own truck")
    assert_proven()

    done = shop.take(pk)
    assert (done.state, done.difference_ids) == ("received", [])
    assert shop.figures(shop.gets) == (10, 10, 0, 10, 50)
    assert in_transit(shop.gets) == 0
    supply.refresh_from_db()
    assert (supply.received, supply.cancelled) == (10, 0)
    assert_proven()


def test_each_line_takes_its_own_value_along(shop):
    pk = shop.shipped(3, lines=2)
    shop.take(pk)
    assert [shop.at(shop.gives, place).value for place in (0, 1)] == [5 * D(999_997), 6 * D(999_997)]
    assert [shop.at(shop.gets, place).value for place in (0, 1)] == [5 * D(1_000_003), 6 * D(1_000_003)]
    assert_proven()


def test_several_receipts_close_it_and_more_than_was_shipped_is_refused(shop):
    pk = shop.shipped(10)
    assert shop.take(pk, 4).state == "shipped"
    before = shop.figures(shop.gets)
    with pytest.raises(TransferRefused, match="7 are more than the 6 still expected"):
        shop.take(pk, 7)
    assert shop.figures(shop.gets) == before
    assert shop.take(pk, 6).state == "received"
    with pytest.raises(WrongTransferState, match=r"received: receiving it is not possible\. It is through"):
        shop.take(pk, 1)
    line = TransferLine.objects.get()
    assert (line.shipped, line.received, line.missing) == (10, 10, 0)
    assert_proven()


def test_what_is_loaded_in_parts_leaves_in_parts_and_the_rest_is_given_up(shop):
    pk = shop.approved(10)
    line = TransferLine.objects.get()
    place = shop.at(shop.gives).item.balances.get(site=shop.gives)
    shop.send(pk, [Loaded(line.pk, place.bin_id, D(4))])
    assert shop.figures(shop.gives) == (-4, -4, 6, -4, -20)
    with pytest.raises(TransferRefused, match="7 were loaded and 6 are reserved"):
        shop.send(pk, [Loaded(line.pk, place.bin_id, D(7))])
    shop.send(pk, [Loaded(line.pk, place.bin_id, D(1))], keep_rest=False)
    line.refresh_from_db()
    assert (line.shipped, line.cancelled) == (5, 5)
    assert shop.figures(shop.gives) == (-5, -5, 0, -5, -25)
    supply = Supply.objects.get()
    assert (supply.expected, supply.cancelled) == (10, 5)
    assert shop.take(pk).state == "received"
    assert_proven()


def test_the_rest_is_given_up_once_the_other_part_has_arrived(shop):
    pk = shop.approved(10)
    line = TransferLine.objects.get()
    place = shop.at(shop.gives).item.balances.get(site=shop.gives)
    shop.send(pk, [Loaded(line.pk, place.bin_id, D(4))], carrier="Own truck")
    assert shop.take(pk).state == "shipped"
    shop.send(pk, [Loaded(line.pk, place.bin_id, D(1))], tracking_number="T-2")
    assert (order_of(pk).carrier, order_of(pk).tracking_number) == ("Own truck", "T-2")
    assert shop.take(pk).state == "shipped"
    assert cancel_transfer(shop.by(), transfer_id=pk, reason="Truck full").state == "received"
    assert shop.at(shop.gives).reserved == 0
    with pytest.raises(WrongTransferState):
        cancel_transfer(shop.by(), transfer_id=pk, reason="Again")
    assert_proven()


def test_cancelling_before_it_leaves_frees_the_goods_for_who_waits_there(shop):
    shop.lock_away(shop.gives, left=10)
    pk = shop.approved(10)
    with pytest.raises(BadInput, match="say why"):
        cancel_transfer(shop.by(), transfer_id=pk, reason=" ")
    done = cancel_transfer(shop.by(), transfer_id=pk, reason="Not needed")
    assert (done.state, order_of(pk).decision_note) == ("cancelled", "Not needed")
    assert (shop.at(shop.gives).available, shop.at(shop.gives).reserved) == (10, 0)
    assert Supply.objects.get().cancelled == 10
    with pytest.raises(WrongTransferState):
        shop.send(pk)
    assert_proven()


def test_a_request_is_changed_until_it_is_approved(shop):
    pk = shop.ask(10)
    lines = [Asked(shop.world.items[1], D(3))]
    with pytest.raises(StaleVersion):
        amend_transfer(shop.by(), transfer_id=pk, version=7, lines=lines, needed_on=NEEDED)
    amend_transfer(shop.by(), transfer_id=pk, version=1, lines=lines, needed_on=NEEDED + timedelta(days=1))
    line = TransferLine.objects.get()
    assert (line.item_id, line.quantity, order_of(pk).value) == (shop.world.items[1], 3, 18)
    assert (order_of(pk).version, order_of(pk).needed_on) == (2, NEEDED + timedelta(days=1))
    approve_transfer(shop.by(), transfer_id=pk)
    with pytest.raises(WrongTransferState):
        amend_transfer(shop.by(), transfer_id=pk, version=3, lines=lines, needed_on=NEEDED)
    assert_proven()


# Whose word it needs ---------------------------------------------------------------------------------------------


def test_one_s_own_request_above_the_limit_needs_another_person(shop):
    buyer, boss = By(actor("procurement")), By(actor("process_owner"))
    small, large = shop.ask(200, by=buyer), shop.ask(201, by=buyer)  # at 5 each; the limit is 1,000
    assert approve_transfer(buyer, transfer_id=small).state == "approved"
    with pytest.raises(OwnTransfer, match=r"EUR 1,000\.00"):
        approve_transfer(buyer, transfer_id=large)
    assert (order_of(large).state, shop.at(shop.gives).reserved) == ("requested", 200)
    assert approve_transfer(boss, transfer_id=large).state == "approved"


def test_a_role_approves_up_to_its_limit(shop):
    pk = shop.ask(5_001)  # 25,005 at cost
    with pytest.raises(BeyondTransferLimit, match=r"EUR 25,000\.00"):
        approve_transfer(By(actor("procurement")), transfer_id=pk)
    assert approve_transfer(By(actor("process_owner")), transfer_id=pk).state == "approved"


def test_a_refusal_keeps_its_reason_and_reserves_nothing(shop):
    pk = shop.ask()
    refuse_transfer(shop.by(), transfer_id=pk, reason="We need it ourselves")
    assert (order_of(pk).state, order_of(pk).decision_note) == ("refused", "We need it ourselves")
    with pytest.raises(WrongTransferState):
        approve_transfer(shop.by(), transfer_id=pk)
    assert Supply.objects.count() == 0


def test_each_end_has_its_own_rights_and_both_see_the_one_document(shop):
    pk = shop.approved()
    here, there = f"site:{shop.gets}", f"site:{shop.gives}"
    receiver, sender = user("warehouse", scope=here), user("warehouse", scope=there)
    stranger = user("warehouse", scope=f"site:{factories.site().pk}")
    assert [transfer_list(user=each).count() for each in (receiver, sender, stranger)] == [1, 1, 0]
    receives, sends = By(actor("warehouse", scope=here)), By(actor("warehouse", scope=there))
    with pytest.raises(NotPermitted):
        ship_transfer(receives, transfer_id=pk)
    ship_transfer(sends, transfer_id=pk)
    with pytest.raises(NotPermitted):
        shop.take(pk, by=sends)
    assert shop.take(pk, by=receives).state == "received"


def test_between_companies_nothing_moves(shop):
    other = factories.trading_company(code="OTHER").sites.get()
    lines = [Asked(shop.world.items[0], D(1))]
    with pytest.raises(BetweenCompanies, match="purchase order of OTHER"):
        request_transfer(
            shop.by(), site_id=shop.gives, to_site_id=other.pk, lines=lines, needed_on=date(2026, 1, 9)
        )
    assert TransferOrder.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"to_site_id": "gives"}, BadInput, "another site"),
        ({"to_site_id": 10**9}, NotFound, "no site"),
        ({"lines": []}, BadInput, "at least one line"),
        ({"lines": [(0, "0")]}, TransferRefused, "above zero"),
        ({"lines": [(0, "1", "BX")]}, TransferRefused, "no unit BX"),
        ({"lines": [(10**9, "1")]}, BadInput, "no such item"),
        ({"reason": "whim"}, BadInput, "one of the reasons"),
        ({"lines": [(0, "1", "", 10**9)]}, BadInput, "nobody at B0 wants this"),
    ],
)
def test_a_wrong_request_is_refused_with_its_reason(shop, change, error, words):
    given = {"site_id": shop.gives, "to_site_id": shop.gets, "lines": [(0, "1")], "reason": "other", **change}
    if given["to_site_id"] == "gives":
        given["to_site_id"] = shop.gives
    given["lines"] = [
        Asked(shop.world.items[item] if item < 10 else item, D(quantity), *rest)
        for item, quantity, *rest in given["lines"]
    ]
    with pytest.raises(error, match=words):
        request_transfer(shop.by(), needed_on=NEEDED, **given)
    assert TransferOrder.objects.count() == 0


def test_kits_and_blocked_items_do_not_move(shop):
    Item.objects.filter(pk=shop.world.items[0]).update(status="blocked")
    with pytest.raises(TransferRefused, match="blocked"):
        shop.ask()


# Promises --------------------------------------------------------------------------------------------------------


def test_what_customers_are_promised_is_not_given_away(shop):
    shop.lock_away(shop.gives, left=10)
    first = shop.approved(6)
    with pytest.raises(InsufficientStock, match=r"1 of P0 \(4 are free\)"):
        shop.approved(5)
    assert shop.at(shop.gives).reserved == 6
    shop.send(first)
    assert_proven()


def test_who_waits_is_promised_what_comes_and_served_by_its_receipt(shop):
    shop.lock_away(shop.gets)
    demand = shop.wants(8)
    assert (demand.reserved, demand.promised_on) == (0, None)
    pk = shop.approved(10, wanted_by=demand.pk)
    demand.refresh_from_db()
    supply = Supply.objects.get()
    assert (demand.promised_on, supply.committed) == (supply.due_on, 8)
    assert PromiseEvent.objects.filter(demand_id=demand.pk).order_by("-pk")[0].cause == "resourced"
    shop.send(pk)
    done = shop.take(pk)
    demand.refresh_from_db()
    assert (done.backorders_served, demand.reserved, shop.at(shop.gets).available) == (1, 8, 10)
    assert shop.at(shop.gets).reserved == 8
    assert_proven()


def test_who_leans_on_something_later_is_moved_forward_and_frees_it_for_others(shop):
    shop.lock_away(shop.gets)
    early, other = shop.wants(6), shop.wants(6)
    seller = factories.supplier()
    line = PurchaseLine(shop.world.items[0], D(6), "EA", D(5))
    create_purchase_order(
        shop.by(), supplier_id=seller.pk, site_id=shop.gets, lines=[line], due_on=date(2030, 1, 1)
    )
    early.refresh_from_db()
    assert early.promised_on == date(2030, 1, 1)
    shop.approved(6)
    for demand in (early, other):
        demand.refresh_from_db()
    assert early.promised_on == Supply.objects.get(document__startswith="TR-").due_on
    assert other.promised_on == date(2030, 1, 1)
    assert_proven()


def test_what_is_cancelled_is_promised_from_elsewhere_or_nowhere(shop):
    shop.lock_away(shop.gets)
    demand = shop.wants(8)
    pk = shop.approved(10)
    cancel_transfer(shop.by(), transfer_id=pk, reason="No truck")
    demand.refresh_from_db()
    assert demand.promised_on is None
    assert not Commitment.objects.filter(demand=demand).exists()
    assert_proven()


def test_lost_stock_takes_the_transfer_s_reservation_before_a_customer_s(shop):
    shop.lock_away(shop.gives, left=10)
    pk = shop.approved(6)
    shop.lock_away(shop.gives, left=4)
    assert shop.at(shop.gives).reserved == 4
    sent = shop.send(pk, keep_rest=False)
    assert sent.number == f"TR-{pk}"
    assert (TransferLine.objects.get().shipped, TransferLine.objects.get().cancelled) == (4, 2)
    assert_proven()


def test_a_transfer_is_not_released_as_a_delivery(shop):
    pk = shop.approved()
    assert not release_list(user=user("warehouse")).exists()
    with pytest.raises(NotFound):
        release_groups(shop.by(), group_ids=[order_of(pk).group_id])


# Repeated, and many lines ----------------------------------------------------------------------------------------


def test_asking_twice_under_one_key_moves_once(shop):
    pk = shop.approved(10)
    by = By(shop.actor, key="ship-1")
    assert ship_transfer(by, transfer_id=pk) == ship_transfer(by, transfer_id=pk)
    assert in_transit(shop.gets) == 10


def test_the_number_of_statements_does_not_depend_on_the_lines():
    shop, boss = moving(items=60), By(actor("process_owner"))
    shop.shipped(1)  # plans and policies are known from here on
    counts = {}
    for lines in (1, 10, 60):
        pk = shop.ask(1, lines=lines)
        with count_statements() as approved:
            approve_transfer(boss, transfer_id=pk)
        with count_statements() as shipped:
            shop.send(pk)
        with count_statements() as received:
            shop.take(pk)
        counts[lines] = (approved.statements, shipped.statements, received.statements)
    assert counts[1] == counts[10] == counts[60], counts
    assert_proven()
