"""Coupons: a code opens a promotion for one order, so often, until a day; the order says what it gave (PR06, PR09)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.errors import BadInput
from erp.kernel.models import Decision, User
from masterdata.agreements.actions.change_coupon import change_coupon
from masterdata.agreements.actions.issue_coupon import issue_coupon
from masterdata.agreements.actions.set_allowance import set_allowance
from masterdata.agreements.errors import CouponTaken, CouponUsed
from masterdata.models import Allowance, Coupon, Item, Price
from orders.blankets.actions.write_blanket import create_blanket
from orders.desk.preview import look_at
from orders.entry.actions.amend_order import amend_order
from orders.entry.actions.cancel_order import cancel_lines, cancel_order
from orders.entry.amending import Amendment, LineChange
from orders.entry.rules import LineRequest
from orders.models import BlanketOrder, OrderDraft, OrderLine, Quote, SalesOrder
from orders.pricing.errors import CouponRefused
from orders.quotes.actions.write_quote import create_quote
from tests import factories as make
from tests.factories import local_day
from tests.orders.books import assert_proven
from tests.orders.pricing.promotions import JAN, coupon, steward
from tests.orders.test_api import client as api_of
from tests.orders.test_api import post
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db
D = Decimal
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def shop() -> Trade:
    return trade()


@pytest.fixture
def item(shop) -> Item:
    """The second item: it has a list price and nothing else."""
    return Item.objects.get(pk=shop.world.items[1])


def listed(item) -> Decimal:
    return D(10 + item.pk % 90)


def proven() -> None:
    assert_proven("D1", "D2", "D7", "D8", "D10", "D11", "D23", "D24")


def test_the_code_opens_the_promotion_and_the_waterfall_names_it(shop, item):
    scope = coupon(shop, item)
    made = shop.submit([LineRequest(item.pk, D(3))], coupon=" save10 ")
    order = SalesOrder.objects.get(pk=made.order_id)
    line = order.lines.get()
    assert (order.coupon, line.price_source, line.unit_price) == (
        "SAVE10",
        "promotion",
        listed(item) * D("0.9"),
    )
    step = Decision.objects.get(verb="orders.submit_order", subject_id=order.pk).outcome["price"][0][-1]
    assert (step["step"], step["coupon"], step["price"]) == (
        "promotion", "SAVE10", Price.objects.get(scope=scope).pk,
    )  # fmt: skip
    assert Coupon.objects.get().used == 1
    without = shop.submit([LineRequest(item.pk, D(3))])
    assert OrderLine.objects.get(order=without.order_id).unit_price == listed(item)
    page = Client()
    page.force_login(User.objects.get(username="bench"))
    assert "coupon SAVE10" in page.get(reverse("orders:order", args=[order.number])).content.decode()
    proven()


REFUSED = {
    "unknown": ({}, "OTHER", "there is no such code"),
    "not yet": ({"valid_from": date(2040, 5, 1)}, "SAVE10", "it holds from 1 May 2040 on"),
    "expired": ({"valid_to": date(2026, 2, 1)}, "SAVE10", "it has expired, it held until before 1 Feb 2026"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_code_that_does_not_hold_is_refused_with_its_cause(shop, item, case):
    limits, code, cause = REFUSED[case]
    coupon(shop, item, **limits)
    with pytest.raises(CouponRefused) as refused:
        shop.submit([LineRequest(item.pk, D(3))], coupon=code)
    assert refused.value.context == {"coupon": code, "cause": cause}
    assert not SalesOrder.objects.exists()
    assert Coupon.objects.get().used == 0


def test_it_is_used_so_often_in_all_and_by_each_customer(shop, item):
    coupon(shop, item, most_uses=3, most_per_customer=2)
    first, second = shop.world.customers
    wanted = [LineRequest(item.pk, D(1))]
    for _ in range(2):
        shop.submit(wanted, coupon="SAVE10")
    with pytest.raises(CouponRefused, match="the customer has used it on 2 orders already"):
        shop.submit(wanted, coupon="SAVE10")
    shop.submit(wanted, coupon="SAVE10", customer_id=second)
    with pytest.raises(CouponRefused, match="it is used up, 3 orders carry it"):
        shop.submit(wanted, coupon="SAVE10", customer_id=second)
    assert Coupon.objects.get().used == 3
    order = SalesOrder.objects.filter(customer=first).first()
    cancel_order(shop.by(), order_id=order.pk, version=1, reason="wrong")
    assert Coupon.objects.get().used == 2
    shop.submit(wanted, coupon="SAVE10")
    assert Coupon.objects.get().used == 3
    proven()


@pytest.mark.django_db(transaction=True)
def test_the_last_uses_go_to_three_of_eight(shop, item):
    coupon(shop, item, most_uses=3)
    made = run_concurrently(lambda n: shop.submit([LineRequest(item.pk, D(1))], coupon="SAVE10"), range(8))
    assert sorted(type(each).__name__ for each in made) == ["CouponRefused"] * 5 + ["SubmittedOrder"] * 3
    assert (Coupon.objects.get().used, SalesOrder.objects.count()) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_one_customer_s_only_use_goes_to_one_of_six(shop, item):
    coupon(shop, item, most_per_customer=1)
    made = run_concurrently(lambda n: shop.submit([LineRequest(item.pk, D(1))], coupon="SAVE10"), range(6))
    assert sorted(type(each).__name__ for each in made) == ["CouponRefused"] * 5 + ["SubmittedOrder"]
    assert Coupon.objects.get().used == 1


def test_a_code_that_gives_nothing_is_not_used_for_it(shop, item):
    scope = coupon(shop, item)
    set_allowance(steward(), scope_id=scope, most=listed(item) / 10 * 5)
    shop.submit([LineRequest(item.pk, D(5))], coupon="SAVE10")
    assert Allowance.objects.get().left == 0
    with pytest.raises(CouponRefused, match="gives nothing on these lines"):
        shop.submit([LineRequest(item.pk, D(1))], coupon="SAVE10")
    with pytest.raises(CouponRefused):
        shop.submit([LineRequest(shop.world.items[2], D(1))], coupon="SAVE10")
    assert (Coupon.objects.get().used, SalesOrder.objects.count()) == (1, 1)
    proven()


def carry(shop, made, code: str, version: int = 1) -> None:
    amend_order(shop.by(), order_id=made.order_id, version=version, amendment=Amendment(coupon=code))


def prices_of(made) -> list[Decimal]:
    rows = OrderLine.objects.filter(order=made.order_id).order_by("line")
    return list(rows.values_list("unit_price", flat=True))


def test_an_order_gets_a_coupon_another_one_and_none(shop, item):
    coupon(shop, item, most_uses=1)
    coupon(shop, item, "SAVE20", percent=20)
    other = Item.objects.get(pk=shop.world.items[2])
    made = shop.submit([LineRequest(item.pk, D(3)), LineRequest(other.pk, D(1))])
    carry(shop, made, "save10 ")
    assert prices_of(made) == [listed(item) * D("0.9"), listed(other)]
    assert SalesOrder.objects.get().coupon == "SAVE10"
    why = Decision.objects.get(verb="orders.amend_order").outcome
    assert (why["coupon"], why["price"][0][-1]["coupon"]) == (["", "SAVE10"], "SAVE10")
    carry(shop, made, "SAVE20", 2)
    assert prices_of(made)[0] == listed(item) * D("0.8")
    assert dict(Coupon.objects.values_list("code", "used")) == {"SAVE10": 0, "SAVE20": 1}
    carry(shop, made, "", 3)
    assert prices_of(made)[0] == listed(item)
    assert not Coupon.objects.exclude(used=0).exists()
    carry(shop, made, "SAVE10", 4)
    cancel_order(shop.by(), order_id=made.order_id, version=5, reason="wrong")
    assert not Coupon.objects.exclude(used=0).exists()
    proven()


@pytest.mark.parametrize("case", [*REFUSED, "idle"])
def test_a_change_to_a_code_that_does_not_hold_changes_nothing(shop, item, case):
    limits, code, cause = REFUSED.get(case, ({}, "SAVE10", "it gives nothing on these lines"))
    coupon(shop, item, **limits)
    coupon(shop, item, "SAVE20", percent=20)
    other = [LineRequest(shop.world.items[2], D(1))] if case == "idle" else []
    made = shop.submit(other or [LineRequest(item.pk, D(3))], coupon="" if other else "SAVE20")
    before = prices_of(made), dict(Coupon.objects.values_list("code", "used"))
    with pytest.raises(CouponRefused, match=cause):
        carry(shop, made, code)
    assert (prices_of(made), dict(Coupon.objects.values_list("code", "used"))) == before
    assert SalesOrder.objects.get().version == 1


@pytest.mark.django_db(transaction=True)
def test_the_last_use_goes_to_one_of_four_changes(shop, item):
    coupon(shop, item, most_uses=1)
    orders = [shop.submit([LineRequest(item.pk, D(1))]) for _ in range(4)]
    results = run_concurrently(lambda made: carry(shop, made, "SAVE10"), orders)
    assert sorted(type(each).__name__ for each in results) == ["CouponRefused"] * 3 + ["NoneType"]
    assert (Coupon.objects.get().used, SalesOrder.objects.filter(coupon="SAVE10").count()) == (1, 1)


def test_an_order_keeps_its_coupon_when_it_changes(shop, item):
    coupon(shop, item, most_uses=1, most_per_customer=1)
    made = shop.submit([LineRequest(item.pk, D(3)), LineRequest(shop.world.items[2], D(1))], coupon="SAVE10")
    yesterday = local_day() - timedelta(days=1)
    Coupon.objects.update(valid_to=yesterday)
    amend_order(shop.by(), order_id=made.order_id, version=1, amendment=Amendment([LineChange(1, D(5))]))
    line = OrderLine.objects.get(order=made.order_id, line=1)
    assert (line.quantity, line.unit_price) == (5, listed(item) * D("0.9"))
    cancel_lines(shop.by(), order_id=made.order_id, version=2, lines=[1], reason="no")
    assert Coupon.objects.get().used == 1  # the order is still there
    proven()


def test_orders_without_a_coupon_take_no_statement_more(shop, item):
    shop.submit(3)
    with count_statements() as before:
        shop.submit(3)
    coupon(shop, item, most_uses=100)
    shop.submit(3)
    with count_statements() as after:
        shop.submit(3)
    assert after.statements == before.statements


def test_statements_with_a_coupon_do_not_depend_on_lines():
    shop = trade(items=80)
    coupon(shop, Item.objects.get(pk=shop.world.items[0]), most_per_customer=100)
    counts = []
    for lines in (1, 1, 10, 80):
        with count_statements() as counted:
            shop.submit(lines, coupon="SAVE10")
        counts.append(counted.statements)
    assert len(set(counts[1:])) == 1, counts


def test_a_coupon_is_issued_once_for_a_promotion_and_not_below_what_is_used(shop, item):
    scope = coupon(shop, item, most_uses=5)
    with pytest.raises(CouponTaken):
        issue_coupon(steward(), scope_id=scope, code="save10", valid_from=JAN)
    for limits in ({"most_uses": 0}, {"most_per_customer": -1}, {"valid_to": JAN}, {"code": "TWO WORDS"}):
        with pytest.raises(BadInput):
            issue_coupon(steward(), **{"scope_id": scope, "code": "NEW", "valid_from": JAN, **limits})
    with pytest.raises(BadInput):
        agreement = make.price_scope("agreement", company=Coupon.objects.get().company)
        issue_coupon(steward(), scope_id=agreement.pk, code="NEW", valid_from=JAN)
    for _ in range(2):
        shop.submit([LineRequest(item.pk, D(1))], coupon="SAVE10")
    found = Coupon.objects.get()
    change = {"coupon_id": found.pk, "valid_to": None, "most_per_customer": None}
    with pytest.raises(CouponUsed):
        change_coupon(steward(), **change, version=found.version, most_uses=1)
    change_coupon(steward(), **change, version=found.version, most_uses=2)
    assert Coupon.objects.get().left == 0
    with pytest.raises(CouponRefused):
        shop.submit([LineRequest(item.pk, D(1))], coupon="SAVE10")


def test_programs_order_with_a_coupon_and_hear_why_not(shop, item):
    coupon(shop, item, most_uses=1)
    api = api_of(User.objects.get(username="bench"))
    body = {"customer": "C0", "coupon": "save10", "lines": [{"item": "P1", "quantity": "2"}]}
    look = post(api, "order-preview/", body, "look").data
    assert (look["coupon_problem"], look["lines"][0]["unit_price"]) == (
        "", f"{listed(item) * D('0.9'):.6f}",
    )  # fmt: skip
    made = post(api, "orders/", body)
    assert made.status_code == 201, made.data
    shown = api.get(f"/api/v1/orders/{made.data['number']}/").data
    assert (shown["coupon"], shown["lines"][0]["line"]["price_source"]) == ("SAVE10", "promotion")
    assert post(api, "orders/", body).data == made.data  # the same key, one use
    again = post(api, "orders/", body, "another")
    assert (again.status_code, again.data["code"]) == (409, "orders.coupon_refused")
    assert post(api, "order-preview/", body, "look again").data["coupon_problem"] == (
        "it is used up, 1 orders carry it"
    )


def test_a_document_that_is_taken_in_part_uses_its_coupon_once(shop, item):
    coupon(shop, item, most_uses=1)
    api = api_of(User.objects.get(username="bench"))
    lines = [
        {"item": "P1", "quantity": "2"},
        {"item": "P2", "quantity": "1", "unit": "BX"},
    ]  # not sold in boxes
    body = {"customer": "C0", "coupon": "SAVE10", "lines": lines, "partial": True}
    made = post(api, "orders/", body)
    assert (made.status_code, made.data["state"], len(made.data["parked"])) == (201, "partly", 1), made.data
    assert (SalesOrder.objects.get().coupon, Coupon.objects.get().used) == ("SAVE10", 1)
    proven()


def test_the_desk_says_what_a_code_does_and_submits_with_it(shop, item):
    coupon(shop, item)
    clerk = Client()
    clerk.force_login(User.objects.get(username="bench"))
    public_id = "6e1c2f8e-0000-4000-8000-000000000001"
    header = reverse("orders:draft_header", args=[public_id])
    clerk.post(header, {"customer_id": shop.world.customers[0], "version": 0}, **HTMX)
    line = reverse("orders:draft_line", args=[public_id, 1])
    clerk.post(line, {"item": "P1", "qty": "2", "version": 1}, **HTMX)
    wrong = clerk.post(header, {"coupon": "nope", "version": 2}, **HTMX).content.decode()
    assert "There is no such code" in wrong
    right = clerk.post(header, {"coupon": "save10", "version": 3}, **HTMX).content.decode()
    assert "Spring action" in right and "There is no such code" not in right
    draft = OrderDraft.objects.get()
    clerk.post(reverse("orders:draft_submit", args=[public_id]), {"version": draft.version})
    assert SalesOrder.objects.get().coupon == "SAVE10"


def test_a_look_uses_nothing(shop, item):
    coupon(shop, item, most_uses=1)
    seen = look_at(
        shop.request([LineRequest(item.pk, D(1))], coupon="SAVE10"), User.objects.get(username="bench")
    )
    assert (seen.coupon_problem, seen.outcomes[0].priced.unit_price) == ("", listed(item) * D("0.9"))
    assert Coupon.objects.get().used == 0


def test_what_is_offered_takes_no_coupon(shop, item):
    coupon(shop, item, most_uses=1)
    request = shop.request([LineRequest(item.pk, D(3))], coupon="save10")
    today = local_day()
    with pytest.raises(CouponRefused, match="SAVE10 cannot be used: it is for one order"):
        create_quote(shop.by(), request=request)
    with pytest.raises(CouponRefused, match="take it off"):
        create_blanket(shop.by(), request=request, valid_from=today, valid_until=today + timedelta(days=90))
    assert not Quote.objects.exists() and not BlanketOrder.objects.exists()
    assert Coupon.objects.get().used == 0
