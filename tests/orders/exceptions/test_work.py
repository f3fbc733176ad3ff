"""Taking, assigning, handing over and noting entries; on pages and for programs."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotPermitted
from erp.kernel.models import Decision, User
from masterdata.models import Site
from orders.exceptions.actions.assign_exceptions import assign_exceptions
from orders.exceptions.actions.note_exceptions import note_exceptions
from orders.exceptions.actions.refresh_exceptions import refresh_exceptions
from orders.exceptions.actions.take_exceptions import give_back_exceptions, take_exceptions
from orders.exceptions.errors import ExceptionClosed, OwnedByOther, OwnerCannotWork, WorkedElsewhere
from orders.holds.actions.place_hold import place_hold
from orders.holds.actions.release_hold import release_hold
from orders.models import ExceptionNote, OrderException
from tests import factories
from tests.billing.exceptions.test_resolve_exceptions import price_exception
from tests.orders.test_api import client as api_client
from tests.support import count_statements, run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


@pytest.fixture
def clerk() -> User:
    return factories.user("customer_service", username="clerk")


@pytest.fixture
def boss() -> User:
    return factories.user("process_owner", username="boss")


def by(user: User) -> By:
    return By(Actor.of(user))


def held(shop: Trade, number: int = 1) -> list[OrderException]:
    """Entries of orders that are held by hand."""
    for _ in range(number):
        place_hold(shop.by(), order_id=shop.submit(1).order_id, reason="Look at the address")
    refresh_exceptions(shop.by())
    return list(OrderException.objects.filter(kind="hold", closed_at=None, owner=None).order_by("pk"))


def owners() -> set[str | None]:
    return set(OrderException.objects.values_list("owner__username", flat=True))


# Verbs ------------------------------------------------------------------------------------------------


def test_taking_makes_nobodys_entries_ones_own_once(shop, clerk):
    ids = [found.pk for found in held(shop, 3)]
    other = factories.user("customer_service", username="other")
    take_exceptions(by(other), exception_ids=ids[:1])
    worked = take_exceptions(by(clerk), exception_ids=ids)
    assert worked.exception_ids == ids[1:]
    number = OrderException.objects.get(pk=ids[0]).document
    assert worked.refused == [
        [number, f"{number} is Other's. They hand it over, or the process owner assigns it."]
    ]
    with pytest.raises(OwnedByOther):
        take_exceptions(by(clerk), exception_ids=ids[:1], strict=True)
    assert take_exceptions(by(clerk), exception_ids=ids[1:]).exception_ids == ids[1:]  # again changes nothing
    assert Decision.objects.filter(verb="orders.assign_exceptions").count() == 3
    give_back_exceptions(by(clerk), exception_ids=ids)
    assert list(OrderException.objects.order_by("pk").values_list("owner__username", flat=True)) == [
        "other", None, None,
    ]  # fmt: skip


def test_handing_over_ones_own_needs_a_note_and_assigning_does_not(shop, clerk, boss):
    (found,) = held(shop)
    colleague = factories.user("customer_service", username="colleague")
    with pytest.raises(OwnedByOther):
        assign_exceptions(by(clerk), exception_ids=[found.pk], owner_id=colleague.pk, strict=True)
    take_exceptions(by(clerk), exception_ids=[found.pk])
    with pytest.raises(BadInput):
        assign_exceptions(by(clerk), exception_ids=[found.pk], owner_id=colleague.pk)
    assert owners() == {"clerk"}
    assign_exceptions(by(clerk), exception_ids=[found.pk], owner_id=colleague.pk, note="Calls back at four")
    note = ExceptionNote.objects.get()
    assert (owners(), note.text, note.made_by) == ({"colleague"}, "Calls back at four", "clerk")
    assign_exceptions(by(boss), exception_ids=[found.pk], owner_id=clerk.pk)
    assert owners() == {"clerk"}
    assign_exceptions(by(boss), exception_ids=[found.pk], owner_id=None)
    assert owners() == {None}


def test_who_cannot_work_it_does_not_get_it(shop, boss):
    (found,) = held(shop)
    picker = factories.user("warehouse")
    with pytest.raises(OwnerCannotWork):
        assign_exceptions(by(boss), exception_ids=[found.pk], owner_id=picker.pk)
    with pytest.raises(NotPermitted):
        take_exceptions(by(picker), exception_ids=[found.pk])
    assert owners() == {None}


def test_one_of_another_site_is_out_of_reach(shop):
    (found,) = held(shop)
    elsewhere = Site.objects.exclude(pk=found.site_id).first()
    local = factories.user("customer_service", scope=f"site:{elsewhere.pk}")
    with pytest.raises(NotPermitted):
        take_exceptions(by(local), exception_ids=[found.pk])
    assert OrderException.objects.visible_to(local).count() == 0
    assert owners() == {None}


def test_closed_entries_and_those_of_others_are_only_read(shop, clerk):
    (found,) = held(shop)
    release_hold(by(clerk), hold_id=found.subject_id, reason="Corrected")
    refresh_exceptions(shop.by())
    with pytest.raises(ExceptionClosed):
        take_exceptions(by(clerk), exception_ids=[found.pk], strict=True)
    price_exception(shop)
    refresh_exceptions(shop.by())
    stopped = OrderException.objects.get(kind="invoice")
    with pytest.raises(WorkedElsewhere):
        note_exceptions(by(clerk), exception_ids=[stopped.pk], text="Why?", strict=True)
    assert not ExceptionNote.objects.exists()
    assert owners() == {None}


def test_statements_do_not_depend_on_the_entries(shop, clerk):
    counts = []
    for number in (1, 1, 20):
        ids = [found.pk for found in held(shop, number)]
        with count_statements() as counted:
            assert len(take_exceptions(by(clerk), exception_ids=ids).exception_ids) == number
        counts.append(counted.statements)
    assert counts[1] == counts[2]


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_take_at_once_do_not_both_get_it(shop):
    (found,) = held(shop)
    people = [factories.user("customer_service") for _ in range(4)]
    results = run_concurrently(
        lambda who: take_exceptions(by(who), exception_ids=[found.pk], strict=True), people
    )
    assert sum(isinstance(result, OwnedByOther) for result in results) == 3


# Pages -------------------------------------------------------------------------------------------------


def page(client: Client, query: str = "") -> str:
    return client.get(f"{reverse('orders:exception_list')}{query}").content.decode()


def test_inbox_ranks_filters_counts_and_exports(shop, clerk, client: Client):
    small, large = held(shop, 2)
    OrderException.objects.filter(pk=large.pk).update(rank=small.rank + 10)
    client.force_login(clerk)
    shown = page(client)
    assert shown.index(large.document) < shown.index(small.document)
    assert "Look at the address" in shown
    for query in (
        f"?q={small.document}",
        "?kind=hold",
        "?owner=none",
        "?age=0-1",
        f"?site={small.site_id}",
        "?q=C0",
    ):
        assert small.document in page(client, query), query
    for query in (
        "?kind=short",
        "?age=8",
        f"?owner={clerk.pk}",
        "?view=mine",
        "?view=closed",
        "?view=overdue",
    ):
        assert small.document not in page(client, query), query
    totals = page(client, "?part=totals")
    assert 'id="tab-free" hx-swap-oob="true">2<' in totals
    for kind in ("csv", "xlsx"):
        assert client.get(f"{reverse('orders:exception_list')}?export={kind}").status_code == 200


def test_bulk_take_with_undo_and_assign(shop, clerk, boss, client: Client):
    found = held(shop, 2)
    client.force_login(clerk)
    ids = [each.pk for each in found]
    answer = client.post(
        reverse("orders:exception_list"), {"action": "take", "id": ids}, HTTP_HX_REQUEST="true"
    )
    assert (answer.status_code, "2 exceptions are yours" in answer["HX-Trigger"]) == (204, True)
    assert owners() == {"clerk"}
    client.post(reverse("orders:exception_list"), {"undo": "take", "id": ids}, HTTP_HX_REQUEST="true")
    assert owners() == {None}
    client.force_login(boss)
    given = {"action": "assign", "id": ids, "asked": "1", "owner_id": clerk.pk, "note": ""}
    client.post(reverse("orders:exception_list"), given, HTTP_HX_REQUEST="true")
    assert owners() == {"clerk"}


def test_the_drawer_leads_to_the_fix_and_keeps_notes(shop, clerk, client: Client):
    (found,) = held(shop)
    client.force_login(clerk)
    url = reverse("orders:exception", args=[found.pk])
    drawer = client.get(url, HTTP_HX_REQUEST="true").content.decode()
    assert reverse("orders:order", args=[found.document]) in drawer
    assert client.get(url).status_code == 200
    assert client.post(f"{url}note/", {"text": ""}, HTTP_HX_REQUEST="true").status_code == 422
    assert client.post(f"{url}note/", {"text": "Asked for it"}, HTTP_HX_REQUEST="true").status_code == 204
    assert client.post(f"{url}take/", {}, HTTP_HX_REQUEST="true").status_code == 204
    story = client.get(url).content.decode()
    assert "Asked for it" in story
    assert "Given to Clerk" in story
    refused = client.post(f"{url}assign/", {"owner_id": "", "note": ""})
    assert (refused.status_code, owners()) == (303, {None})


def test_every_kind_opens(shop, clerk, client: Client):
    held(shop)
    price_exception(shop)
    refresh_exceptions(shop.by())
    client.force_login(clerk)
    for found in OrderException.objects.all():
        assert client.get(reverse("orders:exception", args=[found.pk])).status_code == 200, found.kind


def test_who_may_not_read_is_sent_away(shop, client: Client):
    client.force_login(factories.user("warehouse"))
    assert client.get(reverse("orders:exception_list")).status_code == 403


# Programs ------------------------------------------------------------------------------------------------


def test_programs_read_take_assign_and_note(shop, clerk):
    (found,) = held(shop)
    api = api_client(clerk)
    rows = api.get(f"/api/v1/order-exceptions/?open=true&order={found.document}").data["results"]
    assert [(row["id"], row["kind"], row["cause"], row["owner"]) for row in rows] == [
        (found.pk, "hold", "manual", None)
    ]
    assert api.get("/api/v1/order-exceptions/?kind=short").data["results"] == []

    def post(verb: str, body: dict[str, Any], key: str) -> Any:
        path = f"/api/v1/order-exceptions/{found.pk}/{verb}/"
        return api.post(path, body, format="json", headers={"Idempotency-Key": key})

    assert post("take", {}, "1").data["owner"] == "clerk"
    assert post("note", {"text": "Asked"}, "2").status_code == 200
    refused = post("assign", {"owner": "clerk", "note": ""}, "3")
    assert (refused.status_code, refused.data["code"]) == (400, "kernel.bad_input")
    assert post("assign", {"owner": None}, "4").data["owner"] is None
    assert ExceptionNote.objects.get().text == "Asked"
