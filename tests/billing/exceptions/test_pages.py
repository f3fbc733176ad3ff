"""The queue and the drawer over plain HTTP: what is shown, what a form does, what is refused."""

import pytest
from django.test import Client

from billing.models import Invoice, InvoiceException
from erp.kernel.models import User
from tests import factories
from tests.billing.exceptions.test_resolve_exceptions import KEEP, price_exception
from tests.trade import Trade


@pytest.fixture
def finance(trade: Trade, client: Client) -> Client:
    client.force_login(factories.user("finance", username="fin"))
    return client


def test_queue_lists_counts_and_exports(trade: Trade, finance: Client) -> None:
    found = price_exception(trade)
    page = finance.get("/billing/exceptions/").content.decode()
    for text in (
        found.shipment.number,
        found.order.number,
        "+4.00",
        "Approve or reprice",
        "Work the queue",
    ):
        assert text in page
    totals = finance.get("/billing/exceptions/?part=totals").content.decode()
    assert 'id="tab-mine" hx-swap-oob="true">0<' in totals
    assert 'id="tab-price" hx-swap-oob="true">1<' in totals
    for query in ("q=" + found.order.number, "owner=none", "kind=price_changed"):
        assert found.shipment.number in finance.get(f"/billing/exceptions/?{query}").content.decode()
    assert found.shipment.number not in finance.get("/billing/exceptions/?kind=po_missing").content.decode()
    assert finance.get("/billing/exceptions/?export=csv").status_code == 200


def test_drawer_compares_and_approves(trade: Trade, finance: Client) -> None:
    found = price_exception(trade)
    url = f"/billing/exceptions/{found.pk}/"
    drawer = finance.get(url, HTTP_HX_REQUEST="true").content.decode()
    assert "Ordered against today" in drawer
    assert "Take new price and bill" in drawer
    refused = finance.post(f"{url}accept/", {"reason": ""}, HTTP_HX_REQUEST="true")
    assert refused.status_code == 422
    answer = finance.post(f"{url}accept/", {"reason": KEEP}, HTTP_HX_REQUEST="true")
    number = Invoice.objects.get().number
    assert (answer.status_code, number in answer["HX-Trigger"]) == (204, True)
    assert InvoiceException.objects.get().resolution == "accepted"


def test_working_the_queue_goes_from_one_to_the_next(trade: Trade, finance: Client) -> None:
    first, second = price_exception(trade), price_exception(trade, 2)
    assert finance.get("/billing/exceptions/next/")["Location"] == f"/billing/exceptions/{first.pk}/?walk=1"
    answer = finance.post(f"/billing/exceptions/{first.pk}/correct/", {"walk": "1"})
    assert answer["Location"] == f"/billing/exceptions/next/?after={first.pk}"
    assert finance.get(answer["Location"])["Location"] == f"/billing/exceptions/{second.pk}/?walk=1"


def test_bulk_actions_approve_assign_and_undo(trade: Trade, finance: Client) -> None:
    found = price_exception(trade)
    owner = User.objects.get(username="fin")
    given = {"action": "assign", "asked": "1", "id": found.pk, "owner_id": owner.pk}
    finance.post("/billing/exceptions/", given, HTTP_HX_REQUEST="true")
    found.refresh_from_db()
    assert found.owner_id == owner.pk
    finance.post("/billing/exceptions/", {"undo": "assign", "id": found.pk}, HTTP_HX_REQUEST="true")
    found.refresh_from_db()
    assert found.owner_id is None
    finance.post("/billing/exceptions/", {"action": "accept", "asked": "1", "id": found.pk, "reason": KEEP})
    assert Invoice.objects.count() == 1


def test_another_company_sees_nothing(trade: Trade, client: Client) -> None:
    found = price_exception(trade)
    other = factories.company()
    client.force_login(factories.user("finance", scope=f"company:{other.pk}"))
    assert found.shipment.number not in client.get("/billing/exceptions/").content.decode()
    assert client.get(f"/billing/exceptions/{found.pk}/").status_code == 404
    assert client.post(f"/billing/exceptions/{found.pk}/accept/", {"reason": KEEP}).status_code == 404
