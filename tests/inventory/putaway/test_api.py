"""Putaway by REST: an automat claims a task, is told a bin and confirms it, and a supervisor steps in."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from inventory.models import PutawayTask
from masterdata.models import Bin
from tests.factories import user
from tests.inventory.putaway.dock import Dock, dock

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Dock:
    return dock()


def caller(*roles: str, **values: str) -> APIClient:
    client = APIClient()
    client.force_authenticate(user(*roles, **values))
    return client


def post(client: APIClient, verb: str, task: PutawayTask, body: dict | None = None, key: str = ""):
    address = reverse(f"api-putaway-{verb}", args=[task.pk])
    return client.post(address, body or {}, format="json", headers={"Idempotency-Key": key or verb})


def test_from_claim_to_confirmation(shop):
    task, robot = shop.task(10), caller("warehouse", username="robot")
    (listed,) = robot.get(reverse("api-putaway-list"), {"state": "open"}).json()["results"]
    assert (listed["number"], listed["bin"], listed["left"], listed["proposed"]) == (
        task.number, "DOCK-1", "10.000000", None,
    )  # fmt: skip
    begun = post(robot, "begin", task).json()
    home = Bin.objects.get(pk=PutawayTask.objects.get().proposed_id).code
    assert (begun["owner"], begun["proposed"], begun["why"]) == ("robot", home, "same_item")
    unknown = post(robot, "put-away", task, {"bin": "NOPE"}, "k1")
    assert unknown.status_code == 400
    part = post(robot, "put-away", task, {"bin": home, "quantity": "4"}, "k2").json()
    assert (part["state"], part["moved"], part["left"]) == ("open", "4.000000", "6.000000")
    done = post(robot, "put-away", task, {"bin": home}, "k3").json()
    assert (done["state"], done["moved"], done["put_into"]) == ("done", "10.000000", home)
    assert post(robot, "put-away", task, {"bin": home}, "k4").json() == done
    late = post(robot, "put-away", task, {"bin": shop.empty_bin().code}, "k5")
    assert (late.status_code, late.json()["code"]) == (409, "inventory.putaway_closed")


def test_a_supervisor_gives_and_closes(shop):
    task, boss = shop.task(10), caller("warehouse", username="boss")
    assert post(boss, "assign", task, {"owner": "boss", "priority": 2}).json()["priority"] == 2
    other = post(caller("warehouse"), "begin", task)
    assert (other.status_code, other.json()["code"]) == (409, "inventory.putaway_taken")
    closed = post(boss, "close", task, {"reason": "Stays"}).json()
    assert (closed["state"], closed["reason"], closed["ended_by"]) == ("closed", "Stays", "boss")
    assert post(caller("procurement"), "close", task, {"reason": "No"}).status_code == 403
