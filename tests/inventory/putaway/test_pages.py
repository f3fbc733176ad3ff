"""Pages of putaway: the station by scan and by hand, the list from which work is given out, and the task as it went."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.models import IdempotencyKey
from erp.kernel.work import waiting
from inventory.models import Lot, PutawayTask
from masterdata.models import Bin, Item
from tests.factories import user
from tests.inventory.putaway.dock import Dock, dock

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


def scan(client: Client, code: str, key: str):
    return client.post(reverse("inventory:putaway_scan"), {"code": code, "key": key}, headers=HTMX)


def test_goods_then_bin(shop, lea):
    task = shop.task(10)
    page = lea.get(reverse("inventory:putaway_station")).content.decode()
    assert "Lock nut M12" in page and "1 task stands at the dock" in page
    taken = scan(lea, GTIN, "k1")
    home = Bin.objects.get(pk=PutawayTask.objects.get().proposed_id)
    assert f"Lock nut M12: take it to {home.code}" in taken.content.decode()
    wrong = scan(lea, "A-999", "k2")
    assert (wrong.status_code, "no bin of this site has this code" in wrong.content.decode()) == (422, True)
    put = scan(lea, home.code.lower(), "k3")
    assert f"Lock nut M12 is in {home.code}." in put.content.decode()
    task.refresh_from_db()
    assert (task.state, task.moved, task.owner) == ("done", 10, "lea")
    again = scan(lea, home.code, "k3")
    assert (again.status_code, "This scan is done already." in again.content.decode()) == (200, True)
    nothing = scan(lea, GTIN, "k4")
    assert (nothing.status_code, "none of it waits" in nothing.content.decode()) == (422, True)
    assert IdempotencyKey.objects.filter(actor="lea").count() == 2


def test_in_parts_by_hand(shop, lea):
    task, place = shop.task(10), shop.empty_bin()
    scan(lea, task.number, "k1")
    address = reverse("inventory:putaway_place", args=[task.pk])
    assert (
        lea.post(address, {"key": "k2", "bin": place.code, "quantity": "4", "note": "Full"}).status_code
        == 302
    )
    task.refresh_from_db()
    assert (task.moved, task.state, shop.held(place)) == (4, "open", 4)
    assert lea.post(address, {"key": "k3", "bin": "NOPE"}).status_code == 422
    assert lea.post(address, {"key": "k4", "bin": ""}).status_code == 422
    more = lea.post(address, {"key": "k5", "bin": place.code, "quantity": "7"})
    assert (more.status_code, "6 of it are to be put away" in more.content.decode()) == (422, True)
    page = lea.get(reverse("inventory:putaway", args=[task.pk])).content.decode()
    assert f"4 put into {place.code}, not as proposed. Full" in page
    assert task.document in page


def test_what_another_has_is_not_offered(shop, lea):
    task = shop.task(10)
    PutawayTask.objects.update(owner="hugo")
    assert "Nothing stands at the dock" in lea.get(reverse("inventory:putaway_station")).content.decode()
    assert scan(lea, GTIN, "k1").status_code == 422
    task.refresh_from_db()
    assert task.owner == "hugo"


def test_work_is_given_out(shop, lea):
    first, second = shop.task(10), shop.task(5)
    user("warehouse", username="hugo")
    address = reverse("inventory:putaway_list")
    assert first.number in lea.get(address).content.decode()

    def bulk(name: str, **answers: object):
        return lea.post(
            address, {"action": name, "id": [first.pk, second.pk], "asked": "1", **answers}, headers=HTMX
        )

    assert bulk("give", owner="hugo").status_code == 204
    assert set(PutawayTask.objects.values_list("owner", flat=True)) == {"hugo"}
    bulk("give", owner="nobody at all")
    assert set(PutawayTask.objects.values_list("owner", flat=True)) == {"hugo"}
    bulk("hasten", priority="3")
    assert set(PutawayTask.objects.values_list("priority", flat=True)) == {3}
    bulk("close", reason="Sold from the dock")
    assert set(PutawayTask.objects.values_list("state", "reason")) == {("closed", "Sold from the dock")}


def test_pages_take_few_statements(shop, lea, django_assert_max_num_queries):
    for _ in range(3):
        shop.task(2)
    scan(lea, GTIN, "k1")
    for name in ("putaway_list", "putaway_station"):
        lea.get(reverse(f"inventory:{name}"))
        with django_assert_max_num_queries(18):
            assert lea.get(reverse(f"inventory:{name}")).status_code == 200


def test_what_waits_is_my_work(shop):
    shop.task(10)
    (item,) = [each for each in waiting(user("warehouse"), "warehouse") if each.label == "Goods to put away"]
    assert (item.count, item.tone) == (1, "warn")
    PutawayTask.objects.update(due_at="2020-01-01T00:00:00Z")
    (item,) = [each for each in waiting(user("warehouse"), "warehouse") if each.label == "Goods to put away"]
    assert item.tone == "bad"


def test_a_label_with_a_lot_means_that_lot(shop, lea):
    old, new = (Lot.objects.create(item_id=shop.world.items[0], code=code) for code in ("L1", "L2"))
    first, second = shop.task(10), shop.task(5)
    PutawayTask.objects.filter(pk=first.pk).update(lot=old)
    PutawayTask.objects.filter(pk=second.pk).update(lot=new)
    assert scan(lea, f"(01)0{GTIN}(10)L2", "k1").status_code == 200
    assert list(PutawayTask.objects.filter(owner="lea")) == [second]
    assert Decimal(second.quantity) == 5
