"""Pages and REST addresses of collections."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from billing.collections.models import CollectionAccount, CollectionNote, PaymentPromise
from tests import factories
from tests.billing.collections.test_collections import late_item
from tests.factories import local_day
from tests.trade import Trade


@pytest.fixture
def finance(trade: Trade, client: Client) -> Client:
    client.force_login(factories.user("finance", username="fin"))
    return client


def text_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def test_a_collector_works_the_list(trade: Trade, finance: Client) -> None:
    item = late_item(trade, 40)
    name, url = item.customer.party.name, f"/billing/collections/{item.customer_id}/"
    assert name in text_of(finance, "/billing/collections/")
    page = text_of(finance, url)
    assert item.invoice.number in page and "They have promised nothing yet" in page
    assert finance.post(f"{url}note/", {"key": "n0", "kind": "call", "text": ""}).status_code == 422
    finance.post(f"{url}note/", {"key": "n1", "kind": "call", "text": "Their accountant is ill"})
    assert "Their accountant is ill" in text_of(finance, url)
    until = (local_day() + timedelta(days=4)).isoformat()
    wrong = finance.post(f"{url}promise/", {"key": "p0", "amount": "999999", "promised_on": until})
    assert (wrong.status_code, "Lower the amount" in wrong.content.decode()) == (422, True)
    finance.post(f"{url}promise/", {"key": "p1", "amount": "50", "promised_on": until, "note": "Mr Low"})
    promise = PaymentPromise.objects.get()
    assert "Mr Low" in text_of(finance, "/billing/payment-promises/")
    assert name not in text_of(finance, "/billing/collections/?view=today")
    assert name in text_of(finance, "/billing/collections/?view=promised")
    finance.post(f"{url}promises/{promise.pk}/end/", {"reason": "Wrong customer"})
    assert name in text_of(finance, "/billing/collections/?view=today")
    worker = factories.user("finance", name="Wilma Worker")
    bulk = {"action": "assign", "asked": "1", "id": item.customer_id, "owner_id": worker.pk}
    finance.post("/billing/collections/", bulk)
    assert CollectionAccount.objects.get().collector == worker
    assert "Wilma Worker" in text_of(finance, url)
    assert "Payers to call" in text_of(finance, "/")


def test_programs_do_what_pages_do(trade: Trade) -> None:
    item = late_item(trade, 40)
    api = APIClient()
    api.force_authenticate(factories.user("finance", username="interface"))

    def post(path: str, body: dict[str, Any], key: str, status: int = 200) -> Any:
        answer = api.post(f"/api/v1/{path}", body, format="json", headers={"Idempotency-Key": key})
        assert answer.status_code == status, answer.content
        return answer.json()

    (row,) = api.get("/api/v1/collections/").json()["results"]
    assert (row["id"], row["at_risk"], row["promise"]) == (item.customer_id, f"{item.amount:.2f}", "")
    post(f"collections/{item.customer_id}/notes/", {"kind": "email", "text": "Sent again"}, "k1", 201)
    assert CollectionNote.objects.get().text == "Sent again"
    worker = factories.user("finance")
    given = post(f"collections/{item.customer_id}/assign/", {"collector": worker.pk}, "k2")
    assert given["collector"] == worker.username
    until = (local_day() + timedelta(days=4)).isoformat()
    body = {"customer": item.customer_id, "amount": "50.00", "promised_on": until}
    made = post("payment-promises/", body, "k3", 201)
    assert (made["standing"], made["paid"]) == ("open", "0.00")
    assert post("payment-promises/", body, "k3", 201)["id"] == made["id"]
    assert post(f"payment-promises/{made['id']}/end/", {"reason": "Wrong"}, "k4")["standing"] == "ended"
    listed = api.get("/api/v1/payment-promises/?standing=ended").json()["results"]
    assert [one["id"] for one in listed] == [made["id"]]


def test_readers_see_and_do_only_what_they_may(trade: Trade, client: Client) -> None:
    item = late_item(trade)
    url = f"/billing/collections/{item.customer_id}/"
    client.force_login(factories.user("customer_service"))
    assert "Save note" not in text_of(client, url)
    assert client.post(f"{url}note/", {"key": "n", "kind": "call", "text": "x"}).status_code == 403
    client.force_login(factories.user("finance", scope=f"company:{factories.company().pk}"))
    text_of(client, url, 404)
