"""Transfers by REST: one document for both ends, what did not arrive, and what is proposed."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from inventory.models import RebalanceProposal, TransferDifference, TransferOrder
from inventory.transfers.actions.propose_transfers import propose_transfers
from masterdata.models import Bin
from tests import factories
from tests.factories import user
from tests.inventory.transfers.moving import Moving, in_transit, moving

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Moving:
    return moving()


def caller(*roles: str, **values: str) -> APIClient:
    client = APIClient()
    client.force_authenticate(user(*roles, **values))
    return client


def post(client: APIClient, name: str, key: str, body: dict | None = None, **kwargs: int):
    address = reverse(name, kwargs=kwargs or None)
    return client.post(address, body or {}, format="json", headers={"Idempotency-Key": key})


BODY = {
    "site": "B1",
    "to_site": "B0",
    "needed_on": "2026-01-09",
    "lines": [{"item": "p0", "quantity": "10"}],
}


def test_a_transfer_from_request_to_write_off(shop):
    buyer, hands = caller("procurement"), caller("warehouse", username="hugo")
    made = post(buyer, "api-transfer-list", "t1", BODY)
    assert (made.status_code, made.json()["state"], made.json()["lines"][0]["quantity"]) == (
        201, "requested", "10.000000",
    )  # fmt: skip
    pk = made.json()["id"]
    assert post(buyer, "api-transfer-list", "t1", BODY).json()["id"] == pk
    change = {**BODY, "version": 1, "lines": [{"item": "p0", "quantity": "8"}]}
    del change["site"], change["to_site"]
    assert (
        post(buyer, "api-transfer-change", "t2", change, pk=pk).json()["lines"][0]["quantity"] == "8.000000"
    )
    assert post(buyer, "api-transfer-approve", "t3", pk=pk).json()["state"] == "approved"
    assert post(buyer, "api-transfer-ship", "t4", pk=pk).status_code == 403
    sent = post(hands, "api-transfer-ship", "t5", {"carrier": "Own truck"}, pk=pk).json()
    assert (sent["state"], sent["carrier"]) == ("shipped", "Own truck")
    content = sent["lines"][0]["contents"][0]["id"]
    goods = [{"content": content, "quantity": "5", "bin": Bin.objects.get(pk=shop.dock()).code}]
    differs = [{"content": content, "quantity": "1", "kind": "damaged"}]
    body = {"goods": goods, "differences": differs, "complete": True}
    done = post(hands, "api-transfer-receive", "t6", body, pk=pk).json()
    assert (done["state"], len(done["differences"])) == ("received", 2)
    listed = hands.get(reverse("api-transfer-difference-list"), {"state": "open"}).json()["results"]
    assert sorted((row["kind"], row["missing"], row["owner"]) for row in listed) == [
        ("damaged", "1.000000", "hugo"), ("short", "2.000000", "hugo"),
    ]  # fmt: skip
    short = next(row["id"] for row in listed if row["kind"] == "short")
    found = {"quantity": "2", "bin": goods[0]["bin"]}
    assert post(hands, "api-transfer-difference-found", "d1", found, pk=short).json()["state"] == "found"
    damaged = next(row["id"] for row in listed if row["kind"] == "damaged")
    off = post(
        caller("process_owner"), "api-transfer-difference-write-off", "d2", {"note": "Crushed"}, pk=damaged
    )
    assert off.json()["state"] == "written_off"
    assert in_transit(shop.gets) == 0


def test_wrong_codes_name_their_place(shop):
    buyer, hands = caller("procurement"), caller("warehouse")
    wrong = post(buyer, "api-transfer-list", "w1", {**BODY, "lines": [{"item": "nope", "quantity": "1"}]})
    assert (wrong.status_code, wrong.json()["context"]["field"]) == (400, "lines.0.item")
    assert post(buyer, "api-transfer-list", "w2", {**BODY, "site": "B9"}).status_code == 404
    foreign = factories.trading_company(code="OTHER").sites.get().code
    local = caller("procurement", scope=f"site:{shop.gets}")
    assert post(local, "api-transfer-list", "w5", {**BODY, "site": foreign}).status_code == 404
    pk = shop.approved(10)
    loads = [{"line": 1, "bin": "nope", "quantity": "1"}]
    assert post(hands, "api-transfer-ship", "w3", {"loads": loads}, pk=pk).json()["context"]["field"] == (
        "loads.0.bin"
    )
    loads = [{"line": 7, "bin": "a-000", "quantity": "1"}]
    assert post(hands, "api-transfer-ship", "w4", {"loads": loads}, pk=pk).json()["context"]["field"] == (
        "loads.0.line"
    )
    assert TransferOrder.objects.get().state == "approved"


def test_another_site_s_transfer_is_not_there(shop):
    pk = shop.shipped(5)
    outsider = caller("warehouse", scope="site:999999")
    assert outsider.get(reverse("api-transfer-detail", args=[pk])).status_code == 404
    here = caller("warehouse", scope=f"site:{shop.gets}")
    assert here.get(reverse("api-transfer-list"), {"site": "B0"}).json()["results"][0]["id"] == pk
    assert post(here, "api-transfer-cancel", "o1", {"reason": "x"}, pk=pk).status_code == 409
    assert TransferDifference.objects.count() == 0


def test_proposals_are_taken_up_or_dismissed(shop):
    for place in (0, 1):
        shop.lock_away(shop.gets, place=place)
        shop.wants(3, place=place)
    propose_transfers(shop.by(), company_id=shop.world.company_id)
    buyer = caller("procurement")
    one, other = buyer.get(reverse("api-transfer-proposal-list"), {"state": "open"}).json()["results"]
    taken = post(buyer, "api-transfer-proposal-accept", "p1", pk=one["id"]).json()
    assert (taken["state"], taken["transfer"]) == ("accepted", TransferOrder.objects.get().number)
    again = post(buyer, "api-transfer-proposal-accept", "p2", pk=one["id"])
    assert (again.status_code, again.json()["code"]) == (409, "inventory.proposal_decided")
    gone = post(
        buyer, "api-transfer-proposal-dismiss", "p3", {"reason": "Sold out soon"}, pk=other["id"]
    ).json()
    assert (gone["state"], gone["decision_note"]) == ("dismissed", "Sold out soon")
    assert RebalanceProposal.objects.filter(state="open").count() == 0
