"""Documents that ask for an item that was replaced for good."""

import pytest

from erp.kernel.models import Decision
from inventory.models import SiteStock
from masterdata.models import Item, Substitute
from orders.models import LineSubstitution, OrderLine
from tests.orders.channels.test_intake_order import document, take
from tests.orders.substitutes import consents, left, priced, stands_in
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    """Nothing of the first item is left; the second, then the third superseded it. Everyone takes substitutes."""
    made = trade()
    priced(made, 10, 20, 40)
    left(made, 0, 0)
    stands_in(made, 0, 1, kind="superseded")
    stands_in(made, 1, 2, kind="superseded", numerator=1, denominator=2)
    consents("always")
    return made


def test_it_comes_as_its_successor_and_the_record_says_why(shop):
    take(shop, document(("P0", "4"), ("P3", "1")))
    first, second = OrderLine.objects.order_by("line")
    assert (first.item_id, first.quantity, first.unit_price, first.price_source) == (
        shop.world.items[1], 4, 10, "substitute",
    )  # fmt: skip
    assert second.item_id == shop.world.items[3]
    kept = LineSubstitution.objects.get()
    assert (kept.asked_item_id, kept.asked_quantity, kept.kind, kept.consent) == (
        shop.world.items[0], 4, "superseded", "",
    )  # fmt: skip
    why = Decision.objects.get(verb="orders.submit_order").outcome["instead"]
    assert list(why) == ["1"] and why["1"][3] == "superseded"


def test_the_first_successor_that_covers_it_else_the_last(shop):
    left(shop, 1, 3)
    take(shop, document(("P0", "4")), key="a")
    assert (OrderLine.objects.last().item_id, OrderLine.objects.last().quantity) == (shop.world.items[2], 2)
    left(shop, 2, 0)
    take(shop, document(("P0", "4")), key="b")
    assert OrderLine.objects.last().item_id == shop.world.items[2]
    left(shop, 1, 4)
    take(shop, document(("P0", "4")), key="c")
    assert OrderLine.objects.last().item_id == shop.world.items[1]


def test_a_blocked_item_comes_as_its_successor_too(shop):
    Item.objects.filter(pk=shop.world.items[0]).update(status="blocked")
    result = take(shop, document(("P0", "4")))
    assert result.parked == []
    assert OrderLine.objects.get().item_id == shop.world.items[1]


@pytest.mark.parametrize("reason", ["stock", "ask", "never", "equivalent", "price"])
def test_otherwise_it_stays_what_was_asked_for(shop, reason):
    if reason == "stock":
        left(shop, 0, 1)
    elif reason == "equivalent":
        Substitute.objects.update(kind="equivalent")
    elif reason != "price":
        consents(reason)
    wanted = document(("P0", "4"))
    if reason == "price":
        line = wanted.lines[0]
        wanted.lines[0] = type(line)(line.item, line.quantity, price="9", price_reason="Agreed", line=1)
    take(shop, wanted)
    assert OrderLine.objects.get().item_id == shop.world.items[0]
    assert not LineSubstitution.objects.exists()


def test_who_does_not_always_take_substitutes_costs_no_statement(shop):
    SiteStock.objects.update(reserved=0)
    consents("ask")
    take(shop, document(("P4", "1")), key="a")
    with count_statements() as ask:
        take(shop, document(("P4", "1")), key="b")
    consents("always")
    counts = []
    for key, lines in (("c", 1), ("d", 5)):
        with count_statements() as counted:
            take(shop, document(*[(f"P{n}", "1") for n in range(4, 4 + lines)]), key=key)
        counts.append(counted.statements)
    assert counts[0] == counts[1] == ask.statements + 2
