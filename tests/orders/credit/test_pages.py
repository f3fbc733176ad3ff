"""Credit on the screens and for programs: the tree, its limits, what counts beneath, who waits."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from erp.kernel.models import User
from masterdata.models import CustomerGroup
from orders.desk.preview import look_at
from orders.entry.rules import LineRequest
from orders.models import CreditAccount, SalesOrder
from tests import factories
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=3, customers=3)


@pytest.fixture
def finance(shop: Trade) -> Client:
    made = Client()
    made.force_login(User.objects.get(username="bench"))
    return made


def group() -> CustomerGroup:
    return CustomerGroup.objects.get(code="BENCH")


def set_limit(finance: Client, shop: Trade, amount: str, version: int = 0) -> Any:
    address = reverse("orders:group_limit", args=[group().pk, shop.world.company_id])
    return finance.post(address, {"version": version, "limit": amount, "reason": "Agreed with the holding"})


def test_a_group_limit_is_set_seen_changed_and_explained(shop: Trade, finance: Client) -> None:
    order = SalesOrder.objects.get(pk=shop.submit([LineRequest(shop.world.items[1], Decimal(3))]).order_id)
    form = finance.get(reverse("orders:group_limit", args=[group().pk, shop.world.company_id]))
    assert form.status_code == 200
    answer = set_limit(finance, shop, "5,000.50")
    account = CreditAccount.objects.get(group=group())
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("orders:credit_account", args=[account.pk]),
    )
    assert (account.limit, account.exposure) == (Decimal("5000.50"), order.gross)

    page = finance.get(answer["Location"]).content.decode()
    assert "What all payers beneath may owe" in page
    assert f"{order.gross:,.2f}" in page
    assert "Agreed with the holding" in page  # the history says why
    assert page.count('class="code" href="/masterdata/customers/') == 3
    at_group = finance.get(reverse("masterdata:customer_group", args=[group().pk])).content.decode()
    assert "5,000.50" in at_group
    at_customer = finance.get(reverse("masterdata:customer", args=[shop.world.customers[0]])).content.decode()
    assert "5,000.50" in at_customer and "1,000,000,000,000.00" in at_customer
    listed = finance.get(reverse("orders:credit_account_list"), {"view": "groups"}).content.decode()
    assert "BENCH" in listed

    # somebody changed it meanwhile
    assert set_limit(finance, shop, "1", version=7).status_code == 409
    assert set_limit(finance, shop, "-1", version=1).status_code == 422
    account.refresh_from_db()
    assert account.limit == Decimal("5000.50")


def test_who_waits_is_on_the_page_of_the_limit(shop: Trade, finance: Client) -> None:
    set_limit(finance, shop, "1")
    held = SalesOrder.objects.get(pk=shop.submit(1).order_id)
    account = CreditAccount.objects.get(group=group())
    page = finance.get(reverse("orders:credit_account", args=[account.pk])).content.decode()
    assert held.number in page
    assert "of Bench by" in page
    assert held.number in finance.get(reverse("orders:hold_list"), {"view": "credit"}).content.decode()


def test_the_desk_shows_the_tightest_limit(shop: Trade, finance: Client) -> None:
    set_limit(finance, shop, "100")
    seen = look_at(shop.request(1), User.objects.get(username="bench"))
    assert seen.credit is not None
    assert (seen.credit.holder, seen.credit.limit, seen.credit.after) == ("Bench", 100, seen.total.gross)


def test_a_group_is_moved_in_the_tree(shop: Trade, finance: Client) -> None:
    above = factories.customer_group(code="TOP", name="Holding")
    address = reverse("masterdata:customer_group_place", args=[group().pk])
    assert finance.get(address).status_code == 200
    assert finance.post(address, {"version": group().version, "parent": above.pk}).status_code == 302
    assert group().parent == above
    page = finance.get(reverse("masterdata:customer_group", args=[group().pk])).content.decode()
    assert "Holding" in page
    assert finance.post(address, {"version": 1, "parent": ""}).status_code == 409
    assert group().parent == above


def test_only_finance_sets_and_only_in_its_companies(shop: Trade) -> None:
    elsewhere = factories.company(code="ELSE")
    for roles, scope, status in (
        (("customer_service",), "*", 403),
        (("finance",), f"company:{elsewhere.pk}", 404),
    ):
        client = Client()
        client.force_login(factories.user(*roles, scope=scope))
        assert set_limit(client, shop, "5").status_code == status
    assert not CreditAccount.objects.filter(group__isnull=False).exists()


def test_programs_read_and_set_group_limits(shop: Trade) -> None:
    api = APIClient()
    api.force_authenticate(User.objects.get(username="bench"))
    body = {"company": "BENCH", "group": "BENCH", "version": 0, "limit": "900.00", "reason": "Agreed"}
    made = api.post(
        "/api/v1/credit-accounts/group-limit/", body, format="json", headers={"Idempotency-Key": "g1"}
    )
    assert made.status_code == 200, made.data
    found = api.get("/api/v1/credit-accounts/?group=BENCH").data["results"]
    assert [(row["customer"], row["group"], row["limit"], row["company"]) for row in found] == [
        (None, "BENCH", "900.00", "BENCH")
    ]
    account = made.data["account_id"]
    body = {"version": 1, "limit": None, "reason": "Over"}
    changed = api.post(
        f"/api/v1/credit-accounts/{account}/limit/", body, format="json", headers={"Idempotency-Key": "g2"}
    )
    assert (changed.status_code, changed.data["limit"]) == (200, None)
    above = factories.customer_group(code="TOP")
    body = {"version": group().version, "parent": "TOP"}
    placed = api.post(
        f"/api/v1/customer-groups/{group().pk}/place/", body, format="json", headers={"Idempotency-Key": "g3"}
    )
    assert (placed.status_code, placed.data["parent"], group().parent) == (200, "TOP", above)
