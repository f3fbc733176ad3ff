"""What is keyed at the desk stands in the intake queue: raw, with its source and its key, and what it became."""

import uuid

import pytest
from django.urls import reverse

from orders.desk.actions.save_draft import save_draft
from orders.desk.actions.submit_draft import submit_draft
from orders.desk.rules import DraftChange
from orders.models import OrderDraft, SalesOrder
from tests.factories import user
from tests.support import count_statements
from tests.trade import Trade

pytestmark = pytest.mark.django_db


def key(shop: Trade, po: str, raw: str = "p1") -> str:
    """A draft of one line."""
    public_id = str(uuid.uuid4())
    header = {"customer_id": shop.world.customers[0], "customer_po": po, "requested_on": "2026-01-05"}
    line = {"line": 1, "raw": raw, "item_id": shop.world.items[1], "quantity": "3", "unit": "EA"}
    save_draft(shop.by(), public_id=public_id, version=0, change=DraftChange(header, [line]))
    return public_id


def test_the_desk_is_a_tab_of_the_one_queue(shop, client):
    written, ordered = key(shop, "A-1"), key(shop, "A-2")
    submit_draft(shop.by(), public_id=ordered, version=1)
    order = SalesOrder.objects.get()
    client.force_login(user("customer_service"))
    queue = client.get(reverse("orders:intake_list")).content.decode()
    desk = reverse("orders:intake_desk_list")
    assert f'<a href="{desk}">Desk</a>' in queue
    page = client.get(desk).content.decode()
    assert order.number in page
    assert str(OrderDraft.objects.get(public_id=written)) in page
    assert reverse("orders:intake_list") in page
    assert order.number not in client.get(f"{desk}?view=written").content.decode()
    assert order.number in client.get(f"{desk}?q={order.number}").content.decode()
    table = client.get(f"{desk}?view=ordered&export=csv").content.decode()
    assert f"{order.number},Desk,Customer 0,Ordered,1,Bench,{ordered}" in table


def test_the_page_shows_what_was_keyed(shop, client):
    public_id = key(shop, "A-1", raw="bolt p1")
    client.force_login(user("customer_service"))
    page = client.get(reverse("orders:intake_keyed", args=[public_id])).content.decode()
    for said in ("bolt p1", "A-1", public_id, "Bench", "Go on writing"):
        assert said in page
    submit_draft(shop.by(), public_id=public_id, version=1)
    page = client.get(reverse("orders:intake_keyed", args=[public_id])).content.decode()
    assert SalesOrder.objects.get().number in page


def test_only_the_company_s_own_clerks_see_it(shop, client):
    public_id = key(shop, "A-1")
    client.force_login(user("customer_service", scope="company:999999"))
    assert client.get(reverse("orders:intake_keyed", args=[public_id])).status_code == 404
    client.force_login(user("warehouse"))
    assert client.get(reverse("orders:intake_desk_list")).status_code == 403


def test_submit_writes_nothing_for_the_queue(shop):
    """The draft is the desk's intake document: a submit costs what it did."""
    public_id = key(shop, "A-1")
    with count_statements() as counted:
        submit_draft(shop.by(), public_id=public_id, version=1)
    assert counted.statements <= 9
