"""Pages of stock by bin, status changes and adjustments, in a fixed number of statements."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.work import waiting
from inventory.adjustments.actions.adjust_stock import adjust_stock
from inventory.models import Adjustment, StatusChange, StockBalance
from tests.factories import actor, user
from tests.inventory.adjustments.goods import MILLION, change, line, lying, stock_of
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db

LISTS = (
    "balance_list",
    "status_change_list",
    "status_matrix",
    "adjustment_list",
    "adjustment_causes",
    "adjust",
)


@pytest.fixture
def shop() -> Trade:
    return trade(items=3)


def signed_in(*roles: str, **values: str) -> Client:
    client = Client()
    client.force_login(user(*roles, **values))
    return client


def proposed(shop: Trade, quantity: int = -100, **values: str) -> Adjustment:
    by = By(actor("warehouse", **values))
    adjusted = adjust_stock(by, site_id=shop.world.sites[0], lines=[line(shop, quantity)], reason="lost")
    return Adjustment.objects.get(pk=adjusted.adjustment_ids[0])


@pytest.mark.parametrize("name", LISTS)
def test_pages_open(shop, name, django_assert_max_num_queries):
    change(shop, 4)
    proposed(shop)
    client = signed_in("process_owner", "warehouse")
    client.get(reverse(f"inventory:{name}"))
    with django_assert_max_num_queries(16):
        assert client.get(reverse(f"inventory:{name}")).status_code == 200


def test_selected_places_change_status_and_change_back(shop):
    client, address = signed_in("warehouse"), reverse("inventory:balance_list")
    ids = [lying(shop, place=place).pk for place in (0, 1)]
    asked = client.post(address, {"action": "change_status", "id": ids})
    assert "New status" in asked.content.decode()
    answers = {"asked": "1", "target": "hold", "reason": "Recall"}
    told = client.post(
        address, {"action": "change_status", "id": ids, **answers}, headers={"HX-Request": "true"}
    )
    assert "2 places changed" in told["HX-Trigger"]
    assert (stock_of(shop).available, stock_of(shop, 1).available) == (0, 0)
    found = StatusChange.objects.get()
    assert (found.row_count, found.reason) == (2, "Recall")
    client.post(address, {"undo": "change_status", "id": [found.pk]})
    assert (stock_of(shop).available, stock_of(shop, 1).available) == (MILLION, MILLION)


def test_what_cannot_change_is_told(shop):
    client, address = signed_in("warehouse"), reverse("inventory:balance_list")
    body = {
        "action": "change_status",
        "id": [lying(shop).pk],
        "asked": "1",
        "target": "available",
        "reason": "?",
    }
    told = client.post(address, body, headers={"HX-Request": "true"})
    assert "1 refused" in told["HX-Trigger"]
    assert not StatusChange.objects.exists()


def test_a_part_of_one_place_changes_on_its_page(shop):
    client = signed_in("warehouse")
    page = reverse("inventory:balance", args=[lying(shop).pk])
    assert "1,000,000 EA" in client.get(page).content.decode()
    wrong = client.post(page, {"key": "k1", "target": "hold", "quantity": "2000000", "reason": "Wet"})
    assert wrong.status_code == 422
    assert "holds 1,000,000 of P0" in wrong.content.decode()
    answer = client.post(page, {"key": "k2", "target": "hold", "quantity": "4", "reason": "Wet"})
    found = StatusChange.objects.get()
    assert answer["Location"] == reverse("inventory:status_change", args=[found.pk])
    text = client.get(answer["Location"]).content.decode()
    assert "On hold" in text
    assert "Take back" in text
    back = client.post(reverse("inventory:status_change_undo", args=[found.pk]))
    assert back["Location"] == reverse("inventory:status_change", args=[StatusChange.objects.latest("pk").pk])
    assert stock_of(shop).available == MILLION
    assert "Taken back" in client.get(answer["Location"]).content.decode()


def test_only_what_the_reader_may_do_is_offered(shop):
    found = lying(shop)
    StockBalance.objects.filter(pk=found.pk).update(status="quarantine")
    page = reverse("inventory:balance", args=[found.pk])
    text = signed_in("warehouse").get(page).content.decode()
    assert '<option value="available"' not in text
    assert '<option value="damaged"' in text
    assert '<option value="available"' in signed_in("process_owner").get(page).content.decode()


def test_adjusting_in_the_browser(shop):
    client, address = signed_in("warehouse"), reverse("inventory:adjust")
    text = client.get(f"{address}?balance={lying(shop).pk}").content.decode()
    assert 'value="P0"' in text
    body = {
        "key": "k1", "site": shop.world.sites[0], "item": "p0", "bin": lying(shop).bin.code, "lot": "",
        "status": "available", "quantity": "-3", "reason": "lost", "note": "",
    }  # fmt: skip
    wrong = client.post(address, {**body, "bin": "NOWHERE", "lot": "L9"})
    assert wrong.status_code == 422
    assert "no such bin" in wrong.content.decode()
    assert client.post(address, {**body, "reason": "found"}).status_code == 422
    assert not Adjustment.objects.exists()
    answer = client.post(address, body)
    assert answer["Location"] == f"{reverse('inventory:adjustment_list')}?view=posted"
    assert stock_of(shop).on_hand == MILLION - 3
    answer = client.post(address, {**body, "key": "k2", "quantity": "-300"})
    assert answer["Location"].endswith("?view=waiting")
    assert stock_of(shop).on_hand == MILLION - 3


def test_approval_in_bulk_and_refusal_with_a_reason(shop):
    first, second = proposed(shop), proposed(shop, -200, username="lea")
    boss = signed_in("finance", username="ines")
    address = reverse("inventory:adjustment_list")
    told = boss.post(address, {"action": "approve", "id": [first.pk]}, headers={"HX-Request": "true"})
    assert "1 adjustment posted" in told["HX-Trigger"]
    boss.post(address, {"action": "refuse", "id": [second.pk], "asked": "1", "reason": "Look again"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.decision_note) == ("posted", "refused", "Look again")
    assert stock_of(shop).on_hand == MILLION - 100
    worker = signed_in("warehouse")
    assert worker.post(address, {"action": "approve", "id": [second.pk]}).status_code == 403


def test_what_waits_is_in_my_work_and_never_ones_own(shop):
    proposed(shop)
    for role, count in (("finance", 1), ("process_owner", 1)):
        found = {str(item.label): item.count for item in waiting(user(role), role)}
        assert found["Adjustments to approve"] == count
    clerk = user("finance")
    lines = [line(shop, -1001)]
    adjust_stock(By(Actor.of(clerk)), site_id=shop.world.sites[0], lines=lines, reason="lost")
    found = {str(item.label): item.count for item in waiting(clerk, "finance")}
    assert found["Adjustments to approve"] == 1
    assert Adjustment.objects.filter(state="waiting").count() == 2


def test_gross_and_net_by_cause(shop):
    site_id, boss = shop.world.sites[0], By(actor("process_owner", username="vera"))
    for reason, quantity in (("lost", -4), ("lost", -6), ("count", 5), ("count", -2)):
        adjust_stock(boss, site_id=site_id, lines=[line(shop, quantity)], reason=reason)
    text = signed_in("finance").get(f"{reverse('inventory:adjustment_causes')}?export=csv").content.decode()
    rows = {row.split(",")[0]: row for row in text.splitlines()}
    assert [Decimal(cell) for cell in rows["Lost"].split(",")[3:9]] == [2, 50, -50, 2, 50, -50]
    assert [Decimal(cell) for cell in rows["Count difference"].split(",")[3:9]] == [2, 35, 15, 2, 35, 15]
    assert signed_in("warehouse").get(reverse("inventory:adjustment_causes")).status_code == 403


def test_values_are_for_those_who_may_see_them(shop):
    proposed(shop)
    address = f"{reverse('inventory:adjustment_list')}?view=all"
    assert "−500.00" in signed_in("finance").get(address).content.decode()
    assert "500.00" not in signed_in("warehouse").get(address).content.decode()


def test_another_sites_places_are_not_there(shop):
    changed = change(shop, 4)
    stranger = signed_in("warehouse", scope=f"site:{shop.world.sites[1]}")
    assert stranger.get(reverse("inventory:balance", args=[lying(shop).pk])).status_code == 404
    assert stranger.get(reverse("inventory:status_change", args=[changed.change_id])).status_code == 404
    assert stranger.post(reverse("inventory:status_change_undo", args=[changed.change_id])).status_code == 404
