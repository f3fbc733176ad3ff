"""Pages of counting: the plan, the bin on a tablet, and how exact the ledger was."""

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.command import By
from erp.kernel.work import waiting
from inventory.counting.actions.plan_counts import ask_for_counts
from inventory.models import Adjustment, CountLine, CountTask
from masterdata.models import Item
from tests.factories import actor, user
from tests.inventory.adjustments.goods import MILLION, lying, stock_of
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    made = trade(items=2)
    Item.objects.filter(pk=made.world.items[0]).update(gtin="5412345000013", name="Lock nut M12")
    return made


@pytest.fixture
def task(shop: Trade) -> CountTask:
    by = By(actor("warehouse"))
    made = ask_for_counts(by, site_id=shop.world.sites[0], bin_ids=[lying(shop).bin_id])
    CountTask.objects.filter(pk=made.task_ids[0]).update(count_class="C")
    return CountTask.objects.get()


def signed_in(*roles: str, **values: str) -> Client:
    client = Client()
    client.force_login(user(*roles, **values))
    return client


@pytest.mark.parametrize("name", ["count_list", "count_coverage"])
def test_pages_open(shop, task, name, django_assert_max_num_queries):
    client = signed_in("warehouse")
    client.post(reverse("inventory:count_plan"))
    client.get(reverse(f"inventory:{name}"))
    with django_assert_max_num_queries(16):
        assert client.get(reverse(f"inventory:{name}")).status_code == 200


def test_a_bin_is_scanned_typed_and_finished(shop, task):
    client, page = signed_in("warehouse", username="hugo"), reverse("inventory:count", args=[task.pk])
    text = client.get(page).content.decode()
    assert lying(shop).bin.code in text
    assert "1,000,000" not in text  # blind
    scan, htmx = reverse("inventory:count_scan", args=[task.pk]), {"HX-Request": "true"}
    right = client.post(scan, {"key": "k0", "code": lying(shop).bin.code}, headers=htmx)
    assert "right bin" in right.content.decode()
    said = client.post(scan, {"key": "k1", "code": "5412345000013"}, headers=htmx)
    assert (said.status_code, "Lock nut M12: 1 EA" in said.content.decode()) == (200, True)
    wrong = client.post(scan, {"key": "k2", "code": "NOPE"}, headers=htmx)
    assert (wrong.status_code, "no item has this code" in wrong.content.decode()) == (422, True)
    line = CountLine.objects.get()
    client.post(scan, {"key": "k3", "pick": line.pk, "change": "1"}, headers=htmx)
    line.refresh_from_db()
    assert (line.counted, line.ledger) == (2, MILLION)
    typed = reverse("inventory:count_typed", args=[task.pk])
    client.post(typed, {"key": "k4", "item": "p0", "lot": "", "counted": "999,900"})
    line.refresh_from_db()
    assert line.counted == 999_900
    done = client.post(reverse("inventory:count_finish", args=[task.pk]), {"key": "k5", "cause": "unknown"})
    assert done["Location"] == reverse("inventory:count_list")
    task.refresh_from_db()
    assert (task.state, Adjustment.objects.get().quantity) == ("done", -100)
    assert stock_of(shop).on_hand == MILLION  # above a worker's limit
    text = client.get(page).content.decode()
    assert "999,900 EA" in text
    assert "1,000,000" in text


def test_the_next_bin_stands_ready(shop, task):
    client = signed_in("warehouse")
    second = ask_for_counts(
        By(actor("warehouse")), site_id=shop.world.sites[0], bin_ids=[lying(shop, place=1).bin_id]
    )
    client.post(
        reverse("inventory:count_typed", args=[task.pk]), {"key": "k", "item": "p0", "counted": "1000000"}
    )
    done = client.post(reverse("inventory:count_finish", args=[task.pk]), {"key": "k2"})
    assert done["Location"] == reverse("inventory:count", args=[second.task_ids[0]])


def test_what_waits_is_in_my_work_but_not_ones_own_recount(shop, task):
    hugo = user("warehouse", username="hugo")
    client = Client()
    client.force_login(hugo)
    assert {str(each.label): each.count for each in waiting(hugo, "warehouse")}["Bins to count"] == 1
    client.post(reverse("inventory:count_finish", args=[task.pk]), {"key": "k"})
    task.refresh_from_db()
    assert task.state == "recount"
    assert {str(each.label): each.count for each in waiting(hugo, "warehouse")}["Bins to count"] == 0
    lea = user("warehouse", username="lea")
    assert {str(each.label): each.count for each in waiting(lea, "warehouse")}["Bins to count"] == 1


def test_accuracy_and_coverage_by_class(shop, task):
    client = signed_in("warehouse")
    client.post(
        reverse("inventory:count_typed", args=[task.pk]), {"key": "k", "item": "p0", "counted": "1000000"}
    )
    client.post(reverse("inventory:count_finish", args=[task.pk]), {"key": "k2"})
    client.post(reverse("inventory:count_plan"))
    text = client.get(f"{reverse('inventory:count_coverage')}?export=csv").content.decode()
    rows = {tuple(line.split(",")[:2]): line.split(",") for line in text.splitlines()}
    assert rows["B0", "C"][6:8] == ["1", "1"]
    assert float(rows["B0", "C"][8]) == 100
    assert sum(int(row[3]) for key, row in rows.items() if key[0] == "B0") == 2


def test_counts_are_given_up_and_causes_named_in_bulk(shop, task):
    client, address = signed_in("warehouse"), reverse("inventory:count_list")
    client.post(address, {"action": "cancel", "id": [task.pk], "asked": "1", "reason": "Aisle blocked"})
    task.refresh_from_db()
    assert (task.state, task.cancel_reason) == ("cancelled", "Aisle blocked")
    CountTask.objects.update(state="done", cause="unknown")
    client.post(address, {"action": "cause", "id": [task.pk], "asked": "1", "cause": "receipt"})
    task.refresh_from_db()
    assert task.cause == "receipt"


def test_another_sites_counts_are_not_there(shop, task):
    stranger = signed_in("warehouse", scope=f"site:{shop.world.sites[1]}")
    assert stranger.get(reverse("inventory:count", args=[task.pk])).status_code == 404
    for name in ("count_scan", "count_typed", "count_finish"):
        assert stranger.post(reverse(f"inventory:{name}", args=[task.pk])).status_code == 404
