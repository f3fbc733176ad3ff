"""Pages and REST addresses of dunning."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from billing.dunning.models import DunningLetter, DunningLevel, DunningStop
from erp.kernel.models import Job
from tests import factories
from tests.billing.collections.test_collections import late_item
from tests.billing.dunning.test_dunning import dun, levels
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


def test_levels_and_texts_are_kept_on_pages(trade: Trade, finance: Client) -> None:
    new = {
        "company": trade.world.company_id, "level": "1", "name": "Reminder", "days": "5", "fee": "",
    }  # fmt: skip
    assert finance.post("/billing/dunning-levels/new/", {**new, "days": "0"}).status_code == 422
    finance.post("/billing/dunning-levels/new/", new)
    level = DunningLevel.objects.get()
    url = f"/billing/dunning-levels/{level.pk}/"
    assert "no text yet" in text_of(finance, url)
    assert "Reminder" in text_of(finance, "/billing/dunning-levels/")
    said = {"language": "en", "subject": "Pay", "body": "To {iban}", "version": "0"}
    wrong = finance.post(f"{url}text/", said)
    assert (wrong.status_code, "is no placeholder" in wrong.content.decode()) == (422, True)
    finance.post(f"{url}text/", {**said, "body": "Pay {total}"})
    assert "Pay {total}" in text_of(finance, f"{url}?language=en")
    assert finance.post(url, {"name": "First", "days": "6", "fee": "2.50", "version": "1"}).status_code == 303
    level.refresh_from_db()
    assert (level.name, level.days, str(level.fee)) == ("First", 6, "2.50")
    stale = finance.post(url, {"name": "Other", "days": "6", "fee": "", "version": "1"})
    assert (stale.status_code, stale["X-Stale"]) == (409, "1")


def test_letters_stops_and_a_run_by_day(trade: Trade, finance: Client) -> None:
    levels(trade, fee=5)
    item = late_item(trade, 10)
    (letter,) = dun(trade)
    assert letter.number in text_of(finance, "/billing/dunning/")
    page = text_of(finance, f"/billing/dunning/{letter.pk}/")
    assert item.invoice.number in page and "level 1" in page
    paper = finance.get(f"/billing/dunning/{letter.pk}/pdf/")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    collection = f"/billing/collections/{item.customer_id}/"
    assert letter.number in text_of(finance, collection)
    assert letter.number in text_of(finance, f"/billing/invoices/{item.invoice.number}/")
    until = (local_day() + timedelta(days=9)).isoformat()
    assert finance.post(f"{collection}stop/", {"until": until, "reason": ""}).status_code == 422
    finance.post(f"{collection}stop/", {"until": until, "reason": "Talks with the board"})
    again = finance.post(f"{collection}stop/", {"until": until, "reason": "Again"})
    assert (again.status_code, "End that stop first" in again.content.decode()) == (422, True)
    assert "Talks with the board" in text_of(finance, collection)
    assert "Talks with the board" in text_of(finance, "/billing/dunning-stops/")
    finance.post(f"/billing/open-items/{item.pk}/stop/", {"until": until, "reason": "POD"})
    ids = [str(pk) for pk in DunningStop.objects.values_list("pk", flat=True)]
    finance.post("/billing/dunning-stops/", {"action": "end", "asked": "1", "id": ids})
    assert DunningStop.objects.filter(ended_at=None).count() == 0
    finance.post("/billing/dunning/run/", {"company": trade.world.company_id})
    assert Job.objects.get().params == {"company_id": trade.world.company_id}
    assert finance.post("/billing/dunning/run/", {"company": "0"}).status_code == 404


def test_programs_do_what_pages_do(trade: Trade) -> None:
    item = late_item(trade, 10)
    api = APIClient()
    api.force_authenticate(factories.user("finance", username="interface"))

    def post(path: str, body: dict[str, Any], key: str, status: int = 200) -> Any:
        answer = api.post(f"/api/v1/{path}", body, format="json", headers={"Idempotency-Key": key})
        assert answer.status_code == status, answer.content
        return answer.json()

    company_id = trade.world.company_id
    new = {"company": company_id, "level": 1, "name": "Reminder", "days": 5, "version": 0}
    level = post("dunning-levels/", new, "k1", 201)
    text = {"language": "en", "subject": "Reminder", "body": "Pay {total}", "version": 0}
    assert post(f"dunning-levels/{level['id']}/text/", text, "k2")["texts"][0]["subject"] == "Reminder"
    body = {"customer": item.customer_id, "until": local_day().isoformat(), "reason": "Talks"}
    stop = post("dunning-stops/", body, "k3", 201)
    assert post(f"dunning-stops/{stop['id']}/end/", {}, "k4")["ended_at"] is not None
    assert post("dunning-letters/run/", {"company": company_id}, "k5", 202)["job"]
    (letter,) = dun(trade)
    (row,) = api.get("/api/v1/dunning-letters/").json()["results"]
    assert (row["number"], row["total"]) == (letter.number, f"{item.amount:.2f}")
    assert [one["invoice"] for one in row["items"]] == [item.invoice.number]


def test_readers_see_and_do_only_what_they_may(trade: Trade, client: Client) -> None:
    levels(trade)
    late_item(trade, 10)
    (letter,) = dun(trade)
    url = f"/billing/dunning/{letter.pk}/"
    client.force_login(factories.user("customer_service"))
    text_of(client, url)
    assert client.post("/billing/dunning/run/", {"company": trade.world.company_id}).status_code == 403
    client.force_login(factories.user("finance", scope=f"company:{factories.company().pk}"))
    text_of(client, url, 404)
    text_of(client, f"{url}pdf/", 404)
    assert DunningLetter.objects.count() == 1
