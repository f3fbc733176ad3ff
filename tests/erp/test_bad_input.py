"""What bad input gets: the table of answers, row by row, on the orders of a real company.

Too big, too many and too slow are in test_api.py; whatever else a program may send, in test_hostile.py; forms that
others have saved meanwhile, in test_stale_forms.py; other companies' records, in test_walk.py.
"""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from erp.kernel import clock
from erp.kernel.api import issue_token
from erp.kernel.models import ApiToken, User
from inventory.models import Pick
from orders.models import OrderLine, SalesOrder
from tests import factories
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db

LINE = {"item": "P0", "quantity": "2"}
ORDER: dict[str, Any] = {"customer": "C0", "customer_po": "PO-1", "lines": [LINE]}


@pytest.fixture
def shop() -> Trade:
    return trade(items=3)


@pytest.fixture
def token(shop: Trade) -> str:
    return token_of(User.objects.get(pk=shop.world.user_id))


def token_of(user: User) -> str:
    return issue_token(user, name="test", expires_at=clock.now() + timedelta(days=1))[1]


def send(
    token: str, body: Any, path: str = "orders/", *, key: str = "k", kind: str = "application/json"
) -> Any:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    headers = {"Idempotency-Key": key} if key else {}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    return Client(raise_request_exception=False).post(
        f"/api/v1/{path}", text, content_type=kind, headers=headers
    )


def line(**changes: Any) -> dict[str, Any]:
    return {**ORDER, "lines": [{**LINE, **changes}]}


def counts() -> dict[str, int]:
    """Rows of every table, but for tokens, which are told of each use."""
    return {
        model._meta.label: model._default_manager.count() for model in apps.get_models() if model != ApiToken
    }


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ("{", "kernel.malformed", None),
        ("[]", "kernel.invalid", ""),
        (b"\xff", "kernel.malformed", None),
        ({**ORDER, "colour": "red"}, "kernel.invalid", "colour"),
        (line(colour="red"), "kernel.invalid", "lines.0.colour"),
        ({**ORDER, "lines": []}, "kernel.invalid", "lines"),
        ({**ORDER, "lines": "P0"}, "kernel.invalid", "lines"),
        ({**ORDER, "customer": {"code": "C0"}}, "kernel.invalid", "customer"),
        (line(quantity="NaN"), "kernel.invalid", "lines.0.quantity"),
        (line(quantity="1e400"), "kernel.invalid", "lines.0.quantity"),
        (line(quantity="1,5"), "kernel.invalid", "lines.0.quantity"),
        (line(quantity="-1"), "kernel.invalid", "lines.0.quantity"),
        (line(quantity="0.0000001"), "kernel.invalid", "lines.0.quantity"),
        ({**ORDER, "requested_on": "0001-01-01"}, "kernel.invalid", "requested_on"),
        ({**ORDER, "requested_on": "9999-12-31"}, "kernel.invalid", "requested_on"),
        ({**ORDER, "requested_on": "24/12/2026"}, "kernel.invalid", "requested_on"),
        ({**ORDER, "customer_po": "A\0B"}, "kernel.invalid", "customer_po"),
        ({**ORDER, "customer_po": "A\u202eB"}, "kernel.invalid", "customer_po"),
        ({**ORDER, "customer_po": "A\ud800B"}, "kernel.invalid", "customer_po"),
        ({**ORDER, "\ud800": 1}, "kernel.invalid", "\\ud800"),
        ({**ORDER, "note": "x" * 2001}, "kernel.invalid", "note"),
        ({**ORDER, "partial": "\ud800"}, "kernel.invalid", "partial"),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_400_with_its_field(
    token: str, body: Any, code: str, field: str | None
) -> None:
    before = counts()
    refused = send(token, body)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (400, code)
    if field is not None:
        assert [error["field"] for error in problem["errors"]] == [field]
        assert len(problem["errors"][0]["detail"]) > 5
    assert counts() == before


def test_more_decimals_than_the_unit_has_are_refused_not_rounded(token: str) -> None:
    before = counts()
    refused = send(token, {**line(quantity="1.5"), "partial": False})
    assert (refused.status_code, refused.json()["code"]) == (409, "orders.line_refused")
    assert "is not a whole number of the smallest stock unit" in refused.json()["detail"]
    assert counts() == before


def test_notes_lose_their_controls_and_the_same_item_twice_is_real(token: str) -> None:
    made = send(token, {**ORDER, "note": "by\x07 hand\u202e\ud800\nnow", "lines": [LINE, LINE]})
    assert made.status_code == 201, made.json()
    order = SalesOrder.objects.get(number=made.json()["number"])
    assert order.note == "by hand\nnow"
    assert list(OrderLine.objects.order_by("line").values_list("line", "quantity")) == [(1, 2), (2, 2)]


def test_a_line_named_twice_is_refused(token: str, shop: Trade) -> None:
    number = send(token, ORDER).json()["number"]
    before = counts()
    twice = {"version": 1, "lines": [{"line": 1, "quantity": "3"}, {"line": 1, "quantity": "4"}]}
    refused = send(token, twice, f"orders/{number}/amend/", key="a")
    assert (refused.status_code, refused.json()["context"]["field"]) == (400, "lines")
    shipment_id = shop.release(SalesOrder.objects.get().pk)
    pick = {"pick": Pick.objects.get().pk, "quantity": "1", "short_reason": "empty"}
    picked = send(token, {"picks": [pick, pick]}, f"shipments/{shipment_id}/picks/", key="p")
    assert picked.status_code == 400, picked.json()
    assert Pick.objects.get().picked is None
    assert counts()["orders.OrderLine"] == before["orders.OrderLine"]


def test_a_broken_rule_is_409_with_numbers_and_a_way_out(token: str) -> None:
    assert send(token, ORDER).status_code == 201
    before = counts()
    refused = send(token, ORDER, key="other")
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "orders.customer_po_used")
    assert problem["context"]["order"] == SalesOrder.objects.get().number
    assert problem["detail"].endswith("Change the PO number or amend that order.")
    assert counts() == before


def test_a_stale_version_is_409_with_both_values(token: str) -> None:
    number = send(token, ORDER).json()["number"]
    change = {"version": 1, "lines": [{"line": 1, "quantity": "3"}]}
    assert send(token, change, f"orders/{number}/amend/", key="a").status_code == 200
    before = counts()
    change["lines"] = [{"line": 1, "quantity": "5"}]
    refused = send(token, change, f"orders/{number}/amend/", key="b")
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["context"]["version"]) == (
        409,
        "kernel.stale_version",
        2,
    )
    assert problem["context"]["changes"] == [{"label": "Line 1", "mine": "5", "theirs": "3"}]
    assert counts() == before


def test_a_key_is_for_one_body(token: str) -> None:
    assert send(token, ORDER).status_code == 201
    before = counts()
    other = send(token, {**ORDER, "note": "changed"})
    assert (other.status_code, other.json()["code"]) == (422, "kernel.key_reused")
    missing = send(token, ORDER, key="")
    assert (missing.status_code, missing.json()["context"]["field"]) == (400, "Idempotency-Key")
    assert counts() == before


def test_who_asks_is_401_403_or_404(token: str, shop: Trade) -> None:
    reader = token_of(factories.user("finance"))
    stranger = token_of(factories.user("customer_service", scope="company:999999"))
    before = counts()
    assert send("", ORDER).status_code == send("mrd_wrong", ORDER).status_code == 401
    refused = send(reader, ORDER)
    assert (refused.status_code, refused.json()["code"]) == (403, "kernel.not_permitted")
    assert send(stranger, ORDER).status_code == 404
    assert counts() == before


def test_in_the_browser_the_form_stays_filled(shop: Trade) -> None:
    clerk = Client()
    clerk.force_login(User.objects.get(pk=shop.world.user_id))
    order = SalesOrder.objects.get(pk=shop.submit(2).order_id)
    page = {
        "version": "1", "customer_po": "PO-77", "requested_on": "2026-01-05", "reason": "Asked for", "quantity_1": "2",
        "quantity_2": "1", "new_item": "no such item",
    }  # fmt: skip
    before = counts()
    refused = clerk.post(f"/orders/{order.number}/change/", page)
    text = refused.content.decode()
    assert refused.status_code == 422
    assert 'value="PO-77"' in text and 'value="no such item"' in text and 'value="Asked for"' in text
    assert counts() == before
