"""Who may turn which status into which, how far an adjustment may go, who gives up stock: tables and properties."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.adjustments.models import Reason
from inventory.adjustments.permissions import BLOCK_STOCK, CLEAR_STOCK, RELEASE_STOCK
from inventory.adjustments.places import ItemFacts
from inventory.adjustments.posting import Change, values_of
from inventory.adjustments.rules import MATRIX, UNBOUND, Limit, beyond, change_in_disguise, fits, gain_value
from inventory.commitments.bumping import bump
from inventory.commitments.rules import Share, Standing
from inventory.stock.models import Status
from inventory.stock.reads import StockRow
from inventory.stock.statuses import PICKABLE, PROMISABLE, TRAITS, VALUED

TODAY = date(2026, 1, 5)


# Statuses ----------------------------------------------------------------------------------------------------


def test_every_status_has_its_traits_and_only_available_goods_are_sold():
    assert set(TRAITS) == set(Status)
    assert PROMISABLE == PICKABLE == ("available",)
    assert set(VALUED) == set(Status.values)


def test_no_change_of_status_changes_the_value():
    assert all(TRAITS[source].valued == TRAITS[target].valued for source, target in MATRIX)


@pytest.mark.parametrize(
    ("source", "target", "right"),
    [
        ("available", "hold", BLOCK_STOCK),
        ("available", "damaged", BLOCK_STOCK),
        ("hold", "quarantine", BLOCK_STOCK),
        ("damaged", "vendor", BLOCK_STOCK),
        ("hold", "available", RELEASE_STOCK),
        ("quality", "available", RELEASE_STOCK),
        ("quarantine", "available", CLEAR_STOCK),
        ("damaged", "available", CLEAR_STOCK),
        ("damaged", "quality", CLEAR_STOCK),
        ("expired", "hold", CLEAR_STOCK),
    ],
)
def test_each_change_asks_for_its_right(source, target, right):
    assert MATRIX[Status(source), Status(target)] == right


@pytest.mark.parametrize(
    ("lessened", "increased", "rights", "denied"),
    [
        (["quarantine"], ["available"], {BLOCK_STOCK, RELEASE_STOCK}, True),
        (["quarantine"], ["available"], {CLEAR_STOCK}, False),
        (["hold"], ["available"], {RELEASE_STOCK}, False),
        (["available"], ["damaged"], {BLOCK_STOCK}, False),
        (["available"], ["available"], set(), False),
        (["available", "damaged"], ["available"], {BLOCK_STOCK}, True),
        (["damaged"], [], set(), False),
        (["transit"], ["available"], set(), False),  # a transfer's write-off
        (["damaged", "transit"], ["available"], {BLOCK_STOCK}, True),
    ],
)  # fmt: skip
def test_less_and_more_together_ask_for_the_right_to_change(lessened, increased, rights, denied):
    assert bool(change_in_disguise(lessened, increased, rights.__contains__)) is denied


def test_nobody_gets_from_a_strict_status_to_available_without_clearing_it():
    reached = {status for status in Status if TRAITS[status].strict}
    while more := {
        target
        for (source, target), right in MATRIX.items()
        if source in reached and target not in reached and right != CLEAR_STOCK
    }:
        reached |= more
    assert Status.AVAILABLE not in reached


# Limits ------------------------------------------------------------------------------------------------------

WAREHOUSE, FINANCE = Limit(Decimal(250), Decimal(25)), Limit(Decimal(5000), Decimal(100))


@pytest.mark.parametrize(
    ("limits", "quantity", "value", "held", "words"),
    [
        ([WAREHOUSE], -25, -250, 100, ""),
        ([WAREHOUSE], -25, "-250.01", 100, "worth more than the limit of EUR 250.00"),
        ([WAREHOUSE], -26, -1, 100, "26 % of what the bin holds, above the limit of 25 %"),
        ([WAREHOUSE], 1, 1, 0, "100 % of what the bin holds, above the limit of 25 %"),
        ([WAREHOUSE, FINANCE], -90, -4000, 100, ""),
        ([FINANCE], 500, 5000, 100, ""),
        (UNBOUND, -100, -(10**9), 100, ""),
        ([], -1, -1, 100, "worth more than the limit of EUR 0.00"),
    ],
)
def test_a_limit_counts_value_and_share(limits, quantity, value, held, words):
    found = beyond(
        limits, quantity=Decimal(quantity), value=Decimal(value), held=Decimal(held), currency="EUR"
    )
    assert found == words


@pytest.mark.parametrize(
    ("reason", "more", "less"),
    [
        (Reason.FOUND, True, False), (Reason.LOST, False, True), (Reason.DAMAGED, False, True),
        (Reason.EXPIRED, False, True), (Reason.COUNT, True, True), (Reason.OWN_USE, False, True),
        (Reason.CORRECTION, True, True),
    ],
)  # fmt: skip
def test_a_reason_says_in_which_direction(reason, more, less):
    assert (fits(reason, Decimal(1)), fits(reason, Decimal(-1))) == (more, less)


# Value -------------------------------------------------------------------------------------------------------


def test_what_is_found_is_worth_the_average_and_without_stock_the_standard_cost():
    average = {"quantity": Decimal(3), "standard_cost": Decimal(9)}
    assert gain_value(valued_quantity=Decimal(7), value=Decimal(10), **average) == Decimal("4.29")
    assert gain_value(valued_quantity=Decimal(0), value=Decimal(0), **average) == 27


@given(
    quantity=st.integers(0, 50),
    cents=st.integers(0, 10_000),
    steps=st.lists(st.integers(-20, 20).filter(bool), max_size=12),
)
def test_value_is_zero_when_quantity_is_zero(quantity, cents, steps):
    item = ItemFacts(1, "P", "stocked", 1, "EA", 0, False, Decimal("1.37"))
    left, value = Decimal(quantity), Decimal(cents) / 100 if quantity else Decimal(0)
    for step in [*steps, None]:
        change = -left if step is None else max(Decimal(step), -left)
        if not change:
            continue
        stock = {1: StockRow(1, 1, 1, left, Decimal(0), left, value)}
        moved = values_of(
            [Change(1, (1, 1, None, "available"), change, "count")], stock=stock, items={1: item}
        )
        left, value = left + change, value + moved[1]
        assert value >= 0
        assert left or value == 0
    assert (left, value) == (0, 0)


# Bumping -----------------------------------------------------------------------------------------------------


def standing(
    number: int, has: int, *, stance: str = "redistribute", priority: int = 5, **more: str
) -> Standing:
    shares = [Share(None, Decimal(has), TODAY)] if has else []
    on = TODAY + timedelta(days=number)
    return Standing(number, 1, on, None, Decimal(has), shares, priority, stance=stance, **more)


def after(standings: list[Standing], short: int, bound: dict[int, Decimal] | None = None) -> list[int]:
    bump(standings, short={1: Decimal(short)}, bound=bound or {})
    return [int(each.reserved) for each in standings]


def test_the_last_served_gives_up_first():
    assert after([standing(1, 5), standing(2, 5), standing(3, 5)], 7) == [5, 3, 0]
    assert after([standing(1, 5, priority=9), standing(2, 5)], 7) == [0, 3]
    assert after([standing(1, 5, stance="lose", priority=1), standing(2, 5, stance="win")], 3) == [2, 5]


def test_what_was_bought_for_one_demand_is_taken_after_all_else():
    assert after([standing(1, 5), standing(2, 5, method="special")], 6) == [0, 4]


def test_what_the_warehouse_has_in_hand_stays():
    assert after([standing(1, 5), standing(2, 5)], 6, {2: Decimal(4)}) == [0, 4]


@given(
    has=st.lists(st.integers(0, 9), min_size=1, max_size=6),
    short=st.integers(0, 60),
    held=st.lists(st.integers(0, 9), min_size=6, max_size=6),
)
def test_exactly_what_is_short_is_taken_and_never_what_is_bound(has, short, held):
    standings = [standing(number, quantity) for number, quantity in enumerate(has)]
    bound = {number: Decimal(min(held[number], quantity)) for number, quantity in enumerate(has)}
    loose = sum(has) - sum(bound.values())
    left = after(standings, short, bound)
    assert sum(has) - sum(left) == min(short, loose)
    assert all(left[number] >= bound[number] for number in bound)
