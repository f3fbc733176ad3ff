"""What orders cost, from stored prices: who gets which, what is used up, who has to ask."""

from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.command import By
from erp.kernel.errors import DomainError
from erp.kernel.models import Decision, Grant, User
from erp.kernel.proofs import prove, results_of
from masterdata.agreements.actions.assign_price_scope import assign_price_scope
from masterdata.agreements.actions.create_price_scope import create_price_scope
from masterdata.agreements.actions.set_allowance import set_allowance
from masterdata.agreements.actions.set_price import set_price
from masterdata.agreements.errors import AllowanceUsed
from masterdata.models import (
    Allowance,
    Customer,
    CustomerGroup,
    CustomerPriceScope,
    Item,
    ItemClass,
    Price,
    ShipTo,
)
from masterdata.parties.actions.place_customer_group import place_customer_group
from orders.entry.actions.amend_order import amend_order
from orders.entry.actions.cancel_order import cancel_lines
from orders.entry.actions.submit_order import submit_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.rules import LineRequest
from orders.models import Hold, OrderLine, PriceDraw, SalesOrder
from orders.pricing.rules import reprice
from tests import factories as make
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db
JAN = date(2026, 1, 1)
D = Decimal


@pytest.fixture
def shop() -> Trade:
    return trade()


@pytest.fixture
def steward(shop):
    return By(make.actor("data_steward"))


@pytest.fixture
def item(shop) -> Item:
    """The second item: it has a list price and nothing else."""
    return Item.objects.get(pk=shop.world.items[1])


def listed(item) -> Decimal:
    return D(10 + item.pk % 90)


def terms(steward, shop, kind, value, method="net", *, item=None, item_class=None, code="", **more):
    """A set of prices with one price in it; its id."""
    scope = create_price_scope(
        steward,
        company_id=shop.world.company_id,
        kind=kind,
        code=code or f"T{make.number()}",
        name="Terms",
        **more,
    ).scope_id
    set_price(
        steward, scope_id=scope, value=D(value), method=method, valid_from=JAN, item_id=item.pk if item else None,
        item_class_id=item_class.pk if item_class else None,
    )  # fmt: skip
    return scope


def give(steward, scope, **whom):
    assign_price_scope(steward, scope_id=scope, valid_from=JAN, **whom)


def line_of(submitted, number=1) -> OrderLine:
    return OrderLine.objects.get(order=submitted.order_id, line=number)


def proven() -> None:
    run = prove(["D1", "D2", "D7", "D8", "D10", "D11"])
    assert [(found.proof, found.sample, found.error) for found in results_of(run) if not found.green] == []


def test_the_nearest_agreement_wins_job_before_ship_to_before_customer_before_node(shop, steward, item):
    customer = Customer.objects.get(pk=shop.world.customers[0])
    above = CustomerGroup.objects.create(code="UNION", name="Union")
    place_customer_group(steward, group_id=customer.group_id, parent_id=above.pk)
    yard = ShipTo.objects.create(customer=customer, code="YARD", name="Yard", country="BE")
    for value, whom in (
        ("5", {"group_id": above.pk}),
        ("6", {"group_id": customer.group_id}),
        ("7", {"customer_id": customer.pk}),
        ("8", {"customer_id": customer.pk, "ship_to_id": yard.pk}),
        ("9", {"customer_id": customer.pk, "job": "Bridge"}),
    ):
        give(steward, terms(steward, shop, "agreement", value, item=item), **whom)
    other = shop.world.customers[1]
    wanted = [LineRequest(item.pk, D(1))]
    assert line_of(shop.submit(wanted)).unit_price == 7
    assert line_of(shop.submit(wanted, ship_to_id=yard.pk)).unit_price == 8
    made = shop.submit(wanted, ship_to_id=yard.pk, job="bridge")
    assert (line_of(made).unit_price, SalesOrder.objects.get(pk=made.order_id).job) == (9, "BRIDGE")
    assert line_of(shop.submit(wanted, job="tunnel")).unit_price == 7
    assert line_of(shop.submit(wanted, customer_id=other)).unit_price == 6
    Customer.objects.filter(pk=other).update(group=above)
    assert line_of(shop.submit(wanted, customer_id=other)).unit_price == 5


def test_another_company_s_terms_of_a_group_are_not_ours(shop, steward, item):
    customer = Customer.objects.get(pk=shop.world.customers[0])
    scope = terms(steward, shop, "agreement", "5", item=item)
    give(steward, scope, group_id=customer.group_id)
    Price.objects.get(scope=scope).scope.__class__.objects.filter(pk=scope).update(company=make.company())
    assert line_of(shop.submit([LineRequest(item.pk, D(1))])).unit_price == listed(item)


@pytest.mark.parametrize(
    ("method", "value", "expected"),
    [("discount", "10", "0.9"), ("markup", "25", None), ("cost_plus", "3", None)],
)
def test_a_matrix_of_group_and_class(shop, steward, item, method, value, expected):
    customer = Customer.objects.get(pk=shop.world.customers[0])
    above = ItemClass.objects.create(code="ALL", name="All")
    ItemClass.objects.filter(pk=item.item_class_id).update(parent=above)
    give(steward, terms(steward, shop, "group", value, method, item_class=above), group_id=customer.group_id)
    line = line_of(shop.submit([LineRequest(item.pk, D(2))]))
    wanted = {
        "discount": listed(item) * D("0.9"),
        "markup": item.standard_cost * D("1.25"),
        "cost_plus": item.standard_cost + 3,
    }
    assert (line.price_source, line.unit_price) == ("group", wanted[method])


def test_a_cap_holds_until_it_is_used_up_and_comes_back_with_what_is_cancelled(shop, steward, item):
    scope = terms(steward, shop, "agreement", "5", item=item)
    give(steward, scope, customer_id=shop.world.customers[0])
    set_allowance(steward, scope_id=scope, item_id=item.pk, most=D(10), commitment=D(20))
    wanted = [LineRequest(item.pk, D(6)), LineRequest(item.pk, D(4)), LineRequest(item.pk, D(1))]
    made = shop.submit(wanted)
    assert [line_of(made, n).unit_price for n in (1, 2, 3)] == [5, 5, listed(item)]
    allowance = Allowance.objects.get()
    assert (allowance.used, allowance.left, allowance.owed) == (10, 0, 10)
    why = Decision.objects.get(verb="orders.submit_order", subject_id=made.order_id).outcome
    assert [entry[1] for entry in why["rejected"][2]] == ["used_up"]
    cancel_lines(shop.by(), order_id=made.order_id, version=1, lines=[1], reason="too many")
    assert Allowance.objects.get().used == 4
    changes = [LineChange(2, D(3)), LineChange(3, D(7))]
    amend_order(shop.by(), order_id=made.order_id, version=2, amendment=Amendment(changes))
    assert [line_of(made, n).unit_price for n in (2, 3)] == [5, 5]
    assert Allowance.objects.get().used == 10
    assert list(PriceDraw.objects.order_by("line__line").values_list("line__line", "amount")) == [
        (2, 3),
        (3, 7),
    ]
    with pytest.raises(AllowanceUsed):
        set_allowance(steward, scope_id=scope, item_id=item.pk, most=D(9))
    proven()


def test_a_promotion_takes_off_until_its_budget_is_spent(shop, steward, item):
    supplier = make.supplier(company=Customer.objects.get(pk=shop.world.customers[0]).company)
    scope = terms(
        steward, shop, "promotion", "10", "discount", item=item, stacking="on_terms", funded_by_id=supplier.pk,
        funding_percent=D(50),
    )  # fmt: skip
    give(steward, scope, customer_id=shop.world.customers[0])
    off = listed(item) / 10
    set_allowance(steward, scope_id=scope, most=off * 7)
    first = line_of(shop.submit([LineRequest(item.pk, D(5))]))
    assert (first.price_source, first.unit_price) == ("promotion", listed(item) - off)
    assert Allowance.objects.get().used == off * 5
    second = line_of(shop.submit([LineRequest(item.pk, D(3))]))
    assert (second.price_source, second.unit_price) == ("list", listed(item))
    proven()


@pytest.mark.django_db(transaction=True)
def test_the_last_of_a_cap_goes_to_one_of_eight(shop, steward, item):
    scope = terms(steward, shop, "agreement", "5", item=item)
    give(steward, scope, customer_id=shop.world.customers[0])
    set_allowance(steward, scope_id=scope, item_id=item.pk, most=D(3))
    made = run_concurrently(lambda n: shop.submit([LineRequest(item.pk, D(3))]), range(8))
    assert not [each for each in made if isinstance(each, Exception)]
    prices = sorted(OrderLine.objects.values_list("unit_price", flat=True))
    assert prices == [D(5)] + [listed(item)] * 7
    assert Allowance.objects.get().used == 3


def test_capped_lines_take_the_same_statements_however_many():
    shop = trade(items=80)
    steward = By(make.actor("data_steward"))
    CustomerPriceScope.objects.filter(scope__code="CA-1").delete()
    scope = create_price_scope(
        steward, company_id=shop.world.company_id, kind="agreement", code="CAP", name="Cap"
    ).scope_id
    for item_id in shop.world.items:
        set_price(steward, scope_id=scope, item_id=item_id, value=D(20), valid_from=JAN)
        set_allowance(steward, scope_id=scope, item_id=item_id, most=D(1000))
    give(steward, scope, customer_id=shop.world.customers[0])
    counts = []
    for lines in (1, 1, 10, 80):
        with count_statements() as counted:
            shop.submit(lines)
        counts.append(counted.statements)
    assert len(set(counts[1:])) == 1, counts


def clerk(shop) -> By:
    user = User.objects.create_user("clerk", "x", name="Clerk")
    Grant.objects.create(user=user, role="customer_service", scope="*")
    return By(make.Actor.of(user), key=f"clerk-{make.number()}")


def test_a_price_beyond_the_clerk_s_authority_waits_for_somebody_else(shop, item):
    price = listed(item) * D("0.8")
    wanted = [LineRequest(item.pk, D(10), price=price, price_reason="Match")]
    made = submit_order(clerk(shop), request=shop.request(wanted))
    assert made.holds == ["override"]
    hold = Hold.objects.get()
    least = (listed(item) * D("0.85")).quantize(D("0.01"))
    assert hold.amount == listed(item) * 2
    assert hold.detail == (
        f"{item.code} at {price:.2f} is below {least} EUR, the least that may be given without asking."
    )
    step = Decision.objects.get(verb="orders.submit_order", subject_id=made.order_id).outcome["price"][0][-1]
    assert (step["step"], D(step["from"]), D(step["value"])) == ("override", listed(item), price)


def test_within_authority_nobody_is_asked(shop, item):
    wanted = [LineRequest(item.pk, D(10), price=listed(item) * D("0.85"), price_reason="Match")]
    assert submit_order(clerk(shop), request=shop.request(wanted)).holds == []


def test_an_approved_price_is_not_asked_for_again_when_the_order_changes(shop, item):
    wanted = [LineRequest(item.pk, D(10), price=listed(item) * D("0.8"), price_reason="Match")]
    by = clerk(shop)
    made = submit_order(by, request=shop.request(wanted))
    Hold.objects.update(
        released_at=SalesOrder.objects.get().recorded_at, released_by="boss", release_reason="ok"
    )
    amend = Amendment([LineChange(1, D(12))])
    changed = amend_order(By(by.actor), order_id=made.order_id, version=1, amendment=amend)
    assert changed.holds == []
    lower = Amendment([LineChange(1, D(12), price=listed(item) * D("0.7"), price_reason="More")])
    assert amend_order(By(by.actor), order_id=made.order_id, version=2, amendment=lower).holds == ["override"]


def test_every_line_prices_again_from_its_why_record(shop, steward, item):
    customer = Customer.objects.get(pk=shop.world.customers[0])
    give(steward, terms(steward, shop, "group", "33.33", "markup", item_class=item.item_class),
         group_id=customer.group_id)  # fmt: skip
    promotion = terms(steward, shop, "promotion", "7.77", "discount", item=item, stacking="on_all")
    give(steward, promotion, customer_id=customer.pk)
    make.item_unit(item, "BX", 12)
    made = shop.submit(
        [
            LineRequest(shop.world.items[0], D(3)),
            LineRequest(item.pk, D(7)),
            LineRequest(item.pk, D(2), "BX"),
            LineRequest(item.pk, D(1), price=D(99), price_reason="Agreed"),
        ]
    )
    why = Decision.objects.get(verb="orders.submit_order", subject_id=made.order_id).outcome
    for line, steps in zip(OrderLine.objects.order_by("line"), why["price"], strict=True):
        assert reprice(steps, quantity=line.quantity, currency="EUR") == (line.unit_price, line.net)


def test_groups_form_no_loop_and_three_levels(steward, shop):
    groups = [CustomerGroup.objects.create(code=f"N{n}", name=f"N{n}") for n in range(4)]
    place_customer_group(steward, group_id=groups[1].pk, parent_id=groups[0].pk)
    place_customer_group(steward, group_id=groups[2].pk, parent_id=groups[1].pk)
    for child, parent in ((0, 2), (0, 0), (3, 2)):
        with pytest.raises(DomainError):
            place_customer_group(steward, group_id=groups[child].pk, parent_id=groups[parent].pk)
    assert list(CustomerGroup.objects.filter(code__startswith="N").order_by("code").values_list("parent__code")) == [
        (None,), ("N0",), ("N1",), (None,),
    ]  # fmt: skip
