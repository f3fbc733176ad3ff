"""Counts by REST: planned, counted blind, finished."""

from decimal import Decimal

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from inventory.models import Adjustment, CountTask
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


def test_a_count_from_plan_to_its_end(shop):
    hugo, lea = caller("warehouse", username="hugo"), caller("warehouse", username="lea")
    body = {"site": "B0", "bins": [lying(shop).bin.code]}
    (pk,) = post(hugo, reverse("api-count-list"), body, "p1").json()["tasks"]
    (listed,) = hugo.get(reverse("api-count-list"), {"site": "B0", "state": "open"}).json()["results"]
    assert (listed["id"], listed["bin"], listed["accurate"]) == (pk, lying(shop).bin.code, None)
    counted = {"item": "p0", "counted": "999900"}
    assert post(hugo, reverse("api-count-counted", args=[pk]), counted, "c1").json()["first_by"] == "hugo"
    assert post(hugo, reverse("api-count-finish", args=[pk]), {}, "f1").json()["state"] == "recount"
    again = post(hugo, reverse("api-count-counted", args=[pk]), counted, "c2")
    assert (again.status_code, again.json()["code"]) == (409, "inventory.same_person")
    post(lea, reverse("api-count-counted", args=[pk]), counted, "c3")
    done = post(lea, reverse("api-count-finish", args=[pk]), {"cause": "mispick"}, "f2").json()
    assert (done["state"], done["adjustments"]) == ("done", done["waiting"])
    assert Adjustment.objects.get().quantity == -100
    assert stock_of(shop).on_hand == Decimal(MILLION)


def test_the_day_is_planned_once_and_a_count_is_given_up(shop):
    client = caller("warehouse")
    assert len(post(client, reverse("api-count-list"), {"site": "B0"}, "p1").json()["tasks"]) == 2
    assert post(client, reverse("api-count-list"), {"site": "B0"}, "p2").json()["tasks"] == []
    pk = CountTask.objects.earliest("pk").pk
    answer = post(client, reverse("api-count-cancel", args=[pk]), {"reason": "Aisle blocked"}, "x1")
    assert (answer.json()["state"], answer.json()["cancel_reason"]) == ("cancelled", "Aisle blocked")
    assert post(caller("finance"), reverse("api-count-list"), {"site": "B0"}, "p3").status_code == 403


def test_unknown_codes_and_another_site_are_told(shop):
    client = caller("warehouse")
    answer = post(client, reverse("api-count-list"), {"site": "B0", "bins": ["NOPE"]}, "p1")
    assert (answer.status_code, answer.json()["context"]["field"]) == (400, "bins.0")
    post(client, reverse("api-count-list"), {"site": "B0", "bins": [lying(shop).bin.code]}, "p2")
    pk = CountTask.objects.get().pk
    answer = post(client, reverse("api-count-counted", args=[pk]), {"item": "NOPE", "counted": "1"}, "c1")
    assert (answer.status_code, answer.json()["code"]) == (409, "inventory.count_refused")
    stranger = caller("warehouse", scope=f"site:{shop.world.sites[1]}")
    assert stranger.get(reverse("api-count-detail", args=[pk])).status_code == 404
    assert post(stranger, reverse("api-count-finish", args=[pk]), {}, "f1").status_code == 404
