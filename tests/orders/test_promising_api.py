"""Promising by REST: why a line leaves when it does, runs that share stock anew, notices, and other sources."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from rest_framework.test import APIClient

from erp.kernel.batch import Batch
from erp.kernel.clock import now
from erp.kernel.jobs import run_job
from erp.kernel.models import Job
from erp.kernel.outbox import deliver
from inventory.models import Demand, SiteStock, Supply
from masterdata.models import Customer, Item, Party
from orders.entry.rules import LineRequest
from orders.messages.actions.draft_notices import draft_notices
from orders.models import OrderMessage, ReallocationRun, SalesOrder
from tests import factories as make
from tests.factories import local_day
from tests.orders.substitutes import left
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    """Ten of the first item are free where customers buy; the second customer's class is served first."""
    made = trade(items=3)
    left(made, 0, 10)
    SiteStock.objects.filter(site=made.world.sites[0], item=made.world.items[0]).update(
        available=10, reserved=0
    )
    group = make.customer_group(code="KEY", name="Key", priority=1)
    Customer.objects.filter(pk=made.world.customers[1]).update(group=group)
    Party.objects.update(email="buyer@example.com")
    return made


def client(*roles: str, scope: str = "*") -> APIClient:
    made = APIClient()
    made.force_authenticate(make.user(*roles, scope=scope))
    return made


def post(caller: APIClient, path: str, body: dict[str, Any] | None = None, key: str = "k") -> Any:
    return caller.post(f"/api/v1/{path}/", body or {}, format="json", headers={"Idempotency-Key": key})


def soon() -> str:
    """A day by which what is in stock leaves in any case."""
    return (local_day() + timedelta(days=5)).isoformat()


def wants(shop: Trade, quantity: int, customer: int = 0) -> SalesOrder:
    lines = [LineRequest(shop.world.items[0], Decimal(quantity))]
    made = shop.submit(lines, customer_id=shop.world.customers[customer])
    return SalesOrder.objects.get(pk=made.order_id)


def test_why_a_line_leaves_when_it_does(shop):
    due = local_day() + timedelta(days=14)
    Supply.objects.create(
        item_id=shop.world.items[0], site_id=shop.world.sites[0], document="PO-17", expected=20, due_on=due
    )
    wants(shop, 8)
    order = wants(shop, 5)
    clerk = client("customer_service")
    found = clerk.get(f"/api/v1/orders/{order.number}/why/").json()
    (line,) = found["lines"]
    demand = Demand.objects.get(group=order.group_id)
    assert (found["order"], line["line"], line["item"]) == (order.number, 1, "P0")
    assert line["promised_on"] == demand.promised_on.isoformat()
    assert f"because 3 come on PO-17, due {due.day} {due:%b %Y}; of 10 in stock, SO-" in line["why"]
    labels = [step["label"] for step in line["steps"]]
    assert "From stock" in labels and "From PO-17" in labels and "Replacement cost" not in labels
    steward = client("data_steward", "customer_service")
    costs = steward.get(f"/api/v1/orders/{order.number}/why/").json()["lines"][0]["steps"]
    assert "Replacement cost" in [step["label"] for step in costs]
    stranger = client("customer_service", scope="company:999999")
    assert stranger.get(f"/api/v1/orders/{order.number}/why/").status_code == 404
    assert client("warehouse").get("/api/v1/orders/SO-0/why/").status_code in (403, 404)


def test_a_run_is_previewed_committed_and_taken_back(shop):
    first, key = wants(shop, 10), wants(shop, 8, customer=1)
    owner = client("process_owner")
    body = {"site": "B0", "items": ["P0"], "reason": "key account waits"}
    answer = post(owner, "reallocation-runs", body)
    assert answer.status_code == 201, answer.json()
    run = answer.json()
    assert (run["state"], run["winners"], run["losers"], run["broken"]) == ("proposed", 1, 1, 1)
    rows = owner.get(f"/api/v1/reallocation-lines/?run={run['number']}").json()["results"]
    assert {row["document"]: (row["outcome"], row["stock_before"], row["stock_after"]) for row in rows} == {
        first.number: ("loses", "10.000000", "2.000000"),
        key.number: ("wins", "0.000000", "8.000000"),
    }
    assert post(client("customer_service"), f"reallocation-runs/{run['id']}/commit").status_code == 403
    assert ReallocationRun.objects.get().state == "proposed"
    assert post(owner, f"reallocation-runs/{run['id']}/commit").json()["state"] == "committed"
    run_job(Job.objects.latest("pk").pk)
    assert Demand.objects.get(group=key.group_id).reserved == 8
    refused = post(owner, f"reallocation-runs/{run['id']}/drop", key="d")
    assert (refused.status_code, refused.json()["code"]) == (409, "orders.run_state")
    assert post(owner, f"reallocation-runs/{run['id']}/undo", key="u").json()["state"] == "undone"
    run_job(Job.objects.latest("pk").pk)
    assert Demand.objects.get(group=key.group_id).reserved == 0
    nothing = post(owner, "reallocation-runs", {"site": "B1", "reason": "x"}, "n")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "orders.nothing_scarce")
    assert post(owner, "reallocation-runs", {**body, "items": ["WHO"]}, "w").status_code == 404


def test_a_notice_is_sent_or_waived(shop):
    orders = [wants(shop, 4), wants(shop, 4)]
    Demand.objects.update(promised_on=local_day() + timedelta(days=30))
    batch = Batch(shop.actor, now())
    draft_notices(batch, demand_ids=list(Demand.objects.values_list("pk", flat=True)))
    batch.close()
    clerk = client("customer_service")
    drafts = clerk.get("/api/v1/customer-notices/?state=draft").json()["results"]
    assert sorted(draft["order"] for draft in drafts) == sorted(order.number for order in orders)
    assert {(draft["customer"], draft["later"], draft["recipient"]) for draft in drafts} == {
        ("C0", True, "buyer@example.com")
    }
    sent, waived = drafts[0]["id"], drafts[1]["id"]
    assert post(client("executive"), f"customer-notices/{sent}/send").status_code == 403
    assert post(clerk, f"customer-notices/{sent}/send").json()["state"] == "sent"
    deliver("orders.messages.deliver_messages")
    assert [message.to for message in mail.outbox] == [["buyer@example.com"]]
    answer = post(clerk, f"customer-notices/{waived}/waive", {"reason": "told by telephone"}).json()
    assert (answer["state"], answer["reason"]) == ("waived", "told by telephone")
    assert post(clerk, f"customer-notices/{waived}/waive", {"reason": " "}, "blank").status_code == 400
    stranger = client("customer_service", scope="company:999999")
    assert post(stranger, f"customer-notices/{sent}/send").status_code == 404
    OrderMessage.objects.filter(pk=waived).update(state="draft", recipient="", reason="")
    refused = post(clerk, f"customer-notices/{waived}/send", key="no-address")
    assert (refused.status_code, refused.json()["code"]) == (409, "orders.no_address")


def test_where_a_late_line_could_come_from(shop):
    body = {"customer": "C0", "item": "P0", "quantity": "12", "requested_on": soon()}
    clerk = client("customer_service")
    found = clerk.post("/api/v1/line-sources/", body, format="json").json()
    assert found["promised_on"] is None
    assert [(site["site"], site["in_time"]) for site in found["sites"]] == [("B1", True)]
    in_time = clerk.post("/api/v1/line-sources/", {**body, "quantity": "2"}, format="json").json()
    assert (in_time["sites"], in_time["offers"]) == ([], [])
    here = clerk.post("/api/v1/line-sources/", {**body, "site": "B1"}, format="json").json()
    assert here["promised_on"] is not None and here["sites"] == []
    assert clerk.post("/api/v1/line-sources/", {**body, "site": "WHO"}, format="json").status_code == 404
    assert client("warehouse").post("/api/v1/line-sources/", body, format="json").status_code == 403


def test_where_a_whole_order_could_come_from(shop):
    Item.objects.update(weight_kg=Decimal(2))
    make.freight_tariff(company=Customer.objects.get(pk=shop.world.customers[0]).company)
    left(shop, 1, 0)  # the second item is gone
    SiteStock.objects.filter(site=shop.world.sites[1], item=shop.world.items[2]).update(reserved=1_000_000)
    lines = [{"item": f"P{n}", "quantity": "3"} for n in range(3)]
    found = client("customer_service").post(
        "/api/v1/order-sources/",
        {"customer": "C0", "lines": lines, "requested_on": soon()},
        format="json",
    )
    assert found.status_code == 200, found.json()
    ways = found.json()["alternatives"]
    assert found.json()["currency"] == "EUR"
    # together 18 kg: 10.00 and 9.00; apart 12 kg and 6 kg: 16.00 and 13.00
    assert [
        ([(part["site"], part["lines"]) for part in way["parts"]], way["late"], way["carriage"])
        for way in ways
    ] == [
        ([("B0", [1, 3]), ("B1", [2])], 0, "29.00"),
        ([("B0", [1, 2, 3])], 1, "19.00"),
        ([("B1", [1, 2, 3])], 1, "19.00"),
    ]
    assert [way["on"] is None for way in ways] == [False, True, True]
