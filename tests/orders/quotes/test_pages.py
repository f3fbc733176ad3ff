"""The pages of quotes over plain HTTP, and quotes for programs."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from erp.kernel.models import User
from masterdata.models import Customer, Item
from orders.models import DocumentMessage, OrderDraft, Quote, SalesOrder
from tests import factories
from tests.factories import local_day
from tests.orders.quotes.conftest import Quotes
from tests.orders.quotes.test_write_quote import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(shop: Quotes, client: Client) -> Client:
    client.force_login(User.objects.get(username="nora"))
    return client


def url(name: str, quote: Quote, *more: Any) -> str:
    return reverse(f"orders:{name}", args=[quote.number, *more])


def test_from_the_desk_to_the_order(shop, clerk):
    written = draft(shop)
    page = clerk.get(reverse("orders:draft", args=[written.public_id])).content.decode()
    assert "Save as quote" in page and "Save as blanket order" in page
    until = local_day() + timedelta(days=10)
    saved = clerk.post(
        reverse("orders:draft_quote", args=[written.public_id]),
        {"version": 1, "valid_until": until.isoformat()},
    )
    quote = Quote.objects.get()
    assert (saved.status_code, saved["Location"]) == (303, url("quote", quote))
    assert quote.valid_until == until
    shown = clerk.get(url("quote", quote)).content.decode()
    assert "free" in shown and quote.number in shown
    revising = clerk.post(url("quote_revise", quote))
    revision = OrderDraft.objects.get(discarded_at=None)
    assert revising["Location"] == reverse("orders:draft", args=[revision.public_id])
    desk = clerk.get(revising["Location"]).content.decode()
    assert f"Save revision of {quote.number}" in desk
    clerk.post(
        reverse("orders:draft_quote", args=[revision.public_id]),
        {"version": revision.version, "reason": "Asked again"},
    )
    quote.refresh_from_db()
    assert quote.revision == 2
    assert "Asked again" in clerk.get(url("quote_revision", quote, 2)).content.decode()
    assert clerk.get(url("quote_revision", quote, 3)).status_code == 404
    paper = clerk.get(url("quote_paper", quote))
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    clerk.post(url("quote_send", quote), {"key": "s", "version": quote.version, "recipient": "a@b.example"})
    assert DocumentMessage.objects.get().recipient == "a@b.example"
    quote.refresh_from_db()
    form = {"key": "o", "version": quote.version, "customer_po": "PO 1", "requested_on": "t"}
    nothing = clerk.post(url("quote_accept", quote), form)
    assert (nothing.status_code, SalesOrder.objects.count()) == (422, 0)
    made = clerk.post(url("quote_accept", quote), {**form, "line-1": "1"})
    order = SalesOrder.objects.get()
    assert made["Location"] == f"{reverse('orders:order', args=[order.number])}?submitted=1"
    page = clerk.get(reverse("orders:order", args=[order.number])).content.decode()
    assert f"on {quote.number}" in page and url("quote", quote) in page
    part = clerk.get(url("quote", quote)).content.decode()
    assert "Partly ordered" in part and order.number in part


def test_an_expired_quote_says_what_it_costs_now(shop, clerk):
    quote = shop.old()
    page = clerk.get(url("quote_accept", quote)).content.decode()
    assert "The prices held until 31 Jan 2026." in page
    form = {"key": "o", "version": 1, "requested_on": "t", "line-1": "1"}
    refused = clerk.post(url("quote_accept", quote), form)
    assert refused.status_code == 422 and "valid until 31 Jan 2026" in refused.content.decode()
    assert clerk.post(url("quote_accept", quote), {**form, "anew": "on"}).status_code == 302
    assert SalesOrder.objects.count() == 1


def test_what_cannot_be_saved_is_told_and_the_draft_stays(shop, clerk):
    written = draft(shop, {"line": 3, "raw": "?", "quantity": "1"})
    refused = clerk.post(reverse("orders:draft_quote", args=[written.public_id]), {"version": 1})
    assert refused.status_code == 409 and "Line 3" in refused.content.decode()
    bad = clerk.post(
        reverse("orders:draft_quote", args=[written.public_id]), {"version": 1, "valid_until": "never"}
    )
    assert bad.status_code == 422
    written.refresh_from_db()
    assert written.discarded_at is None and not Quote.objects.exists()


@pytest.mark.parametrize(
    ("view", "found"),
    [("open", 2), ("mine", 2), ("soon", 1), ("approve", 1), ("won", 1), ("lost", 1), ("all", 4)],
)
def test_the_list_by_view(shop, clerk, view, found):
    listed = shop.quote(shop.line()).lines.get().unit_price
    shop.quote(shop.line(price=str(listed / 2)), until=local_day() + timedelta(days=30))
    Quote.objects.filter(beyond="").update(valid_until=local_day() + timedelta(days=2))
    shop.accept(shop.quote(), by=shop.by())
    lost = shop.quote()
    clerk.post(
        url("quote_lose", lost), {"key": "l", "version": 1, "loss": "price", "competitor": "Acme & Co"}
    )
    page = clerk.get(f"{reverse('orders:quote_list')}?view={view}").content.decode()
    assert sum(f'{url("quote", quote)}"' in page for quote in Quote.objects.all()) == found
    assert ("Lost because</th>" in page) is (view in ("lost", "all"))
    if view == "lost":
        assert "Acme &amp; Co" in page
        assert "EUR" in clerk.get(f"{reverse('orders:quote_list')}?view=lost&part=totals").content.decode()


def test_quotes_of_others_are_not_there(shop, client):
    quote = shop.quote()
    elsewhere = factories.company(code="ELSE")
    client.force_login(factories.user("customer_service", scope=f"company:{elsewhere.pk}"))
    for name in ("quote", "quote_accept", "quote_paper"):
        assert client.get(url(name, quote)).status_code == 404
    assert client.post(url("quote_send", quote), {"key": "s", "version": 1}).status_code == 404
    client.force_login(factories.user("warehouse"))
    assert client.get(url("quote", quote)).status_code == 403


def test_a_list_asks_the_same_of_one_and_of_many(shop, clerk, django_assert_max_num_queries):
    for _ in range(8):
        shop.quote(shop.line())
    with django_assert_max_num_queries(16):
        clerk.get(reverse("orders:quote_list"))


# Programs -----------------------------------------------------------------------------------------


@pytest.fixture
def call(shop: Quotes) -> Any:
    counter = iter(range(1000))

    def post(path: str, body: dict[str, Any], who: str = "nora", key: str = "") -> Any:
        program = APIClient()
        program.force_authenticate(User.objects.get(username=who))
        headers = {"Idempotency-Key": key or f"k{next(counter)}"}
        return program.post(f"/api/v1/quotes/{path}", body, format="json", headers=headers)

    return post


def test_a_quote_from_first_word_to_order(shop, call):
    customer = Customer.objects.get(pk=shop.trade.world.customers[0]).party.code
    item = Item.objects.get(pk=shop.trade.world.items[0]).code
    lines = [{"item": item, "quantity": "2", "supply": "special"}]
    body = {"customer": customer, "lines": lines, "customer_reference": "RFQ"}
    made = call("", body, key="one")
    assert made.json()["lines"][0]["supply"] == "special"
    assert (made.status_code, made.json()["state"], made.json()["lines"][0]["order"]) == (201, "open", None)
    assert call("", body, key="one").json()["number"] == made.json()["number"]
    number = made.json()["number"]
    revised = call(
        f"{number}/revise/", {"version": 1, "reason": "More", "lines": [{"item": item, "quantity": "3"}]}
    )
    assert (revised.json()["revision"], [each["revision"] for each in revised.json()["revisions"]]) == (
        2,
        [1, 2],
    )
    assert (
        call(f"{number}/approve/", {"version": 2}, who="olga").json()["code"] == "orders.quote_not_to_approve"
    )
    assert call(f"{number}/send/", {"version": 2}).json()["state"] == "sent"
    accepted = call(f"{number}/accept/", {"version": 3})
    assert (accepted.status_code, accepted.json()["left"], accepted.json()["held_prices"]) == (201, 0, True)
    program = APIClient()
    program.force_authenticate(User.objects.get(username="nora"))
    found = program.get(f"/api/v1/quotes/{number}/").json()
    assert (found["state"], found["lines"][0]["order"]) == ("won", accepted.json()["number"])
    listed = program.get("/api/v1/quotes/?state=won").json()["results"]
    assert [row["number"] for row in listed] == [number]
    lost = call("", {**body, "valid_until": "2199-01-01"})
    assert (lost.status_code, lost.json()["code"]) == (400, "kernel.bad_input")
    second = call("", body).json()["number"]
    gone = call(f"{second}/lose/", {"version": 1, "loss": "competitor", "competitor": "Acme"})
    assert (gone.json()["state"], gone.json()["competitor"]) == ("lost", "Acme")
    assert (
        call("", {**body, "lines": [{"item": "NO-SUCH", "quantity": "1"}]}).json()["code"]
        == "orders.line_refused"
    )
    assert call("", {**body, "customer": "NO-SUCH"}).status_code == 404


def test_open_quotes_stand_on_the_customers_page(shop, clerk):
    quote = shop.quote()
    page = reverse("masterdata:customer", args=[quote.customer_id])
    assert quote.number in clerk.get(page).content.decode()
    shop.accept(quote)
    assert "Open quotes" not in clerk.get(page).content.decode()
