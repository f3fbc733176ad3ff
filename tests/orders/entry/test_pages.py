import pytest
from django.test import Client
from django.urls import reverse

from erp.kernel.models import User
from erp.kernel.proofs import prove
from orders.models import OrderDraft, SalesOrder
from tests.factories import user
from tests.support import count_statements
from tests.trade import Trade, trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Trade:
    return trade()


@pytest.fixture
def clerk(shop: Trade) -> Client:
    made = Client()
    made.force_login(User.objects.get(username="bench"))
    return made


def test_lists_and_pages_open(shop, clerk):
    order = SalesOrder.objects.get(pk=shop.submit(3, customer_po="BW-1").order_id)
    for name in ("order_list", "backorder_list", "at_risk_list", "hold_list", "draft_list", "order_new"):
        assert clerk.get(reverse(f"orders:{name}")).status_code == 200, name
    page = clerk.get(reverse("orders:order", args=[order.number])).content.decode()
    assert "BW-1" in page
    assert "Price list LIST, from 1 Jan 2020" in page
    assert "From stock" in page
    pdf = clerk.get(reverse("orders:order_confirmation", args=[order.number]))
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert order.number in clerk.get(reverse("jump"), {"q": "bw-1"}).content.decode()


def test_change_cancel_copy(shop, clerk):
    order = SalesOrder.objects.get(pk=shop.submit(2).order_id)
    address = reverse("orders:order_amend", args=[order.number])
    entries = {
        "version": 1, "customer_po": "NEW", "requested_on": "2031-03-03", "reason": "Called",
        "quantity_1": "4", "price_1": "", "quantity_2": "0", "price_2": "", "new_item": "p5", "new_quantity": "2",
    }  # fmt: skip
    wrong = clerk.post(address, {**entries, "new_item": "nope"})
    assert (wrong.status_code, "no item is known as “nope”" in wrong.content.decode()) == (422, True)
    assert clerk.post(address, entries).status_code == 303
    order.refresh_from_db()
    assert (order.customer_po, order.version, order.line_count) == ("NEW", 2, 3)
    assert list(order.lines.order_by("line").values_list("quantity", "cancelled_quantity")) == [
        (4, 0),
        (1, 1),
        (2, 0),
    ]
    stale = clerk.post(address, entries)
    assert (stale.status_code, stale["X-Stale"]) == (409, "1")
    assert clerk.post(reverse("orders:order_copy", args=[order.number])).status_code == 302
    assert [line["quantity"] for line in OrderDraft.objects.get().lines] == ["4", "1", "2"]
    cancelled = clerk.post(
        reverse("orders:order_cancel", args=[order.number]), {"version": 2, "reason": "Gone"}
    )
    assert cancelled.status_code == 303
    order.refresh_from_db()
    assert order.state == "cancelled"
    run = prove(["D1", "D2", "D7", "D8", "D9"])
    assert run.green, run.results


def test_strangers_see_nothing(shop):
    order = SalesOrder.objects.get(pk=shop.submit().order_id)
    stranger = Client()
    stranger.force_login(user("customer_service", scope="company:999999"))
    for name in ("order", "order_amend", "order_confirmation"):
        assert stranger.get(reverse(f"orders:{name}", args=[order.number])).status_code == 404
    assert order.number not in stranger.get(reverse("orders:order_list"), {"view": "all"}).content.decode()


def test_a_line_update_takes_few_statements(shop, clerk):
    address = "/orders/drafts/7f2f1a52-5b3c-4f0e-9a55-000000000001/"
    head = {"HTTP_HX_REQUEST": "true"}
    first = clerk.post(f"{address}header/", {"customer_id": shop.world.customers[0], "version": 0}, **head)
    assert first.status_code == 200
    for version in (1, 2):
        with count_statements() as counted:
            entry = {"item": f"p{version}", "qty": "3", "version": version}
            answer = clerk.post(f"{address}lines/{version}/", entry, **head)
        assert answer.status_code == 200
    assert counted.statements <= 15
