"""Stock by bin, status changes and adjustments by REST."""

from decimal import Decimal

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from inventory.models import Adjustment, StatusChange
from tests.factories import user
from tests.inventory.adjustments.goods import MILLION, lying, stock_of
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=2)


def caller(*roles: str, **values: str) -> APIClient:
    client = APIClient()
    client.force_authenticate(user(*roles, **values))
    return client


def post(client: APIClient, address: str, body: dict, key: str):
    return client.post(address, body, format="json", headers={"Idempotency-Key": key})


def test_goods_are_blocked_and_taken_back(shop):
    client = caller("warehouse")
    (found,) = client.get(reverse("api-stock-balance-list"), {"item": "P0", "site": "B0"}).json()["results"]
    assert (found["id"], found["status"], found["quantity"]) == (
        lying(shop).pk,
        "available",
        "1000000.000000",
    )
    body = {"target": "hold", "reason": "Wet", "rows": [{"balance": found["id"], "quantity": "4"}]}
    address = reverse("api-stock-balance-change-status")
    answer = post(client, address, body, "s1")
    assert (answer.status_code, answer.json()["bumped"]) == (201, 0)
    assert post(client, address, body, "s1").json() == answer.json()
    assert (stock_of(shop).available, StatusChange.objects.count()) == (MILLION - 4, 1)
    (listed,) = client.get(reverse("api-status-change-list"), {"site": "B0"}).json()["results"]
    assert (listed["number"], listed["target"], listed["undoes"]) == (answer.json()["number"], "hold", None)
    undo = reverse("api-status-change-undo", args=[answer.json()["id"]])
    assert post(client, undo, {}, "u1").status_code == 200
    again = post(client, undo, {}, "u2")
    assert (again.status_code, again.json()["code"]) == (409, "inventory.change_undone")
    assert stock_of(shop).available == MILLION


def test_without_a_quantity_all_that_is_not_bound_changes(shop):
    shop.release(shop.submit(1).order_id)
    body = {"target": "quality", "reason": "Recall", "rows": [{"balance": lying(shop).pk}]}
    post(caller("warehouse"), reverse("api-stock-balance-change-status"), body, "s1")
    assert (lying(shop).quantity, lying(shop, "quality").quantity) == (1, MILLION - 1)


def test_refusals_name_their_rule(shop):
    client, address = caller("warehouse"), reverse("api-stock-balance-change-status")
    rows = [{"balance": lying(shop).pk, "quantity": "4"}]
    post(client, address, {"target": "quarantine", "reason": "Wet", "rows": rows}, "s1")
    back = {"target": "available", "reason": "Dry", "rows": [{"balance": lying(shop, "quarantine").pk}]}
    answer = post(client, address, back, "s2")
    assert (answer.status_code, answer.json()["context"]) == (403, {"permission": "inventory.clear_stock"})
    answer = post(client, address, {"target": "lost", "reason": "?", "rows": rows}, "s3")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "target")
    assert (
        post(
            client, address, {"target": "hold", "reason": "?", "rows": [{"balance": 10**9}]}, "s4"
        ).status_code
        == 404
    )
    assert caller("customer_service").post(address, {}, format="json").status_code == 403


def test_an_adjustment_waits_is_approved_and_listed(shop):
    worker, boss = caller("warehouse", username="hugo"), caller("finance", username="ines")
    place = lying(shop).bin.code
    body = {
        "site": "B0", "reason": "lost", "note": "Not there",
        "lines": [{"item": "p0", "bin": place.lower(), "quantity": "-100"}],
    }  # fmt: skip
    address = reverse("api-adjustment-list")
    answer = post(worker, address, body, "a1")
    (pk,) = answer.json()["waiting"]
    assert (answer.status_code, answer.json()["posted"]) == (201, [])
    assert post(worker, address, body, "a1").json() == answer.json()
    assert Adjustment.objects.count() == 1
    assert post(worker, reverse("api-adjustment-approve", args=[pk]), {}, "p1").status_code == 403
    approved = post(boss, reverse("api-adjustment-approve", args=[pk]), {"note": "Yes"}, "p2").json()
    assert (approved["state"], approved["decided_by"], approved["decision_note"]) == ("posted", "ines", "Yes")
    assert stock_of(shop).on_hand == MILLION - 100
    (listed,) = boss.get(address, {"state": "posted", "site": "B0"}).json()["results"]
    assert (listed["number"], listed["quantity"]) == (f"ADJ-{pk}", "-100.000000")
    assert "value" not in listed


def test_a_refusal_keeps_its_reason(shop):
    worker, boss = caller("warehouse"), caller("process_owner")
    lines = [{"item": "P0", "bin": lying(shop).bin.code, "quantity": "-100"}]
    body = {"site": "B0", "reason": "lost", "lines": lines}
    (pk,) = post(worker, reverse("api-adjustment-list"), body, "a1").json()["waiting"]
    refused = post(boss, reverse("api-adjustment-refuse", args=[pk]), {"reason": "Look again"}, "r1").json()
    assert (refused["state"], refused["decision_note"]) == ("refused", "Look again")
    again = post(boss, reverse("api-adjustment-approve", args=[pk]), {}, "r2")
    assert (again.status_code, again.json()["code"]) == (409, "inventory.adjustment_decided")
    assert stock_of(shop).on_hand == MILLION


@pytest.mark.parametrize(("field", "value"), [("item", "NOPE"), ("bin", "NOPE"), ("lot", "NOPE")])
def test_an_unknown_code_is_named_with_its_line(shop, field, value):
    line = {"item": "P0", "bin": lying(shop).bin.code, "quantity": "-1", field: value}
    answer = post(
        caller("warehouse"),
        reverse("api-adjustment-list"),
        {"site": "B0", "reason": "lost", "lines": [line]},
        "a1",
    )
    assert (answer.status_code, answer.json()["context"]["field"]) == (400, f"lines.0.{field}")
    assert not Adjustment.objects.exists()


def test_another_site_is_not_there(shop):
    stranger = caller("warehouse", scope=f"site:{shop.world.sites[1]}")
    body = {"target": "hold", "reason": "Wet", "rows": [{"balance": lying(shop).pk}]}
    assert post(stranger, reverse("api-stock-balance-change-status"), body, "s1").status_code == 404
    lines = [{"item": "P0", "bin": lying(shop).bin.code, "quantity": "-1"}]
    body = {"site": "B0", "reason": "lost", "lines": lines}
    assert post(stranger, reverse("api-adjustment-list"), body, "a1").status_code == 404
    assert stock_of(shop).available == Decimal(MILLION)
