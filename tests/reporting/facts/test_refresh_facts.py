"""Facts: what they say of a week worked out by hand, that twice is once, and that nothing is left out."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from erp.kernel.batch import Batch
from erp.kernel.models import OutboxEntry
from erp.kernel.proofs import prove, results_of
from reporting.facts.actions.refresh_facts import refresh_facts
from reporting.facts.actions.roll_up import roll_up, touch_since
from reporting.models import ClassDay, LineFact, OrderFact, RollupDay, SiteDay, TradeDay
from tests.reporting.books import at, busy_days, told, week
from tests.support import count_statements

pytestmark = pytest.mark.django_db(transaction=True)


def green(*numbers: str) -> bool:
    run = prove(numbers)
    assert not [result.error for result in results_of(run) if result.error]
    return run.green


def rows(model, *fields):
    return sorted(model.objects.values_list(*fields))


@pytest.fixture
def shop():
    return week()


def test_facts_say_what_happened_to_each_line_and_order(shop):
    orders = busy_days(shop)
    told()
    lines = LineFact.objects.order_by("line_id").values_list(
        "order_id",
        "ordered",
        "first_pass",
        "shipped",
        "net",
        "invoiced_net",
        "invoiced_cost",
        "due_on",
        "completed_on",
    )
    a, b, c = (orders[key].pk for key in "abc")
    assert list(lines) == [
        (a, 2, 2, 2, 20, 20, 10, date(2026, 1, 5), date(2026, 1, 5)),
        (a, 1, 1, 1, 20, 20, 6, date(2026, 1, 5), date(2026, 1, 5)),
        (b, 1, 0, 1, 40, 40, 7, date(2026, 1, 5), date(2026, 1, 7)),
        (c, 1_000_010, 999_998, 999_998, 10_000_100, 9_999_980, 4_999_990, date(2026, 1, 6), None),
    ]
    found = OrderFact.objects.order_by("order_id").values_list(
        "order_id", "stocked_lines", "filled", "completed_on", "cycle_hours"
    )
    assert list(found) == [
        (a, 2, True, date(2026, 1, 5), Decimal(6)),
        (b, 1, False, date(2026, 1, 7), Decimal(48)),
        (c, 1, False, None, None),
    ]


def test_days_add_up(shop):
    busy_days(shop)
    told()
    days = SiteDay.objects.order_by("day").values_list(
        "day", "orders", "lines", "intake_net", "lines_due", "lines_filled", "units_due", "units_filled",
        "orders_due", "orders_filled", "shipped_net", "shipped_cost", "invoiced_net", "invoiced_cost",
    )  # fmt: skip
    assert list(days) == [
        (date(2026, 1, 5), 2, 3, 80, 3, 2, 4, 3, 2, 1, 40, 16, 40, 16),
        (
            date(2026, 1, 6),
            1,
            1,
            10_000_100,
            1,
            0,
            1_000_010,
            999_998,
            1,
            0,
            9_999_980,
            4_999_990,
            9_999_980,
            4_999_990,
        ),
        (date(2026, 1, 7), 0, 0, 0, 0, 0, 0, 0, 0, 0, 40, 7, 40, 7),
    ]
    assert TradeDay.objects.count() == 5
    assert ClassDay.objects.count() == 3
    assert green("M4", "M6")


def test_twice_is_once(shop):
    orders = busy_days(shop)
    told()
    before = (
        rows(LineFact, "pk", "shipped"),
        rows(OrderFact, "pk", "net"),
        rows(RollupDay, "day", "touched", "rolled"),
    )
    days = rows(TradeDay, "day", "item", "lines", "shipped_net")
    OutboxEntry.objects.filter(subscriber__startswith="reporting.facts.").update(done_at=None)
    told()
    with transaction.atomic():
        refresh_facts(Batch(shop.trade.actor, at(8)), order_ids=[order.pk for order in orders.values()])
    assert before == (
        rows(LineFact, "pk", "shipped"), rows(OrderFact, "pk", "net"), rows(RollupDay, "day", "touched", "rolled"),
    )  # fmt: skip
    touch_since(date(2026, 1, 1))
    roll_up()
    assert rows(TradeDay, "day", "item", "lines", "shipped_net") == days


def test_statements_do_not_depend_on_the_number_of_orders(shop):
    first = shop.submit(at(5), [1])
    others = [shop.submit(at(5), [1, 1, 1]) for _ in range(9)]
    counts = []
    for ids in ([first.pk], [order.pk for order in others]):
        with count_statements() as counted, transaction.atomic():
            refresh_facts(Batch(shop.trade.actor, at(5)), order_ids=ids)
        counts.append(counted.statements)
    assert counts == [3, 3]


def test_a_day_on_the_way_is_not_held_against_the_roll_up(shop):
    order = shop.submit(at(5), [1])
    told()
    shop.ship(order, at(5, 14))
    assert green("M4", "M6")  # shipped, but not yet announced to the facts
    told()
    assert SiteDay.objects.get().shipped_net == 10
    assert green("M4", "M6")


@pytest.mark.parametrize(
    ("table", "change", "number"),
    [
        ("reporting_siteday", "intake_net = intake_net + 1", "M4"),
        ("reporting_classday", "lines_filled = lines_filled + 1", "M4"),
        ("reporting_tradeday", "shipped_cost = 0", "M4"),
        ("reporting_linefact", "first_pass = first_pass - 1", "M6"),
        ("reporting_orderfact", "cycle_hours = 1", "M6"),
    ],
)
def test_a_figure_that_was_tampered_with_is_found(shop, table, change, number):
    shop.ship(shop.submit(at(5), [2]), at(5, 12))
    told()
    assert green("M4", "M6")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change}")
    assert not green(number)


def test_a_day_left_out_is_found_after_a_quarter_of_an_hour(shop):
    shop.submit(at(5), [1])
    told()
    RollupDay.objects.update(touched=9)
    assert green("M4")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reporting_rollupday SET touched_at = now() - interval '16 minutes'")
    assert not green("M4")
