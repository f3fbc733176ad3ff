"""Receipt differences in the browser and by REST: a photo at the dock, an answer at the desk."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from erp.kernel.attachments import files_of
from erp.kernel.command import By
from erp.kernel.work import waiting
from inventory.inbound.actions.report_differences import Found
from inventory.models import PurchaseOrderLine, ReceiptDifference
from tests.factories import actor, user
from tests.inventory.inbound.test_differences import ordered, report
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
HTMX = {"HX-Request": "true"}


@pytest.fixture
def shop() -> Trade:
    return trade(items=2)


@pytest.fixture
def line(shop: Trade) -> PurchaseOrderLine:
    """Of an order that bea has placed."""
    return ordered(shop, By(actor("procurement", username="bea")))[0]


def signed_in(*roles: str, **values: str) -> Client:
    client = Client()
    client.force_login(user(*roles, **values))
    return client


@pytest.fixture
def lea() -> Client:
    return signed_in("warehouse", username="lea")


@pytest.fixture
def max_() -> Client:
    return signed_in("procurement", username="max")


def test_reported_with_a_photo_and_cleared(line, lea, max_, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    address = reverse("inventory:receipt_difference_new", args=[line.order_id])
    assert "Report to the buyer" in lea.get(address).content.decode()
    given = {"key": "k1", "line": line.pk, "kind": "damaged", "quantity": "3", "note": "Crushed", "item": ""}
    made = lea.post(address, {**given, "photo": SimpleUploadedFile("box.png", PNG)})
    difference = ReceiptDifference.objects.get()
    page = reverse("inventory:receipt_difference", args=[difference.pk])
    assert made["Location"] == page
    assert (difference.kind, difference.quantity, difference.owner) == ("damaged", 3, "bea")
    assert [file.name for file in files_of(difference)] == ["box.png"]
    seen = lea.get(page).content.decode()
    assert ("box.png" in seen, "Clear it" in seen, "Damaged: 3 of" in seen) == (True, False, True)
    assert lea.post(page, {"key": "k2", "outcome": "will_follow", "note": "No"}).status_code == 422
    assert max_.post(page, {"key": "k3", "outcome": "will_follow", "note": ""}).status_code == 422
    cleared = {"key": "k4", "outcome": "will_follow", "note": "Next week", "claim_reference": "CL-1"}
    assert max_.post(page, cleared)["Location"] == page
    difference.refresh_from_db()
    assert (difference.outcome, difference.resolution, difference.claim_reference) == (
        "will_follow", "Next week", "CL-1",
    )  # fmt: skip
    assert (
        difference.number
        in max_.get(reverse("inventory:purchase_order", args=[line.order_id])).content.decode()
    )


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"quantity": "11"}, "11 are more than the 10 still expected"),
        ({"item": "NOPE"}, "There is no item with this code"),
        ({"kind": ""}, "required"),
        ({"photo": SimpleUploadedFile("box.png", b"no picture")}, "its content is not what its name says"),
    ],
)
def test_what_cannot_be_reported_writes_nothing(line, lea, changed, says, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    address = reverse("inventory:receipt_difference_new", args=[line.order_id])
    given = {"key": "k1", "line": line.pk, "kind": "short", "quantity": "3", "note": "", "item": ""}
    answer = lea.post(address, {**given, **changed})
    assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert not ReceiptDifference.objects.exists()


def test_the_buyers_queue(shop, line, max_, django_assert_max_num_queries):
    (made,) = report(By(actor("warehouse")), line, Found(line.pk, "short", Decimal(2)))
    address = reverse("inventory:receipt_difference_list")
    max_.get(address)
    with django_assert_max_num_queries(18):
        assert made.number in max_.get(address).content.decode()
    assert made.number not in max_.get(address, {"view": "mine"}).content.decode()
    bulk = {"action": "give", "id": [made.pk], "asked": "1", "owner": "max"}
    assert max_.post(address, bulk, headers=HTMX).status_code == 204
    assert made.number in max_.get(address, {"view": "mine"}).content.decode()
    (item,) = [
        each for each in waiting(user("procurement"), "procurement") if each.label == "Receipt differences"
    ]
    assert item.count == 0
    ReceiptDifference.objects.update(owner="", due_on="2020-01-01")
    (item,) = [
        each for each in waiting(user("procurement"), "procurement") if each.label == "Receipt differences"
    ]
    assert (item.count, item.tone) == (1, "bad")


def test_by_rest(shop, line):
    def caller(*roles: str) -> APIClient:
        client = APIClient()
        client.force_authenticate(user(*roles))
        return client

    def post(client: APIClient, address: str, body: dict, key: str):
        return client.post(address, body, format="json", headers={"Idempotency-Key": key})

    dock, desk = caller("warehouse"), caller("procurement")
    address, order = reverse("api-receipt-difference-list"), line.order.number
    found = [{"line": 1, "kind": "wrong_item", "quantity": "2", "item": line.item.code}]
    same = post(dock, address, {"purchase_order": order, "differences": found}, "k1")
    assert (same.status_code, same.json()["code"]) == (409, "inventory.receipt_difference_refused")
    for wrong in ({"line": 7}, {"item": "NOPE"}):
        body = {"purchase_order": order, "differences": [{**found[0], **wrong}]}
        assert post(dock, address, body, "k2").status_code == 400
    found = [{"line": 1, "kind": "over", "quantity": "2", "note": "A box more"}]
    (made,) = post(dock, address, {"purchase_order": order, "differences": found}, "k3").json()
    assert (made["state"], made["kind"], made["quantity"], made["owner"]) == (
        "open",
        "over",
        "2.000000",
        "bea",
    )
    verb = reverse("api-receipt-difference-resolve", args=[made["id"]])
    body = {"outcome": "sent_back", "note": "With the truck"}
    assert post(dock, verb, body, "k4").status_code == 403
    assert post(desk, verb, body, "k5").json()["state"] == "sent_back"
    again = post(desk, verb, {**body, "outcome": "taken_in"}, "k6")
    assert (again.status_code, again.json()["code"]) == (409, "inventory.receipt_difference_resolved")
    give = reverse("api-receipt-difference-give", args=[made["id"]])
    assert post(desk, give, {"owner": "nobody"}, "k7").status_code == 400
    (listed,) = desk.get(address, {"state": "sent_back", "purchase_order": order}).json()["results"]
    assert listed["resolution"] == "With the truck"
