"""Substitutes at the order desk, on the page of an order, and for programs."""

import json
import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from erp.kernel.models import User
from inventory.models import Demand
from masterdata.models import Item
from orders.entry.rules import LineRequest
from orders.models import LineSubstitution, OrderDraft, OrderLine, SalesOrder
from tests.factories import user
from tests.orders.desk.test_paste import HTMX, paste, started
from tests.orders.substitutes import consents, left, short_shop, stands_in
from tests.support import count_statements
from tests.trade import Trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    """Four of the first item are left; the second, then the third stand in for it."""
    made = short_shop(4)
    stands_in(made, 0, 2, kind="upgrade", price="own", rank=2)
    return made


@pytest.fixture
def clerk(shop: Trade) -> Client:
    made = Client()
    made.force_login(User.objects.get(username="bench"))
    return made


@pytest.fixture
def draft(shop: Trade, clerk: Client) -> str:
    """Ten of the first item on line 1."""
    public_id = started(clerk, shop)
    paste(clerk, public_id, [["P0", "10"]])
    return public_id


def inspect(clerk: Client, draft: str, number: int = 1) -> str:
    return clerk.get(reverse("orders:draft_inspect", args=[draft, number]), **HTMX).content.decode()


def take(clerk: Client, draft: str, item: int, version: int = 2) -> HttpResponse:
    address = reverse("orders:draft_substitute", args=[draft, 1])
    return clerk.post(address, {"item": item, "version": version}, **HTMX)


def save(clerk: Client, draft: str, version: int, **cells: object) -> str:
    address = reverse("orders:draft_line", args=[draft, 1])
    return clerk.post(address, {**cells, "version": version}, **HTMX).content.decode()


def test_what_is_late_is_offered_otherwise_in_chain_order(shop, clerk, draft):
    page = inspect(clerk, draft)
    assert page.index("Take P1 instead") < page.index("Take P2 instead")
    first, second = page.split("Take P1 instead")[1].split("Take P2 instead")
    assert "F9" in first and "Equivalent" in first and "10.00" in first and "1,000,000 free" in first
    assert "F9" not in second and "Upgrade" in second and "40.00" in second
    save(clerk, draft, 2, item="P0", pk=shop.world.items[0], qty="4")
    assert "instead" not in inspect(clerk, draft)


def test_who_takes_none_is_told_so(shop, clerk, draft):
    consents("never")
    page = inspect(clerk, draft)
    assert "The customer takes no substitutes." in page and "data-take" not in page


def test_taken_it_asks_who_agreed_and_becomes_an_order(shop, clerk, draft):
    answer = take(clerk, draft, shop.world.items[1]).content.decode()
    assert "instead of 10 EA P0" in answer
    assert "The customer wants to be asked: say who agreed." in answer
    assert 'name="consent"' in answer
    (line,) = OrderDraft.objects.get().lines
    assert (line["item_id"], line["quantity"], line["asked_item_id"], line["asked_quantity"]) == (
        shop.world.items[1], "10", shop.world.items[0], "10",
    )  # fmt: skip
    submit = reverse("orders:draft_submit", args=[draft])
    refused = clerk.post(submit, {"version": 3})
    assert refused.status_code == 409 and not SalesOrder.objects.exists()
    agreed = save(
        clerk, draft, 3, item="P1", pk=shop.world.items[1], qty="10", unit="EA", consent="Mr Maes, by phone"
    )
    assert "say who agreed" not in agreed and "Mr Maes, by phone" in agreed
    # another quantity keeps the wish, another item forgets it
    save(clerk, draft, 4, item="P1", pk=shop.world.items[1], qty="12", unit="EA", consent="Mr Maes, by phone")
    assert clerk.post(submit, {"version": 5}).status_code == 302
    kept = LineSubstitution.objects.get()
    assert (kept.asked_quantity, kept.consent, kept.line.quantity, kept.line.unit_price) == (
        10, "Mr Maes, by phone", 12, 10,
    )  # fmt: skip
    page = clerk.get(reverse("orders:order", args=[SalesOrder.objects.get().number])).content.decode()
    assert "instead of 10 EA P0" in page
    assert "Asked for P0" in page and "Equivalent, agreed by Mr Maes, by phone" in page


def test_another_item_forgets_what_was_asked_for(shop, clerk, draft):
    take(clerk, draft, shop.world.items[1])
    save(clerk, draft, 3, item="P5", pk=shop.world.items[5], qty="1")
    (line,) = OrderDraft.objects.get().lines
    assert (line["item_id"], line["asked_item_id"], line["consent"]) == (shop.world.items[5], None, "")


def test_undo_of_a_removed_line_brings_back_what_was_asked_for(shop, clerk, draft):
    answer = take(clerk, draft, shop.world.items[1]).content.decode()
    kept = dict(re.findall(r'<input type="hidden" name="(asked_\w+)" value="([^"]*)">', answer))
    assert kept == {
        "asked_item_id": str(shop.world.items[0]), "asked_raw": "P0", "asked_quantity": "10", "asked_unit": "EA",
    }  # fmt: skip
    cells = {"item": "P1", "pk": shop.world.items[1], "qty": "10", "unit": "EA", "consent": "Mr Maes"}
    save(clerk, draft, 3, **cells)
    (before,) = OrderDraft.objects.get().lines
    save(clerk, draft, 4, delete="1")
    assert OrderDraft.objects.get().lines == []
    assert "instead of 10 EA P0" in save(clerk, draft, 5, **cells, **kept)
    assert OrderDraft.objects.get().lines == [before]
    # what is no item and no quantity is no wish
    for wrong in ({"asked_item_id": "²"}, {"asked_quantity": "many"}):
        version = OrderDraft.objects.get().version
        save(clerk, draft, version, delete="1")
        save(clerk, draft, version + 1, **cells, **{**kept, **wrong})
        (line,) = OrderDraft.objects.get().lines
        assert (line["asked_item_id"], line["consent"]) == (None, "")


def test_what_is_not_offered_cannot_be_taken(shop, clerk, draft):
    for item in (shop.world.items[3], 0, "x"):
        assert take(clerk, draft, item).status_code == 400
    assert OrderDraft.objects.get().version == 2


def test_offers_and_other_sites_cost_fifteen_statements_and_none_where_nothing_is_late(shop, clerk):
    public_id = started(clerk, shop)
    paste(clerk, public_id, [["P0", "10"], ["P0", "1"]])
    inspect(clerk, public_id)
    with count_statements() as late:
        inspect(clerk, public_id)
    with count_statements() as in_time:
        inspect(clerk, public_id, 2)
    assert late.statements == in_time.statements + 15


# An order that is short ------------------------------------------------------------------------------


@pytest.fixture
def order(shop: Trade) -> SalesOrder:
    return SalesOrder.objects.get(pk=shop.submit([LineRequest(shop.world.items[0], 10)]).order_id)


def test_the_shortage_is_replaced_on_the_order_s_page(shop, clerk, order):
    there = reverse("orders:order_substitute", args=[order.number, 1])
    assert there in clerk.get(reverse("orders:order", args=[order.number])).content.decode()
    page = clerk.get(there).content.decode()
    assert "6 EA Product 0 wait for stock" in page and "Who agreed?" in page
    given = {"item": shop.world.items[1], "quantity": "5", "reason": "None before March", "version": 1}
    refused = clerk.post(there, given)
    assert refused.status_code == 422 and not LineSubstitution.objects.exists()
    done = clerk.post(there, {**given, "consent": "Mr Maes"})
    assert (done.status_code, done["Location"]) == (303, reverse("orders:order", args=[order.number]))
    assert list(OrderLine.objects.order_by("line").values_list("quantity", "cancelled_quantity")) == [
        (10, 5),
        (5, 0),
    ]
    assert clerk.post(there, {**given, "consent": "Mr Maes"}).status_code == 409
    page = clerk.get(reverse("orders:order", args=[order.number])).content.decode()
    assert "short on line 1" in page and "Substituted" in page


def test_too_much_is_refused_beside_the_form(shop, clerk, order):
    there = reverse("orders:order_substitute", args=[order.number, 1])
    given = {"item": shop.world.items[1], "quantity": "7", "reason": "x", "consent": "y", "version": 1}
    answer = clerk.post(there, given)
    assert answer.status_code == 422 and "6 EA of P0 wait for stock" in answer.content.decode()
    assert Demand.objects.count() == 1


def test_nothing_to_offer_and_nobody_to_ask_is_said(shop, clerk, order):
    there = reverse("orders:order_substitute", args=[order.number, 1])
    consents("never")
    assert "The customer takes no substitutes." in clerk.get(there).content.decode()
    consents("always")
    assert "Who agreed?" not in clerk.get(there).content.decode()
    Item.objects.filter(pk__in=shop.world.items[1:3]).update(status="blocked")
    assert "Nothing stands in for this item." in clerk.get(there).content.decode()


def test_only_who_may_and_only_what_is_short(shop, clerk, order):
    there = reverse("orders:order_substitute", args=[order.number, 1])
    reader = Client()
    reader.force_login(user("warehouse"))
    assert reader.get(there).status_code == 403
    assert there not in reader.get(reverse("orders:order", args=[order.number])).content.decode()
    assert clerk.get(reverse("orders:order_substitute", args=[order.number, 2])).status_code == 404
    left(shop, 0, 6)
    served = SalesOrder.objects.get(pk=shop.submit([LineRequest(shop.world.items[0], 2)]).order_id)
    assert clerk.get(reverse("orders:order_substitute", args=[served.number, 1])).status_code == 404


def test_programs_substitute_and_read_what_was_asked(shop, clerk, order):
    address = f"/api/v1/orders/{order.number}/"
    body = {"version": 1, "reason": "short", "lines": [{"line": 1, "item": "p1", "consent": "Mr Maes"}]}
    options = {"content_type": "application/json", "HTTP_IDEMPOTENCY_KEY": "s1"}
    made = clerk.post(f"{address}substitute/", json.dumps(body), **options)
    assert made.status_code == 200, made.content
    assert made.json() == {
        "order_id": order.pk, "version": 2, "gross": made.json()["gross"], "holds": [], "lines": [2],
    }  # fmt: skip
    assert clerk.post(f"{address}substitute/", json.dumps(body), **options).json() == made.json()
    first, second = clerk.get(address).json()["lines"]
    assert first["instead"] is None
    assert second["instead"] == {
        "item": "P0", "quantity": "6.000000", "unit": "EA", "kind": "equivalent", "consent": "Mr Maes", "replaces": 1,
    }  # fmt: skip
    unknown = {**body, "version": 2, "lines": [{"line": 1, "item": "nope"}]}
    refused = clerk.post(
        f"{address}substitute/",
        json.dumps(unknown),
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY="s2",
    )
    assert refused.status_code == 409
