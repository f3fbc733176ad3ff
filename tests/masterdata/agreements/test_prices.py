"""Prices: dated, never overlapping, in units the item has; scopes assigned with the rank of their kind."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from masterdata.agreements.actions.assign_price_scope import assign_price_scope
from masterdata.agreements.actions.create_price_scope import create_price_scope
from masterdata.agreements.actions.set_price import set_price
from masterdata.agreements.errors import NotSoldIn, PricesInUse, ScopeTaken, WrongCurrency
from masterdata.agreements.rules import change_percent
from masterdata.models import CustomerPriceScope, Price
from masterdata.parties.errors import OtherCompany
from masterdata.policies.actions.set_policy import set_policy
from tests import factories as make
from tests.factories import local_day

pytestmark = pytest.mark.django_db
JAN, MAR, JUN = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)


@pytest.fixture
def steward():
    return By(make.actor("data_steward"))


@pytest.fixture
def scope():
    return make.price_scope()


def held(scope):
    rows = Price.objects.filter(scope=scope).order_by("min_quantity", "valid_from")
    return [(row.value, row.valid_from, row.valid_to) for row in rows]


def test_a_new_price_ends_the_one_before_and_leaves_later_ones(steward, scope):
    item = make.item()
    for start, value in ((JAN, 10), (JUN, 12), (MAR, 11)):
        set_price(steward, scope_id=scope.pk, item_id=item.pk, value=Decimal(value), valid_from=start)
    assert held(scope) == [(10, JAN, MAR), (11, MAR, JUN), (12, JUN, None)]


def test_each_quantity_break_has_its_own_dates(steward, scope):
    item = make.item()
    set_price(steward, scope_id=scope.pk, item_id=item.pk, value=Decimal(10), valid_from=JAN)
    set_price(
        steward,
        scope_id=scope.pk,
        item_id=item.pk,
        value=Decimal(9),
        valid_from=MAR,
        min_quantity=Decimal(50),
    )
    assert held(scope) == [(10, JAN, None), (9, MAR, None)]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_in_any_order_of_entry_exactly_one_price_holds_on_every_day(steward, scope, days):
    item = make.item()
    for value, day in enumerate(days, start=1):
        set_price(
            steward,
            scope_id=scope.pk,
            item_id=item.pk,
            value=Decimal(value),
            valid_from=date(2026, 1, 1 + day),
        )
    latest = {day: value for value, day in enumerate(days, start=1)}
    for day in range(31):
        on = date(2026, 1, 1 + day)
        holding = [
            row.value
            for row in Price.objects.filter(item=item)
            if row.valid_from <= on and (row.valid_to is None or on < row.valid_to)
        ]
        begun = [start for start in latest if start <= day]
        assert holding == ([latest[max(begun)]] if begun else [])


def test_a_class_gets_a_discount_and_only_an_item_a_net_price(steward):
    fasteners = make.item_class()
    asked = {"scope_id": make.price_scope("group").pk, "item_class_id": fasteners.pk, "valid_from": JAN}
    set_price(steward, **asked, method="discount", value=Decimal(12))
    price = Price.objects.get()
    assert (price.target, price.unit) == (-fasteners.pk, None)
    with pytest.raises(BadInput):
        set_price(steward, **asked, value=Decimal(5))


@pytest.mark.parametrize(
    "changes",
    [{"value": Decimal(-1)}, {"value": Decimal("NaN")}, {"method": "discount", "value": Decimal(101)},
     {"min_quantity": Decimal(-1)}, {"item_id": None}],
)  # fmt: skip
def test_what_is_no_price_is_refused(steward, scope, changes):
    asked = {
        "scope_id": scope.pk,
        "item_id": make.item().pk,
        "value": Decimal(1),
        "valid_from": JAN,
        **changes,
    }
    with pytest.raises(BadInput):
        set_price(steward, **asked)
    assert held(scope) == []


def test_a_price_is_per_unit_that_the_item_has(steward, scope):
    item = make.item()
    make.unit("BX")
    with pytest.raises(NotSoldIn):
        set_price(steward, scope_id=scope.pk, item_id=item.pk, value=Decimal(9), valid_from=JAN, unit="BX")


def test_only_stewards_of_the_company_set_its_prices(scope):
    asked = {"scope_id": scope.pk, "item_id": make.item().pk, "value": Decimal(1), "valid_from": JAN}
    elsewhere = f"company:{make.company().pk}"
    for actor in (make.actor("customer_service"), make.actor("data_steward", scope=elsewhere)):
        with pytest.raises(NotPermitted):
            set_price(By(actor), **asked)


def test_prices_that_somebody_buys_at_are_not_set_by_one_person(steward, scope):
    item, customer = make.item(), make.customer()
    asked = {"scope_id": scope.pk, "item_id": item.pk, "valid_from": JAN}
    set_price(steward, **asked, value=Decimal(10))
    assign_price_scope(steward, customer_id=customer.pk, scope_id=scope.pk, valid_from=MAR, valid_to=JUN)
    with pytest.raises(PricesInUse) as refused:
        set_price(steward, **asked, value=Decimal(9))
    assert str(refused.value).endswith("Propose them under price proposals, and someone else approves.")
    assert held(scope) == [(10, JAN, None)]
    set_price(steward, **{**asked, "valid_from": JUN}, value=Decimal(8))  # nobody buys at them any more
    assert held(scope) == [(10, JAN, JUN), (8, JUN, None)]


def allow(percent) -> None:
    owner = By(make.actor("process_owner"))
    set_policy(owner, key="masterdata.price_change_alone_percent", value=percent, valid_from=local_day())


@pytest.mark.parametrize(
    ("value", "alone"), [("104.99", True), ("105", True), ("105.01", False), ("95", True), ("94.99", False)]
)
def test_one_person_moves_a_price_in_use_by_a_little(steward, scope, value, alone):
    item = make.item()
    asked = {"scope_id": scope.pk, "item_id": item.pk}
    set_price(steward, **asked, value=Decimal(100), valid_from=JAN)
    make.assign(make.customer(), scope)
    if alone:
        set_price(steward, **asked, value=Decimal(value), valid_from=JUN)
        assert held(scope) == [(100, JAN, JUN), (Decimal(value), JUN, None)]
    else:
        with pytest.raises(PricesInUse) as refused:
            set_price(steward, **asked, value=Decimal(value), valid_from=JUN)
        assert refused.value.context["percent"] == "5"
        assert held(scope) == [(100, JAN, None)]


def test_small_steps_do_not_add_up_to_a_large_one(steward, scope):
    item = make.item()
    asked = {"scope_id": scope.pk, "item_id": item.pk}
    set_price(steward, **asked, value=Decimal(100), valid_from=JAN)
    make.assign(make.customer(), scope)
    set_price(steward, **asked, value=Decimal(104), valid_from=JUN)
    for day in (JUN, date(2026, 6, 2), date(2026, 6, 30)):
        with pytest.raises(PricesInUse):
            set_price(steward, **asked, value=Decimal(108), valid_from=day)
    assert held(scope) == [(100, JAN, JUN), (104, JUN, None)]
    set_price(steward, **asked, value=Decimal(108), valid_from=date(2026, 7, 2))


def test_a_new_price_another_kind_of_price_and_another_unit_are_proposed(steward, scope):
    item = make.item()
    make.item_unit(item, "BX", 12)
    group = make.price_scope("group", company=scope.company)
    for each in (scope, group):
        make.assign(make.customer(), each)
    make.price(100, scope=scope, item=item, valid_from=JAN)
    make.price(10, scope=group, item=item, method="discount", valid_from=JAN)
    for where, more in (
        (scope, {"value": Decimal(100), "unit": "BX"}),
        (scope, {"value": Decimal(100), "min_quantity": Decimal(10)}),
        (group, {"value": Decimal(10), "method": "markup"}),
        (group, {"value": Decimal(15), "method": "discount"}),  # 90 becomes 85: 5.6 %
    ):
        with pytest.raises(PricesInUse):
            set_price(steward, scope_id=where.pk, item_id=item.pk, valid_from=JUN, **more)
    set_price(
        steward, scope_id=group.pk, item_id=item.pk, valid_from=JUN, value=Decimal(14), method="discount"
    )
    assert [row[0] for row in held(group)] == [10, 14]


@pytest.mark.parametrize(("percent", "alone"), [(0, False), (20, True)])
def test_the_house_says_how_little_a_little_is(steward, scope, percent, alone):
    allow(percent)
    item = make.item()
    make.price(100, scope=scope, item=item, valid_from=JAN)
    make.assign(make.customer(), scope)
    asked = {"scope_id": scope.pk, "item_id": item.pk, "value": Decimal(101), "valid_from": JUN}
    if alone:
        set_price(steward, **asked)
    else:
        with pytest.raises(PricesInUse):
            set_price(steward, **asked)
    assert len(held(scope)) == 1 + alone


@pytest.mark.parametrize(
    ("method", "before", "value", "percent"),
    [
        ("net", 100, 105, "5"), ("net", 100, 95, "5"), ("net", 0, 5, None), ("net", 0, 0, None),
        ("discount", 10, 19, "10"), ("discount", 100, 99, None), ("markup", 25, 0, "20"), ("cost_plus", 1, 1, None),
    ],
)  # fmt: skip
def test_how_far_a_price_moves(method, before, value, percent):
    moved = change_percent(method=method, before=Decimal(before), value=Decimal(value))
    assert moved == (None if percent is None else Decimal(percent))


def test_a_company_may_let_one_person_set_prices_in_use(steward, scope):
    make.assign(make.customer(), scope)
    owner = make.actor("process_owner")
    set_policy(By(owner), key="masterdata.set_prices_alone", value=True, valid_from=local_day())
    set_price(steward, scope_id=scope.pk, item_id=make.item().pk, value=Decimal(9), valid_from=JAN)
    assert held(scope) == [(9, JAN, None)]


@pytest.mark.parametrize(("kind", "rank"), [("agreement", 1), ("group", 2), ("list", 3)])
def test_the_kind_decides_the_rank(steward, kind, rank):
    customer = make.customer()
    scope = make.price_scope(kind)
    assign_price_scope(steward, customer_id=customer.pk, scope_id=scope.pk, valid_from=JAN)
    assert CustomerPriceScope.objects.get().rank == rank


def test_an_assignment_renewed_does_not_overlap(steward, scope):
    customer = make.customer()
    assign_price_scope(steward, customer_id=customer.pk, scope_id=scope.pk, valid_from=JUN)
    assign_price_scope(
        steward, customer_id=customer.pk, scope_id=scope.pk, valid_from=JAN, valid_to=date(2027, 1, 1)
    )
    rows = CustomerPriceScope.objects.order_by("valid_from").values_list("valid_from", "valid_to")
    assert list(rows) == [(JAN, JUN), (JUN, None)]


def test_prices_of_another_company_or_currency_are_not_assigned(steward):
    customer = make.customer()
    foreign = make.price_scope(company=make.company())
    dollars = make.price_scope(company=customer.company, currency="USD")
    for scope, error in ((foreign, OtherCompany), (dollars, WrongCurrency)):
        with pytest.raises(error):
            assign_price_scope(steward, customer_id=customer.pk, scope_id=scope.pk, valid_from=JAN)


def test_a_code_of_prices_is_used_once_in_a_company(steward):
    company = make.company()
    create_price_scope(steward, company_id=company.pk, kind="list", code="std", name="Standard")
    with pytest.raises(ScopeTaken):
        create_price_scope(steward, company_id=company.pk, kind="list", code="STD", name="Standard")
