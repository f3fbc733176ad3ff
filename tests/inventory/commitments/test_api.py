"""Promising by REST: what may be promised of an item, allocation policies, quotas."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from inventory.commitments.models import AllocationPolicy, AllocationQuota
from inventory.models import SiteStock, Supply
from masterdata.models import Company
from orders.entry.rules import LineRequest
from tests import factories as make
from tests.factories import local_day
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    """Ten of the first item at the first site, eight of them promised; twenty come in two weeks."""
    made = trade(items=2)
    SiteStock.objects.filter(site=made.world.sites[0]).update(available=10)
    Supply.objects.create(
        item_id=made.world.items[0],
        site_id=made.world.sites[0],
        document="PO-17",
        expected=20,
        due_on=local_day() + timedelta(days=14),
    )
    made.submit([LineRequest(made.world.items[0], Decimal(8))])
    return made


def client(*roles: str, scope: str = "*") -> APIClient:
    made = APIClient()
    made.force_authenticate(make.user(*roles, scope=scope))
    return made


def post(caller: APIClient, path: str, body: dict[str, Any], key: str = "k") -> Any:
    return caller.post(f"/api/v1/{path}/", body, format="json", headers={"Idempotency-Key": key})


def test_the_ladder_of_an_item_and_why_not_now(shop):
    found = client("warehouse").post("/api/v1/availability/", {"item": "P0"}, format="json").json()
    assert found["item"] == "P0"
    here = next(site for site in found["sites"] if site["site"] == "B0")
    assert (here["unit"], here["free"], here["waiting"], here["why_not_now"]) == (
        "EA",
        "2.000000",
        "0.000000",
        "",
    )
    due = (local_day() + timedelta(days=14)).isoformat()
    assert [(rung["document"], rung["comes"], rung["available"]) for rung in here["ladder"]] == [
        ("", "10.000000", "2.000000"),
        ("PO-17", "20.000000", "22.000000"),
    ]
    assert here["ladder"][1]["on"] == due
    shop.submit([LineRequest(shop.world.items[0], Decimal(2))])
    found = client("warehouse").post("/api/v1/availability/", {"item": "P0"}, format="json").json()
    here = next(site for site in found["sites"] if site["site"] == "B0")
    assert here["why_not_now"].startswith("Nothing is free now; of 10 in stock, SO-")
    unknown = client("warehouse").post("/api/v1/availability/", {"item": "WHO"}, format="json")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "kernel.not_found")
    only = client("warehouse", scope=f"site:{shop.world.sites[1]}")
    seen = only.post("/api/v1/availability/", {"item": "P0"}, format="json").json()
    assert [site["site"] for site in seen["sites"]] == ["B1"]


def test_a_policy_is_set_and_read(shop):
    make.customer_group(code="KEY", name="Key accounts")
    owner = client("process_owner")
    company = Company.objects.get(pk=shop.world.company_id)
    body = {
        "company": company.code, "customer_class": "KEY", "priority": 1, "method": "fair", "stance": "win",
        "valid_from": local_day().isoformat(), "reason": "board of November",
    }  # fmt: skip
    answer = post(owner, "allocation-policies", body)
    assert answer.status_code == 201, answer.json()
    assert post(owner, "allocation-policies", body).json() == answer.json()
    made = answer.json()
    assert (made["customer_class"], made["site"], made["item_class"], made["method"], made["stance"]) == (
        "KEY",
        None,
        None,
        "fair",
        "win",
    )
    assert AllocationPolicy.objects.get().pk == made["id"]
    clerk = client("customer_service")
    assert clerk.get("/api/v1/allocation-policies/?customer_class=KEY").json()["results"] == [made]
    assert clerk.get(f"/api/v1/allocation-policies/{made['id']}/").json() == made
    assert post(clerk, "allocation-policies", body, "other").status_code == 403
    changes = (
        ({"customer_class": "NONE"}, 404),
        ({"site": "NONE"}, 404),
        ({"priority": 0}, 400),
        ({"method": "lottery"}, 400),
        ({"valid_from": "2020-01-01"}, 400),
    )
    for place, (change, status) in enumerate(changes):
        refused = post(owner, "allocation-policies", {**body, **change}, f"k-{place}")
        assert refused.status_code == status, refused.json()
    assert AllocationPolicy.objects.count() == 1


def test_a_quota_is_kept_and_ended(shop):
    make.customer_group(code="KEY", name="Key accounts")
    buyer = client("procurement")
    until = local_day() + timedelta(days=30)
    body = {
        "site": "B0", "item": "P0", "customer_class": "KEY", "quantity": "2", "expires_on": until.isoformat(),
        "reason": "year-end campaign",
    }  # fmt: skip
    answer = post(buyer, "quotas", body)
    assert answer.status_code == 201, answer.json()
    made = answer.json()
    assert (made["item"], made["unit"], made["quantity"], made["taken"], made["ended_at"]) == (
        "P0",
        "EA",
        "2.000000",
        "0.000000",
        None,
    )
    taken = post(buyer, "quotas", body, "again")
    assert (taken.status_code, taken.json()["code"]) == (409, "inventory.quota_open")
    assert buyer.get("/api/v1/quotas/?open=true").json()["results"] == [made]
    assert post(client("customer_service"), f"quotas/{made['id']}/end", {"reason": "x"}).status_code == 403
    stranger = client("procurement", scope=f"site:{shop.world.sites[1]}")
    assert post(stranger, f"quotas/{made['id']}/end", {"reason": "x"}).status_code == 404
    ended = post(buyer, f"quotas/{made['id']}/end", {"reason": "over"}).json()
    assert ended["ended_at"] is not None
    assert AllocationQuota.objects.get().ended_at is not None
    assert buyer.get("/api/v1/quotas/?open=true").json()["results"] == []
