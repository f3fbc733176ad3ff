"""More or less than the ledger says: at average cost, within limits, else by another person's word."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from billing.ledger.accounts import forget_accounts
from billing.models import AccountRule
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from erp.kernel.models import Decision
from erp.kernel.outbox import deliver
from inventory.adjustments.actions.adjust_stock import Adjusted, AdjustLine, adjust_stock
from inventory.adjustments.actions.decide_adjustments import approve_adjustments, refuse_adjustments
from inventory.adjustments.errors import (
    AdjustmentDecided,
    AdjustmentRefused,
    BeyondLimit,
    BoundToPicks,
    NotThere,
    OwnAdjustment,
)
from inventory.models import Adjustment, PromiseEvent, SiteStock, StockBalance, StockEntry, StockPosting
from masterdata.models import Bin, Item
from orders.models import OrderMessage
from tests.factories import actor
from tests.inventory.adjustments.goods import (
    MILLION,
    assert_proven,
    change,
    journal_of,
    line,
    lying,
    stock_of,
    wanted,
)
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=3)


def adjust(
    shop: Trade, *lines: AdjustLine, reason: str = "lost", by: By | None = None, note: str = ""
) -> Adjusted:
    return adjust_stock(
        by or shop.by(), site_id=shop.world.sites[0], lines=list(lines), reason=reason, note=note
    )


@pytest.mark.parametrize(
    ("reason", "quantity", "purpose"),
    [
        ("lost", -4, "shrinkage"), ("found", 4, "shrinkage"), ("damaged", -4, "spoilage"),
        ("expired", -4, "spoilage"), ("count", 4, "count"), ("own_use", -4, "own_use"),
        ("correction", -4, "adjustment"),
    ],
)  # fmt: skip
def test_stock_value_and_books_follow_the_reason(shop, reason, quantity, purpose):
    adjusted = adjust(shop, line(shop, quantity), reason=reason)
    found = Adjustment.objects.get()
    assert (found.state, found.value, found.held, found.beyond) == ("posted", 5 * quantity, MILLION, "")
    assert (found.proposed_by, found.decided_by) == ("bench", "")
    stock = stock_of(shop)
    assert (stock.on_hand, stock.available) == (MILLION + quantity, MILLION + quantity)
    assert (stock.valued_quantity, stock.value) == (MILLION + quantity, 5 * (MILLION + quantity))
    posting = StockPosting.objects.get(pk=found.posting_id)
    assert (posting.kind, posting.source, posting.source_id) == (
        "adjustment",
        "inventory.adjustment",
        found.pk,
    )
    assert StockEntry.objects.get(posting_id=posting.pk).line_id == found.pk
    assert journal_of(posting.pk) == {"inventory": 5 * quantity, purpose: -5 * quantity}
    assert adjusted == Adjusted([found.pk], [found.pk], [])
    assert_proven()


def test_a_reason_without_an_account_of_its_own_is_an_inventory_adjustment(shop):
    AccountRule.objects.filter(purpose="spoilage").delete()
    forget_accounts()
    adjust(shop, line(shop, -4), reason="damaged")
    assert journal_of(Adjustment.objects.get().posting_id) == {"inventory": -20, "adjustment": 20}


def test_blocked_goods_are_lost_without_touching_what_may_be_promised(shop):
    change(shop, 10, "damaged")
    adjust(shop, line(shop, -4, "damaged"), reason="damaged")
    stock = stock_of(shop)
    assert (stock.on_hand, stock.available) == (MILLION - 4, MILLION - 10)
    assert (lying(shop, "damaged").quantity, lying(shop).quantity) == (6, MILLION - 10)
    assert_proven()


def test_more_here_and_less_there_in_one_step(shop):
    change(shop, 10, "hold")
    adjust(shop, line(shop, 3), line(shop, -8, "hold"), reason="count")
    stock = stock_of(shop)
    assert (stock.on_hand, stock.available, stock.value) == (MILLION - 5, MILLION - 7, 5 * (MILLION - 5))
    assert StockPosting.objects.filter(kind="adjustment").count() == 1
    assert_proven()


def test_the_last_takes_all_the_value_that_is_left(shop):
    SiteStock.objects.filter(pk=stock_of(shop).pk).update(value=Decimal("4999999.99"))
    boss = By(Actor.system("tests"))
    adjust(shop, line(shop, -999_999), by=boss)
    adjust(shop, line(shop, -1), by=boss)
    assert (stock_of(shop).on_hand, stock_of(shop).value, lying(shop).quantity) == (0, 0, 0)
    assert sum(Adjustment.objects.values_list("value", flat=True)) == Decimal("-4999999.99")


def test_what_is_found_where_nothing_was_known_is_worth_the_standard_cost(shop):
    made = Item.objects.get(pk=shop.world.items[0])
    fresh = Item.objects.create(
        code="NEW", name="New", item_class=made.item_class, stock_unit_id="EA", sell_unit_id="EA",
        buy_unit_id="EA", standard_cost=Decimal("2.5"),
    )  # fmt: skip
    adjust(shop, AdjustLine(fresh.pk, lying(shop).bin_id, Decimal(3)), reason="found")
    stock = SiteStock.objects.get(item=fresh)
    assert (stock.on_hand, stock.available, stock.value) == (3, 3, Decimal("7.50"))
    assert StockBalance.objects.get(item=fresh).quantity == 3
    assert_proven()


# Promises ----------------------------------------------------------------------------------------------------


def test_who_is_served_last_loses_what_is_lost_and_is_told(shop):
    first, last = wanted(shop, 600_000), wanted(shop, 400_000)
    adjusted = adjust(shop, line(shop, -10))
    first.refresh_from_db()
    last.refresh_from_db()
    assert (first.reserved, last.reserved, adjusted.bumped) == (600_000, 399_990, 1)
    event = PromiseEvent.objects.get(cause="lost")
    assert (event.demand_id, event.new_on, event.actor) == (last.pk, None, "bench")
    assert (stock_of(shop).available, stock_of(shop).reserved) == (MILLION - 10, MILLION - 10)
    deliver("orders.messages.draft_moved_promises")
    assert OrderMessage.objects.get().order.group_id == last.group_id
    assert_proven()


def test_what_is_found_goes_to_who_waits(shop):
    wanted(shop, 1_000_000)
    waiting = wanted(shop, 4)
    adjusted = adjust(shop, line(shop, 4), reason="found")
    waiting.refresh_from_db()
    assert (waiting.reserved, adjusted.served) == (4, 1)
    assert PromiseEvent.objects.get(cause="found").demand_id == waiting.pk
    assert_proven()


def test_goods_bound_to_a_pick_are_not_lost_behind_its_back(shop):
    shop.release(shop.submit(1).order_id)
    with pytest.raises(BoundToPicks):
        adjust(shop, line(shop, -1_000_000))
    assert not Adjustment.objects.exists()
    assert stock_of(shop).on_hand == MILLION


# Limits ------------------------------------------------------------------------------------------------------


@pytest.fixture
def worker() -> By:
    return By(actor("warehouse", username="hugo"))


@pytest.fixture
def boss() -> By:
    return By(actor("process_owner", username="vera"))


def test_beyond_the_limit_nothing_moves_until_another_approves(shop, worker, boss):
    adjusted = adjust(shop, line(shop, -51), by=worker, note="Not in its bin")
    assert (adjusted.posted_ids, len(adjusted.waiting_ids)) == ([], 1)
    found = Adjustment.objects.get()
    assert (found.state, found.value, found.posting_id) == ("waiting", -255, None)
    assert found.beyond == "worth more than the limit of EUR 250.00"
    assert stock_of(shop).on_hand == MILLION
    assert not StockPosting.objects.filter(kind="adjustment").exists()
    assert_proven()

    decided = approve_adjustments(boss, adjustment_ids=[found.pk], note="Searched twice")
    assert (decided.adjustment_ids, decided.refused) == ([found.pk], [])
    found.refresh_from_db()
    assert (found.state, found.decided_by, found.decision_note) == ("posted", "vera", "Searched twice")
    assert (stock_of(shop).on_hand, stock_of(shop).value) == (MILLION - 51, 5 * (MILLION - 51))
    assert journal_of(found.posting_id) == {"inventory": -255, "shrinkage": 255}
    assert Decision.objects.get(verb="inventory.approve_adjustments").outcome["note"] == "Searched twice"
    assert_proven()


def test_it_is_posted_at_the_average_of_the_day_it_is_approved(shop, worker, boss):
    (pk,) = adjust(shop, line(shop, -100), by=worker).waiting_ids
    SiteStock.objects.filter(pk=stock_of(shop).pk).update(value=10 * MILLION)
    approve_adjustments(boss, adjustment_ids=[pk])
    assert Adjustment.objects.get().value == -1000


def test_a_small_value_may_still_be_a_large_part_of_its_bin(shop, worker):
    change(shop, 999_990, "quarantine")
    pk = Bin.objects.filter(site=shop.world.sites[0]).order_by("-pk")[0].pk
    adjust(shop, AdjustLine(shop.world.items[0], pk, Decimal(8)), reason="found")
    adjusted = adjust(shop, AdjustLine(shop.world.items[0], pk, Decimal(-2)), by=worker)
    assert adjusted.waiting_ids == []
    adjusted = adjust(
        shop, AdjustLine(shop.world.items[0], pk, Decimal(-1)), by=worker
    )  # with the two of today
    found = Adjustment.objects.get(pk=adjusted.waiting_ids[0])
    assert found.beyond == "50 % of what the bin holds, above the limit of 25 %"


def test_lines_of_one_bin_and_the_day_count_together(shop, worker):
    assert adjust(shop, line(shop, -30), by=worker).waiting_ids == []
    assert len(adjust(shop, line(shop, -30), by=worker).waiting_ids) == 1  # 150 and 150 are above 250
    assert adjust(shop, line(shop, -30, place=1), by=worker).waiting_ids == []  # another bin


def test_less_in_one_status_and_more_in_another_is_no_way_round_the_right_to_change_it(shop, worker, boss):
    change(shop, 10, "quarantine", by=boss)
    denied = "less quarantine and more available is a change of status, which takes a right of its own"
    assert adjust(shop, line(shop, -3, "quarantine"), by=worker, reason="correction").waiting_ids == []
    (more,) = adjust(shop, line(shop, 3), by=worker, reason="correction").waiting_ids
    assert Adjustment.objects.get(pk=more).beyond == denied
    assert (stock_of(shop).on_hand, stock_of(shop).available) == (MILLION - 3, MILLION - 10)
    other = line(shop, 2, place=1)
    change(shop, 10, "quarantine", by=boss, place=1)
    pair = adjust(shop, other, line(shop, -2, "quarantine", place=1), by=worker, reason="count")
    assert set(Adjustment.objects.filter(pk__in=pair.waiting_ids).values_list("beyond", flat=True)) == {
        denied
    }
    assert len(pair.waiting_ids) == 2
    both = adjust(shop, other, line(shop, -2, "quarantine", place=1), by=boss, reason="count")
    assert both.waiting_ids == []  # who may clear it may correct it
    assert_proven()


def test_what_is_within_the_limit_is_posted_beside_what_is_not(shop, worker):
    adjusted = adjust(shop, line(shop, -1), line(shop, -500, place=1), by=worker)
    assert (len(adjusted.posted_ids), len(adjusted.waiting_ids)) == (1, 1)
    assert (stock_of(shop).on_hand, stock_of(shop, 1).on_hand) == (MILLION - 1, MILLION)


def test_nobody_approves_their_own_or_beyond_their_own_limit(shop, worker, boss):
    clerk = By(actor("finance", username="ines"))
    (own,) = adjust(shop, line(shop, -1001), by=clerk).waiting_ids
    (other,) = adjust(shop, line(shop, -1002, place=1), by=worker).waiting_ids
    decided = approve_adjustments(clerk, adjustment_ids=[own, other])
    assert decided.adjustment_ids == []
    assert [why for _number, why in decided.refused] == [
        f"ADJ-{own} is your own proposal. Another person approves it.",
        f"ADJ-{other} is worth more than the limit of EUR 5,000.00. Someone with a wider limit approves it.",
    ]
    with pytest.raises(OwnAdjustment):
        approve_adjustments(clerk, adjustment_ids=[own], strict=True)
    with pytest.raises(BeyondLimit):
        approve_adjustments(clerk, adjustment_ids=[other], strict=True)
    with pytest.raises(NotPermitted, match="approve_adjustments"):
        approve_adjustments(worker, adjustment_ids=[own])
    assert set(Adjustment.objects.values_list("state", flat=True)) == {"waiting"}
    assert stock_of(shop).on_hand == MILLION
    assert approve_adjustments(boss, adjustment_ids=[own, other]).adjustment_ids == [own, other]
    with pytest.raises(AdjustmentDecided, match="vera"):
        approve_adjustments(boss, adjustment_ids=[own], strict=True)
    assert_proven()


def test_what_is_gone_meanwhile_stays_and_the_rest_is_approved(shop, worker, boss):
    (gone,) = adjust(shop, line(shop, -600_000), by=worker).waiting_ids
    (there,) = adjust(shop, line(shop, -500_000), by=worker).waiting_ids
    (fits,) = adjust(shop, line(shop, -60, place=1), by=worker).waiting_ids
    owner = By(Actor.system("tests"))
    decided = approve_adjustments(owner, adjustment_ids=[gone, there, fits])
    assert decided.adjustment_ids == [gone, fits]
    assert [number for number, _why in decided.refused] == [f"ADJ-{there}"]
    with pytest.raises(NotThere):
        approve_adjustments(owner, adjustment_ids=[there], strict=True)
    assert Adjustment.objects.get(pk=there).state == "waiting"
    assert (stock_of(shop).on_hand, stock_of(shop, 1).on_hand) == (400_000, MILLION - 60)
    assert_proven()


def test_a_refusal_keeps_its_reason_and_moves_nothing(shop, worker, boss):
    (pk,) = adjust(shop, line(shop, -100), by=worker).waiting_ids
    with pytest.raises(BadInput):
        refuse_adjustments(boss, adjustment_ids=[pk], reason=" ")
    with pytest.raises(NotPermitted):
        refuse_adjustments(By(actor("warehouse")), adjustment_ids=[pk], reason="No", strict=True)
    refuse_adjustments(boss, adjustment_ids=[pk], reason="Look behind the rack")
    found = Adjustment.objects.get()
    assert (found.state, found.decided_by, found.decision_note) == ("refused", "vera", "Look behind the rack")
    assert stock_of(shop).on_hand == MILLION
    with pytest.raises(AdjustmentDecided):
        approve_adjustments(By(actor("process_owner")), adjustment_ids=[pk], strict=True)
    assert_proven()


def test_a_proposal_is_withdrawn_by_who_made_it(shop, worker):
    (pk,) = adjust(shop, line(shop, -100), by=worker).waiting_ids
    assert refuse_adjustments(worker, adjustment_ids=[pk], reason="Found it").adjustment_ids == [pk]
    assert Adjustment.objects.get().state == "refused"


def test_one_site_is_approved_at_a_time(shop, worker, boss):
    (here,) = adjust(shop, line(shop, -100), by=worker).waiting_ids
    other = StockBalance.objects.get(item=shop.world.items[0], site=shop.world.sites[1])
    lines = [AdjustLine(other.item_id, other.bin_id, Decimal(-100))]
    (there,) = adjust_stock(worker, site_id=other.site_id, lines=lines, reason="lost").waiting_ids
    with pytest.raises(BadInput, match="one site"):
        approve_adjustments(boss, adjustment_ids=[here, there])


# What is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "reason", "error"),
    [
        ("1", "lost", AdjustmentRefused), ("-1", "found", AdjustmentRefused), ("0", "count", AdjustmentRefused),
        ("-0.5", "lost", AdjustmentRefused), ("-1000001", "lost", NotThere), ("-1", "whim", BadInput),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(shop, quantity, reason, error):
    with pytest.raises(error):
        adjust(shop, line(shop, quantity), reason=reason)
    assert not Adjustment.objects.exists()
    assert (stock_of(shop).on_hand, lying(shop).quantity) == (MILLION, MILLION)


def test_a_place_is_named_once_a_lot_is_named_where_there_are_lots(shop):
    with pytest.raises(BadInput):
        adjust(shop, line(shop, -1), line(shop, -1))
    Item.objects.filter(pk=shop.world.items[0]).update(lot_tracked=True)
    with pytest.raises(AdjustmentRefused, match="name the lot"):
        adjust(shop, line(shop, 1), reason="found")
    with pytest.raises(BadInput):
        adjust(shop)


def test_the_right_and_the_site_are_asked_for(shop):
    for by in (By(actor("customer_service")), By(actor("warehouse", scope=f"site:{shop.world.sites[1]}"))):
        with pytest.raises(NotPermitted, match="adjust_stock"):
            adjust(shop, line(shop, -1), by=by)
    assert not Adjustment.objects.exists()


def test_a_key_adjusts_once(shop):
    by, lines = shop.by("once"), [line(shop, -4)]
    answers = [adjust_stock(by, site_id=shop.world.sites[0], lines=lines, reason="lost") for _ in range(2)]
    assert answers[0] == answers[1]
    assert stock_of(shop).on_hand == MILLION - 4


@pytest.mark.parametrize(
    "values",
    [
        {"state": "posted", "posting_id": 1, "decided_by": "hugo"},  # by who proposed it
        {"state": "posted", "posting_id": 1},  # beyond the limit, by nobody
        {"state": "posted", "decided_by": "vera"},  # without a posting
        {"state": "refused", "decided_by": "vera"},  # without a reason
        {"quantity": 0},
    ],
)
def test_the_schema_knows_the_rules_too(shop, worker, values):
    (pk,) = adjust(shop, line(shop, -100), by=worker).waiting_ids
    with pytest.raises(IntegrityError), transaction.atomic():
        Adjustment.objects.filter(pk=pk).update(**values)


def test_statements_do_not_depend_on_the_number_of_lines():
    shop = trade(items=500)
    worker, boss = By(actor("warehouse")), By(Actor.system("tests"))
    wanted(shop, 1_000_000)  # somebody loses by it
    places = [line(shop, -1, place=place) for place in range(500)]
    many = [AdjustLine(each.item_id, each.bin_id, Decimal(-100)) for each in places]
    counts, approved = [], []
    for size in (1, 1, 10, 500):
        with count_statements() as counted:
            adjust(shop, *places[:size])
        counts.append(counted.statements)
        ids = adjust(shop, *many[:size], by=worker).waiting_ids
        assert len(ids) == size
        with count_statements() as counted:
            approve_adjustments(boss, adjustment_ids=ids)
        approved.append(counted.statements)
    assert counts[1] == counts[2] == counts[3] <= 35
    assert approved[1] == approved[2] == approved[3] <= 35
    assert Adjustment.objects.filter(state="posted").count() == 2 * 512
