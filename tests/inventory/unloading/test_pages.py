"""The dock and a delivery in the browser and by REST."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from inventory.models import PurchaseOrder, ReceiptDifference, Supply, UnloadedLine, Unloading
from inventory.outbound.scans import read_scan
from inventory.unloading.policies import BLIND
from masterdata.models import Item
from masterdata.policies import snapshot
from tests.factories import local_day, user
from tests.inventory.putaway.dock import Dock, dock
from tests.inventory.transfers.moving import moving

pytestmark = pytest.mark.django_db
GTIN, HTMX = "5412345000013", {"HX-Request": "true"}


@pytest.fixture
def shop() -> Dock:
    made = dock()
    Item.objects.filter(pk=made.world.items[0]).update(gtin=GTIN, name="Lock nut M12")
    return made


@pytest.fixture
def lea() -> Client:
    client = Client()
    client.force_login(user("warehouse", username="lea"))
    return client


def url(name: str, *args: int) -> str:
    return reverse(f"inventory:{name}", args=args)


def test_the_dock_shows_what_is_expected(shop, lea, django_assert_max_num_queries):
    order = PurchaseOrder.objects.get(pk=shop.order(10).purchase_order_id)
    later = PurchaseOrder.objects.get(pk=shop.order(10).purchase_order_id)
    Supply.objects.filter(purchase_line__order=order).update(due_on=local_day())
    Supply.objects.filter(purchase_line__order=later).update(due_on="2099-01-01")
    lea.get(url("dock"))
    with django_assert_max_num_queries(18):
        page = lea.get(url("dock")).content.decode()
    assert (order.number in page, later.number in page, "Late" in page) == (True, False, False)
    assert lea.get(url("dock"), {"code": later.number.lower()})["Location"] == url("unload", later.pk)
    nothing = lea.get(url("dock"), {"code": "PO-999"})
    assert (nothing.status_code, "Nothing is expected under PO-999" in nothing.content.decode()) == (
        404,
        True,
    )
    lea.post(url("unloading_begin", later.pk), {"key": "k1"})
    assert "Being unloaded" in lea.get(url("dock")).content.decode()


def test_transfers_are_expected_too(lea):
    shop = moving()
    pk = shop.shipped(10)
    page = lea.get(url("dock")).content.decode()
    assert url("transfer_receive", pk) in page


def test_a_delivery_is_scanned_typed_and_posted(shop, lea):
    order_id = shop.order(10, lines=2).purchase_order_id
    assert "Start unloading" in lea.get(url("unload", order_id)).content.decode()
    assert lea.post(url("unloading_begin", order_id), {"key": "k1"})["Location"] == url("unload", order_id)
    pk = Unloading.objects.get().pk

    def scan(key: str, **fields: object):
        return lea.post(url("unloading_scan", pk), {"key": key, **fields}, headers=HTMX)

    assert "Lock nut M12: 1 EA" in scan("s1", code=GTIN).content.decode()
    assert "Lock nut M12: 12 EA" in scan("s2", code=f"(01)0{GTIN}(37)11").content.decode()
    assert "Lock nut M12: 1 EA" in scan("s1", code=GTIN).content.decode()  # sent again, counted once
    row = UnloadedLine.objects.get()
    assert "Lock nut M12: 11 EA" in scan("s3", pick=row.pk, change="-1").content.decode()
    strange = scan("s4", code="p2")
    assert (strange.status_code, "not on this order" in strange.content.decode()) == (422, True)
    unknown = scan("s5", code="NOPE")
    assert (unknown.status_code, "no item has this code" in unknown.content.decode()) == (422, True)
    typed = {"key": "t1", "item": "p1", "counted": "7", "lot": "", "expires_on": ""}
    assert lea.post(url("unloading_typed", pk), typed).status_code == 200
    assert lea.post(url("unloading_typed", pk), {**typed, "key": "t2", "counted": "x"}).status_code == 422
    end = {"key": "p1", "delivery_note": "DN-1", "bin": "DOCK-1", "complete": "on"}
    assert lea.post(url("unloading_post", pk), {**end, "bin": "NOPE"}).status_code == 422
    posted = lea.post(url("unloading_post", pk), end)
    receipt = Unloading.objects.get().receipt
    assert posted["Location"] == url("receipt", receipt.pk)
    assert dict(ReceiptDifference.objects.values_list("kind", "quantity")) == {"over": 1, "short": 3}
    assert lea.post(url("unloading_give_up", pk), {"key": "g1"}).status_code == 422


def test_blind_receiving_tells_nothing(shop, lea):
    snapshot.assume(snapshot.Snapshot(values={(BLIND.key, "*"): [(date.min, None, True)]}))
    order_id = shop.order(4_321, lines=2).purchase_order_id
    lea.post(url("unloading_begin", order_id), {"key": "k1"})
    page = lea.get(url("unload", order_id)).content.decode()
    assert ("4,321" in page, "Lock nut M12" in page) == (False, False)
    pk = Unloading.objects.get().pk
    lea.post(url("unloading_scan", pk), {"key": "s1", "code": GTIN}, headers=HTMX)
    page = lea.get(url("unload", order_id)).content.decode()
    assert ("4,321" in page, "Lock nut M12" in page) == (False, True)


@pytest.mark.parametrize(
    ("label", "expires_on"),
    [
        (f"(01)0{GTIN}(17)270531(10)L1", date(2027, 5, 31)),
        (f"(01)0{GTIN}(17)270200(10)L1", date(2027, 2, 28)),  # 00: the month's last day
        (f"(01)0{GTIN}(17)271340(10)L1", None),
        (f"(01)0{GTIN}(10)L1", None),
    ],
)
def test_labels_tell_the_expiry(label, expires_on):
    scan = read_scan(label)
    assert (scan.lot, scan.expires_on) == ("L1", expires_on)


def test_by_rest(shop):
    client = APIClient()
    client.force_authenticate(user("warehouse", username="robot"))
    order = PurchaseOrder.objects.get(pk=shop.order(10).purchase_order_id)

    def post(name: str, body: dict, key: str, *args: int):
        address = reverse(f"api-unloading-{name}", args=args)
        return client.post(address, body, format="json", headers={"Idempotency-Key": key})

    assert post("list", {"purchase_order": "PO-999"}, "k0").status_code == 404
    pk = post("list", {"purchase_order": order.number}, "k1").json()["id"]
    assert post("counted", {"line": 9, "counted": "1"}, "k2", pk).status_code == 400
    counted = post("counted", {"line": 1, "counted": "9"}, "k3", pk).json()
    assert [(row["line"], row["counted"]) for row in counted["lines"]] == [(1, "9.000000")]
    assert post("post", {"bin": "NOPE"}, "k4", pk).status_code == 400
    done = post("post", {"complete": True}, "k5", pk).json()
    assert (len(done["differences"]), done["backorders_served"]) == (1, 0)
    (listed,) = client.get(reverse("api-unloading-list"), {"state": "posted"}).json()["results"]
    assert listed["receipt"] == done["receipt"]
    ended = post("give-up", {}, "k6", pk)
    assert (ended.status_code, ended.json()["code"]) == (409, "inventory.unloading_ended")
