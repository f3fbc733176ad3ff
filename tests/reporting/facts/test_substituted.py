"""First-pass fill rates are measured on what was asked for; what substitutes filled is counted apart (AT05, KP03)."""

from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.proofs import prove, results_of
from masterdata.models import Item, ItemClass
from orders.entry.actions.submit_order import submit_order
from orders.entry.actions.substitute_lines import substitute_lines
from orders.entry.rules import Asked, LineRequest, OrderRequest
from orders.entry.shortages import Replacement
from orders.models import SalesOrder
from reporting.models import LineFact, OrderFact, SiteDay, TradeDay
from tests.orders.substitutes import consents, left, stands_in
from tests.reporting.books import Week, at, told, week

pytestmark = pytest.mark.django_db(transaction=True)

FIFTH = date(2026, 1, 5)


@pytest.fixture
def shop() -> Week:
    """The second item, of a class of its own, stands in for the first two to one."""
    made = week()
    Item.objects.filter(pk=made.trade.world.items[1]).update(
        item_class=ItemClass.objects.create(code="ALT", name="Alternatives")
    )
    stands_in(made.trade, 0, 1, numerator=2)
    consents("always")
    return made


def green() -> None:
    run = prove(["M4", "M6"])
    assert [(result.proof, result.rows, result.error) for result in results_of(run)] == [
        ("M4", 0, ""),
        ("M6", 0, ""),
    ]


def days() -> list[tuple[object, ...]]:
    return list(
        SiteDay.objects.filter(units_due__gt=0).values_list(
            "day", "lines_due", "lines_filled", "units_due", "units_filled", "units_substituted", "orders_due",
            "orders_filled",
        )
    )  # fmt: skip


def test_a_substitute_offered_at_entry_fills_nothing_of_what_was_asked(shop):
    first, second, _third = shop.trade.world.items
    request = OrderRequest(
        shop.trade.world.customers[0],
        [LineRequest(second, Decimal(8), asked=Asked(first, Decimal(4))), LineRequest(first, Decimal(1))],
        FIFTH,
        "desk",
    )
    order = SalesOrder.objects.get(pk=submit_order(shop.by(at(5, 9)), request=request).order_id)
    shop.ship(order, at(5, 15))
    told()
    offered, plain = LineFact.objects.order_by("line_id")
    assert (offered.item_id, offered.ordered, offered.first_pass, offered.shipped, offered.completed_on) == (
        second, 8, 0, 8, FIFTH,
    )  # fmt: skip
    assert (offered.asked_item_id, offered.asked, offered.substituted) == (first, 4, 4)
    assert (plain.asked_item_id, plain.asked, plain.substituted, plain.first_pass) == (None, None, None, 1)
    assert days() == [(FIFTH, 2, 1, 5, 1, 4, 1, 0)]
    assert (OrderFact.objects.get().filled, OrderFact.objects.get().completed_on) == (False, FIFTH)
    due = TradeDay.objects.filter(units_due__gt=0).values_list("item", "item_class__code", "units_due")
    assert list(due) == [(first, "BENCH", 5)]
    sold = TradeDay.objects.filter(shipped_net__gt=0).order_by("item").values_list("item", "shipped_net")
    assert list(sold) == [(first, 10), (second, 40)]
    green()


def test_what_is_short_stays_a_miss_of_its_own_line(shop):
    _first, second, _third = shop.trade.world.items
    left(shop.trade, 0, 6)
    order = shop.submit(at(5, 9), [10])
    substitute_lines(
        shop.by(at(5, 10)),
        order_id=order.pk,
        version=1,
        replacements=[Replacement(1, second)],
        reason="short",
    )
    shop.ship(order, at(5, 15))
    told()
    asked, offered = LineFact.objects.order_by("line_id")
    assert (asked.ordered, asked.first_pass, asked.asked, asked.completed_on) == (6, 6, 10, FIFTH)
    assert (offered.item_id, offered.ordered, offered.first_pass, offered.asked, offered.substituted) == (
        second, 8, 0, 0, 4,
    )  # fmt: skip
    assert days() == [(FIFTH, 1, 0, 10, 6, 4, 1, 0)]
    assert OrderFact.objects.get().filled is False
    green()


def test_all_of_a_line_replaced_is_still_due(shop):
    left(shop.trade, 0, 0)
    order = shop.submit(at(5, 9), [3])
    substitute_lines(
        shop.by(at(5, 10)), order_id=order.pk, version=1,
        replacements=[Replacement(1, shop.trade.world.items[1])], reason="short",
    )  # fmt: skip
    shop.ship(order, at(7, 15))
    told()
    asked = LineFact.objects.order_by("line_id").first()
    assert (asked.ordered, asked.first_pass, asked.asked, asked.completed_on) == (0, 0, 3, None)
    # two days late, so that the substitute has filled nothing on its first pass either
    assert days() == [(FIFTH, 1, 0, 3, 0, 0, 1, 0)]
    assert OrderFact.objects.get().completed_on == date(2026, 1, 7)
    green()
