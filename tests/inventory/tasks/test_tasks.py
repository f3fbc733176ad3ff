"""All open work on one board: given out, taken and confirmed, whatever its kind."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound, NotPermitted
from inventory.counting.actions.count_item import count_item
from inventory.counting.actions.finish_count import finish_count
from inventory.counting.actions.plan_counts import ask_for_counts
from inventory.models import CountTask, PutawayTask, Shipment, Task
from inventory.putaway.errors import PutawayTaken
from inventory.tasks.actions.give_tasks import complete_task, give_tasks, take_tasks
from inventory.tasks.errors import TaskRefused, TaskTaken
from inventory.tasks.rules import KINDS, number_of, part_of
from inventory.unloading.actions.count_unloaded import begin_unloading
from masterdata.models import Bin
from orders.entry.rules import LineRequest
from tests.factories import actor, user
from tests.inventory.adjustments.goods import assert_proven
from tests.inventory.putaway.dock import Dock, dock
from tests.support import count_statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Dock:
    return dock()


@pytest.fixture
def lea() -> By:
    return By(actor("warehouse", username="lea"))


@pytest.fixture
def hugo() -> By:
    return By(actor("warehouse", username="hugo"))


def work(shop: Dock) -> dict[str, Task]:
    """One open task of each kind, by kind."""
    shop.task(10)
    shop.release(shop.submit([LineRequest(shop.world.items[0], Decimal(4))]).order_id)
    home = Bin.objects.get(site=shop.site, balances__item=shop.world.items[1])
    ask_for_counts(shop.by(), site_id=shop.site, bin_ids=[home.pk])
    begin_unloading(shop.by(), purchase_order_id=shop.order(3).purchase_order_id)
    return {task.kind: task for task in Task.objects.all()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_task_is_numbered_by_its_document(kind):
    assert part_of(number_of(kind, 77)) == (kind.value, 77)


def test_every_kind_is_on_the_board(shop):
    tasks = work(shop)
    assert set(tasks) == {"putaway", "pick", "count", "unload"}
    assert {kind: task.pk for kind, task in tasks.items()} == {
        kind: number_of(kind, task.source_id) for kind, task in tasks.items()
    }
    assert (tasks["putaway"].place, tasks["putaway"].owner, tasks["unload"].owner) == ("DOCK-1", "", "bench")
    assert tasks["pick"].number == Shipment.objects.get().number
    assert {task.site_id for task in tasks.values()} == {shop.site}


def test_all_are_given_out_at_once(shop, hugo):
    tasks = work(shop)
    given = give_tasks(shop.by(), task_ids=[task.pk for task in tasks.values()], owner="hugo", priority=7)
    assert len(given.task_ids) == 4
    assert set(Task.objects.values_list("owner", "priority")) == {("hugo", 7)}
    assert PutawayTask.objects.get().owner == "hugo"
    give_tasks(shop.by(), task_ids=[tasks["pick"].pk], owner="")
    assert Task.objects.get(kind="pick").owner == ""
    assert Task.objects.get(kind="pick").priority == 7
    assert_proven()


def test_who_takes_it_has_it(shop, lea, hugo):
    tasks = work(shop)
    ids = [tasks[kind].pk for kind in ("putaway", "pick", "count")]
    assert take_tasks(lea, task_ids=ids) == take_tasks(lea, task_ids=ids)
    assert set(Task.objects.filter(pk__in=ids).values_list("owner", flat=True)) == {"lea"}
    for kind, error in (("pick", TaskTaken), ("count", TaskTaken), ("putaway", PutawayTaken)):
        with pytest.raises(error, match="lea"):
            take_tasks(hugo, task_ids=[tasks[kind].pk])
    with pytest.raises(TaskTaken):
        complete_task(hugo, task_id=tasks["pick"].pk)


def test_confirming_does_it_once(shop, lea):
    tasks = work(shop)
    for kind in ("putaway", "pick"):
        assert complete_task(lea, task_id=tasks[kind].pk).changed is True
        assert complete_task(lea, task_id=tasks[kind].pk).changed is False
    assert (PutawayTask.objects.get().state, Shipment.objects.get().state) == ("done", "picked")
    for kind in ("count", "unload"):
        with pytest.raises((TaskRefused, TaskTaken)):
            complete_task(lea, task_id=tasks[kind].pk)
    with pytest.raises(NotFound):
        complete_task(lea, task_id=number_of("pick", 999_999))
    assert set(Task.objects.values_list("kind", flat=True)) == {"count", "unload"}
    assert_proven()


def test_a_count_goes_on_with_another_but_never_twice_with_one(shop, lea, hugo):
    task = work(shop)["count"]
    count_item(lea, task_id=task.source_id, item_id=shop.world.items[1], counted=Decimal(5))
    give_tasks(shop.by(), task_ids=[task.pk], owner="hugo")
    assert CountTask.objects.get().first_by == "hugo"
    finish_count(hugo, task_id=task.source_id, cause="mispick")
    assert (CountTask.objects.get().state, Task.objects.get(kind="count").owner) == ("recount", "hugo")
    with pytest.raises(TaskRefused, match="another person counts it again"):
        give_tasks(shop.by(), task_ids=[task.pk], owner="hugo")
    give_tasks(shop.by(), task_ids=[task.pk], owner="lea")
    assert Task.objects.get(kind="count").owner == "lea"


def test_strangers_and_people_without_the_right(shop, lea):
    task = work(shop)["pick"]
    actor("procurement", username="buyer")
    for owner in ("nobody", "buyer"):
        with pytest.raises(BadInput, match="takes no work"):
            give_tasks(shop.by(), task_ids=[task.pk], owner=owner)
    buyer = By(actor("procurement"))
    for refused in (
        lambda: give_tasks(buyer, task_ids=[task.pk], priority=1),
        lambda: take_tasks(buyer, task_ids=[task.pk]),
        lambda: complete_task(buyer, task_id=task.pk),
    ):
        with pytest.raises(NotPermitted):
            refused()
    assert Task.objects.get(kind="pick").owner == ""


def test_statements_do_not_depend_on_the_tasks(shop, hugo):
    counts = []
    for number in (1, 6):
        for _ in range(number):
            shop.task(2)
            shop.release(shop.submit([LineRequest(shop.world.items[0], Decimal(1))]).order_id)
        ids = list(Task.objects.filter(owner="").values_list("pk", flat=True))
        with count_statements() as counted:
            give_tasks(shop.by(), task_ids=ids, owner="hugo")
        counts.append(counted.statements)
    assert counts[0] == counts[1] <= 20, counts


def test_the_board(shop, lea, django_assert_max_num_queries):
    tasks = work(shop)
    client = Client()
    client.force_login(user("warehouse", username="boss"))
    address = reverse("inventory:task_list")
    client.get(address)
    with django_assert_max_num_queries(18):
        page = client.get(address).content.decode()
    assert all(task.number in page for task in tasks.values())
    assert "Nobody: 3" in page
    bulk = {"action": "give", "id": [task.pk for task in tasks.values()], "asked": "1", "owner": "lea"}
    assert client.post(address, bulk, headers={"HX-Request": "true"}).status_code == 204
    assert "lea: 4" in client.get(address).content.decode()
    for task in tasks.values():
        assert client.get(address, {"kind": task.kind}).content.decode().count(task.number) >= 1
    assert client.get(reverse("inventory:unloading", args=[tasks["unload"].source_id])).status_code == 302


def test_an_automat_is_just_another_worker(shop):
    tasks = work(shop)
    robot = APIClient()
    robot.force_authenticate(user("warehouse", username="robot"))

    def post(verb: str, task: Task, key: str, body: dict | None = None):
        address = reverse(f"api-task-{verb}", args=[task.pk])
        return robot.post(address, body or {}, format="json", headers={"Idempotency-Key": key})

    listed = robot.get(reverse("api-task-list"), {"kind": "putaway"}).json()["results"]
    assert [(row["id"], row["place"], row["owner"]) for row in listed] == [
        (tasks["putaway"].pk, "DOCK-1", "")
    ]
    assert post("claim", tasks["putaway"], "k1").json()["owner"] == "robot"
    assert post("complete", tasks["putaway"], "k2").json() == {"task": tasks["putaway"].pk, "changed": True}
    assert post("complete", tasks["putaway"], "k3").json()["changed"] is False
    assert post("give", tasks["pick"], "k4", {"owner": "robot", "priority": 3}).json()["priority"] == 3
    refused = post("complete", tasks["count"], "k5")
    assert (refused.status_code, refused.json()["code"]) == (409, "inventory.task_refused")
