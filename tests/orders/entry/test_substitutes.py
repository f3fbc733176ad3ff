"""Orders that offer something else than was asked for: consent, rules, price, and the wish that stays."""

from decimal import Decimal

import pytest

from erp.kernel.models import Decision
from inventory.models import Demand
from masterdata.models import Item, ItemUnit, Price, Substitute, Unit
from orders.entry.actions.amend_order import amend_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.errors import LineRefused
from orders.entry.rules import Asked, LineRequest
from orders.models import Hold, LineDemand, LineSubstitution, OrderLine, SalesOrder
from tests.orders.books import assert_proven
from tests.orders.substitutes import consents, short_shop, stands_in
from tests.support import count_statements
from tests.trade import Trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return short_shop()


def instead(shop: Trade, quantity: int = 10, other: int = 1, asked: int | None = None, **asks: object):
    """A line that offers the item at a place of the world for the first one."""
    wish = Asked(shop.world.items[0], Decimal(asked or quantity), **{"consent": "Mr Maes, by phone", **asks})
    return LineRequest(shop.world.items[other], Decimal(quantity), asked=wish)


def test_the_line_is_the_substitute_and_keeps_what_was_asked_for(shop):
    rule = stands_in(shop, 0, 2, numerator=3, denominator=2, kind="upgrade")
    shop.submit([instead(shop, 15, other=2, asked=10)])
    line, kept = OrderLine.objects.get(), LineSubstitution.objects.get()
    assert (line.item_id, line.quantity) == (shop.world.items[2], 15)
    assert (kept.line, kept.asked_item_id, kept.asked_quantity, kept.asked_unit_id) == (
        line, shop.world.items[0], 10, "EA",
    )  # fmt: skip
    assert (kept.asked_stock_quantity, kept.kind, kept.consent, kept.replaces) == (
        10, "upgrade", "Mr Maes, by phone", None,
    )  # fmt: skip
    assert LineDemand.objects.get().role == "substitute"
    demand = Demand.objects.get()
    assert (demand.item_id, demand.ordered, demand.reserved) == (shop.world.items[2], 15, 15)
    assert Decision.objects.get(verb="orders.submit_order").outcome["instead"] == {
        "1": [shop.world.items[0], "10", "EA", "upgrade", [rule.pk], "Mr Maes, by phone"]
    }
    assert_proven("D1", "D2", "D7", "D11", "D13", "K1")


@pytest.mark.parametrize(
    ("treatment", "ratio", "price", "source"),
    [
        ("own", (1, 1), Decimal(20), "list"),
        ("original", (1, 1), Decimal(10), "substitute"),
        ("original", (2, 1), Decimal(5), "substitute"),  # two of it stand in for one at ten
        ("original", (3, 2), Decimal("6.666667"), "substitute"),
    ],
)
def test_its_price_is_its_own_or_that_of_what_was_asked_for(shop, treatment, ratio, price, source):
    Substitute.objects.update(price=treatment, numerator=ratio[0], denominator=ratio[1])
    shop.submit([instead(shop)])
    line = OrderLine.objects.get()
    assert (line.unit_price, line.price_source) == (price, source)
    assert line.net == round(10 * price, 2)
    assert not Hold.objects.exists()
    assert_proven("D11")


def test_a_box_costs_what_its_pieces_cost(shop):
    box = Unit.objects.create(code="BX", name="Box")
    item = Item.objects.get(pk=shop.world.items[1])
    ItemUnit.objects.create(item=item, unit=box, numerator=5)
    wish = Asked(shop.world.items[0], Decimal(10), consent="Mr Maes")
    shop.submit([LineRequest(item.pk, Decimal(2), "BX", asked=wish)])
    line = OrderLine.objects.get()
    assert (line.unit_price, line.net, line.stock_quantity) == (50, 100, 10)


def test_a_price_set_by_hand_stays_and_an_unpriced_original_leaves_its_own(shop):
    line = instead(shop)
    shop.submit([LineRequest(line.item_id, line.quantity, "", Decimal(17), "Agreed", asked=line.asked)])
    assert OrderLine.objects.get().price_source == "override"
    Price.objects.all().delete()
    order = shop.submit([instead(shop)])
    assert order.holds == ["price"]


@pytest.mark.parametrize(
    ("answer", "consent", "reason"),
    [
        ("ask", "", "The customer wants to be asked: say who agreed."),
        ("ask", "  ", "The customer wants to be asked: say who agreed."),
        ("never", "Mr Maes", "The customer takes no substitutes."),
    ],
)
def test_without_consent_the_line_is_refused_and_nothing_is_written(shop, answer, consent, reason):
    consents(answer)
    with pytest.raises(LineRefused) as refusal:
        shop.submit([instead(shop, consent=consent)])
    assert [entry["reason"] for entry in refusal.value.context["lines"]] == [reason]
    assert not SalesOrder.objects.exists()
    assert not LineSubstitution.objects.exists()


def test_a_customer_s_own_answer_beats_the_house_s(shop):
    consents("never", f"customer:{shop.world.customers[0]}")
    with pytest.raises(LineRefused):
        shop.submit([instead(shop)])
    assert shop.submit([instead(shop)], customer_id=shop.world.customers[1]).holds == []


def test_who_is_always_content_need_not_be_asked(shop):
    consents("always")
    shop.submit([instead(shop, consent="")])
    assert LineSubstitution.objects.get().consent == ""


def test_what_no_rule_allows_is_refused(shop):
    codes = dict(Item.objects.values_list("pk", "code"))
    with pytest.raises(LineRefused) as refusal:
        shop.submit([instead(shop, other=2)])
    expected = f"{codes[shop.world.items[2]]} does not stand in for {codes[shop.world.items[0]]}."
    assert [entry["reason"] for entry in refusal.value.context["lines"]] == [expected]


def test_an_amended_line_keeps_its_price_and_its_wish(shop):
    order = SalesOrder.objects.get(pk=shop.submit([instead(shop)]).order_id)
    amend_order(shop.by(), order_id=order.pk, version=1, amendment=Amendment([LineChange(1, Decimal(4))]))
    line = OrderLine.objects.get()
    assert (line.quantity, line.unit_price, line.price_source) == (4, 10, "substitute")
    assert LineSubstitution.objects.get().asked_quantity == 10
    assert_proven("D7", "D13")


def test_orders_without_substitutes_ask_nothing_and_with_them_two_more(shop):
    shop.submit([LineRequest(item, Decimal(1)) for item in shop.world.items[2:7]])
    with count_statements() as plain:
        shop.submit([LineRequest(item, Decimal(1)) for item in shop.world.items[2:7]])
    counts = []
    for lines in (1, 1, 3):
        with count_statements() as counted:
            shop.submit([instead(shop) for _ in range(lines)])
        counts.append(counted.statements)
    assert counts[1] == counts[2]
    # the rules, the prices of what was asked for, and the rows that keep it
    assert counts[1] <= plain.statements + 3
