"""Two clerks in one order see each other: who has it, taking it over with a word, and what saving says then."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.editing import LAPSES, EditTakenOver, Holding
from erp.kernel.errors import BadInput, NotFound, NotPermitted
from erp.kernel.models import Decision, EditLock, User
from orders.entry.actions.amend_order import amend_order
from orders.entry.actions.edit_order import edit_order
from orders.entry.amending import Amendment, LineChange
from orders.models import SalesOrder
from tests import factories
from tests.support import run_concurrently
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade(items=4)


@pytest.fixture
def order(shop: Trade) -> SalesOrder:
    return SalesOrder.objects.get(pk=shop.submit(2).order_id)


@pytest.fixture
def anna(shop: Trade) -> User:
    return factories.user("customer_service", username="anna", name="Anna Peeters")


@pytest.fixture
def bram(shop: Trade) -> User:
    return factories.user("customer_service", username="bram", name="Bram Jansen")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def by(user: User) -> By:
    return By(Actor.of(user))


def page(order: SalesOrder) -> str:
    return reverse("orders:order_amend", args=[order.number])


def beat(client: Client, order: SalesOrder, **more: str) -> Any:
    """What the page posts while it is open."""
    address = reverse("orders:order_editing", args=[order.number])
    return client.post(address, more, headers={"HX-Request": "true"})


def entries(order: SalesOrder, **more: object) -> dict[str, object]:
    return {
        "version": order.version, "customer_po": "", "requested_on": f"{order.requested_on:%Y-%m-%d}",
        "reason": "Called", "quantity_1": "4", "price_1": "", "quantity_2": "1", "price_2": "", "new_item": "",
        "new_quantity": "", **more,
    }  # fmt: skip


def long_ago() -> None:
    """Its page was not heard of for a while."""
    lock = EditLock.objects.get()
    EditLock.objects.update(seen_at=lock.seen_at - LAPSES - timedelta(seconds=1))


def test_opening_holds_nothing_until_the_page_says_that_it_is_there(order, anna) -> None:
    client = signed_in(anna)
    assert client.get(page(order)).status_code == 200
    assert not EditLock.objects.exists()
    assert "You have it" in beat(client, order).content.decode()
    lock = EditLock.objects.get()
    assert (lock.subject, lock.subject_id, lock.user) == ("orders.salesorder", order.pk, anna)
    # the next beat renews, and keeps since when
    beat(client, order)
    again = EditLock.objects.get()
    assert (again.since, again.seen_at > lock.seen_at) == (lock.since, True)


def test_the_other_sees_who_has_it_on_both_pages_and_takes_it_over_with_a_word(order, anna, bram) -> None:
    hers, his = signed_in(anna), signed_in(bram)
    beat(hers, order)
    assert "Anna Peeters is changing it" in his.get(page(order)).content.decode()
    at_order = his.get(reverse("orders:order", args=[order.number])).content.decode()
    assert "Anna Peeters is changing it, since" in at_order
    assert "is changing it" not in hers.get(reverse("orders:order", args=[order.number])).content.decode()
    assert "Anna Peeters is changing it" in beat(his, order).content.decode()
    assert EditLock.objects.get().user == anna

    answer = beat(his, order, take_over="1", note="The customer is on the telephone")
    assert (answer.status_code, answer["HX-Redirect"]) == (204, page(order))
    lock = EditLock.objects.get()
    assert (lock.user, lock.taken_from, lock.note) == (bram, anna, "The customer is on the telephone")
    told = beat(hers, order).content.decode()
    assert "Bram Jansen took it over from you" in told
    assert "The customer is on the telephone" in told
    why = Decision.objects.get(verb="orders.take_over_order", subject_id=order.pk)
    assert (why.actor, why.outcome["from"]) == ("bram", "Anna Peeters")
    assert "Change taken over" in his.get(reverse("orders:order", args=[order.number])).content.decode()


def test_a_take_over_without_a_word_changes_nothing(order, anna, bram) -> None:
    edit_order(by(anna), order_id=order.pk)
    with pytest.raises(BadInput, match="leave a word"):
        edit_order(by(bram), order_id=order.pk, take_over=True, note=" ")
    assert EditLock.objects.get().user == anna
    assert not Decision.objects.filter(verb="orders.take_over_order").exists()


def test_what_was_taken_over_is_not_saved_but_compared(order, anna, bram) -> None:
    hers, his = signed_in(anna), signed_in(bram)
    beat(hers, order)
    beat(his, order, take_over="1", note="Urgent")
    answer = hers.post(page(order), entries(order))
    assert (answer.status_code, answer["X-Stale"]) == (409, "1")
    text = answer.content.decode()
    assert "Bram Jansen" in text
    assert '<th scope="row">Line 1</th><td class="diff">4</td><td>1</td>' in text
    assert "Take it over and save mine" in text
    order.refresh_from_db()
    assert order.version == 1

    # he saves and lets go: now her form is stale, as ever
    assert his.post(page(order), entries(order, quantity_1="7")).status_code == 303
    assert not EditLock.objects.exists()
    answer = hers.post(page(order), entries(order))
    assert answer.status_code == 409
    assert "Save mine over theirs" in answer.content.decode()


def test_taken_back_from_the_page_that_compares(order, anna, bram) -> None:
    hers, his = signed_in(anna), signed_in(bram)
    beat(hers, order)
    beat(his, order, take_over="1", note="Urgent")
    answer = hers.post(page(order), entries(order, take_back="1"))
    assert answer.status_code == 303
    order.refresh_from_db()
    assert (order.version, order.lines.get(line=1).quantity) == (2, 4)
    assert his.post(page(order), entries(order, version=1)).status_code == 409


def test_a_lock_lapses_by_itself(order, anna, bram) -> None:
    edit_order(by(anna), order_id=order.pk)
    long_ago()
    assert "is changing it" not in signed_in(bram).get(page(order)).content.decode()
    found = edit_order(by(bram), order_id=order.pk)
    assert (found.user_id, found.taken_from, found.note) == (bram.pk, 0, "")
    # whoever comes back late sees who has it, and cannot save meanwhile
    assert edit_order(by(anna), order_id=order.pk).user_id == bram.pk
    change = Amendment(lines=[LineChange(1, order.lines.get(line=1).quantity + 1)])
    with pytest.raises(EditTakenOver) as refusal:
        amend_order(by(anna), order_id=order.pk, version=1, amendment=change, on_page=True)
    assert refusal.value.context["actor"] == "Bram Jansen"
    long_ago()
    assert amend_order(by(anna), order_id=order.pk, version=1, amendment=change, on_page=True).version == 2


def test_programs_are_not_asked_the_version_protects(order, anna, shop) -> None:
    edit_order(by(anna), order_id=order.pk)
    change = Amendment(lines=[LineChange(1, order.lines.get(line=1).quantity + 1)])
    assert amend_order(shop.by(), order_id=order.pk, version=1, amendment=change).version == 2
    assert EditLock.objects.get().user == anna


def test_right_and_scope_are_asked(order, shop) -> None:
    elsewhere = factories.company(code="ELSE")
    for stranger in (
        factories.actor("warehouse"),
        factories.actor("customer_service", scope=f"company:{elsewhere.pk}"),
    ):
        with pytest.raises(NotPermitted):
            edit_order(By(stranger), order_id=order.pk)
    with pytest.raises(NotFound):
        edit_order(shop.by(), order_id=order.pk + 1)
    outsider = factories.user("customer_service", scope=f"company:{elsewhere.pk}")
    assert beat(signed_in(outsider), order).status_code == 404
    assert not EditLock.objects.exists()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_many_at_the_same_moment_one_has_it() -> None:
    shop = trade(items=2)
    order_id = shop.submit(1).order_id
    clerks = [factories.user("customer_service") for _ in range(6)]
    found = run_concurrently(lambda clerk: edit_order(by(clerk), order_id=order_id), clerks)
    assert all(isinstance(one, Holding) for one in found)
    assert {one.user_id for one in found} == {EditLock.objects.get().user_id}
