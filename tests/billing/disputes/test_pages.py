"""Pages and REST addresses of disputes: opened from an invoice, worked, decided by a second person; evidence."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from billing.disputes.policies import LIMITS
from billing.models import BankAccount, CashApplication, Dispute, DisputeOutcome, Invoice, OpenItem
from erp.kernel.actor import Actor
from erp.kernel.command import By
from masterdata.policies.actions.set_policy import set_policy
from tests import factories
from tests.billing.banking.bank import bank_account, take
from tests.billing.disputes.disputing import disputed, figures
from tests.billing.receivables.test_cash import open_item
from tests.factories import local_day
from tests.trade import Trade


@pytest.fixture
def finance(trade: Trade, client: Client) -> Client:
    client.force_login(factories.user("finance", username="fin"))
    return client


@pytest.fixture
def api(trade: Trade) -> APIClient:
    client = APIClient()
    client.force_authenticate(factories.user("finance", username="interface"))
    return client


@pytest.fixture
def owner(trade: Trade) -> Client:
    client = Client()
    client.force_login(factories.user("process_owner", username="owner"))
    return client


def text_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def no_limit_of_finance() -> None:
    by = By(factories.actor("process_owner", "finance"))
    set_policy(by, key=LIMITS["finance"].key, value=Decimal(0), valid_from=local_day())


def test_a_clerk_opens_a_dispute_from_the_invoice(trade: Trade, finance: Client) -> None:
    item = open_item(trade)
    number = item.invoice.number
    assert f"/billing/invoices/{number}/dispute/" in text_of(finance, f"/billing/invoices/{number}/")
    url = f"/billing/invoices/{number}/dispute/"
    assert str(item.amount) in text_of(finance, url).replace(",", "")
    wrong = finance.post(url, {"key": "k1", "amount": "99999", "kind": "damage"})
    assert (wrong.status_code, "Lower the amount" in wrong.content.decode()) == (422, True)
    answer = finance.post(url, {"key": "k2", "amount": "30", "kind": "damage", "claim": "RK-9"})
    dispute = Dispute.objects.get()
    assert answer["Location"] == f"/billing/disputes/{dispute.pk}/"
    assert (dispute.kind, dispute.claim, figures(item)) == ("damage", "RK-9", (item.amount, 30))
    assert dispute.number in text_of(finance, "/billing/disputes/")
    assert dispute.number in text_of(finance, f"/billing/invoices/{number}/")
    assert number in text_of(finance, "/billing/receivables/?view=disputed")
    assert "RK-9" in text_of(finance, f"/billing/disputes/{dispute.pk}/")


def test_a_dispute_is_worked_to_its_end(
    trade: Trade, finance: Client, owner: Client, colleague: Actor
) -> None:
    no_limit_of_finance()
    item = open_item(trade, 10)
    dispute, line = disputed(item, colleague, 30), item.invoice.lines.get()
    url = f"/billing/disputes/{dispute.pk}/"
    worker = factories.user("finance", name="Wilma Worker")
    finance.post(f"{url}assign/", {"owner_id": worker.pk})
    assert "Wilma Worker" in text_of(finance, url)
    changed = {"kind": "shortage", "claim": "C1", "due_on": dispute.due_on.isoformat(), "version": 2}
    assert finance.post(f"{url}change/", changed).status_code == 303
    stale = finance.post(f"{url}change/", {**changed, "kind": "tax"})
    assert (stale.status_code, stale["X-Stale"]) == (409, "1")

    assert finance.post(f"{url}write-off/", {"key": "w", "amount": "5", "note": ""}).status_code == 422
    finance.post(f"{url}write-off/", {"key": "w", "amount": "5", "note": "Not worth it"})
    outcome = DisputeOutcome.objects.get()
    assert outcome.state == "waiting"
    assert "Another person approves it" in text_of(finance, url)
    own = finance.post(f"{url}outcomes/{outcome.pk}/approve/")
    assert (own.status_code, "Another person approves it" in own.content.decode()) == (422, True)
    assert "Approve write-off" in text_of(owner, url)
    owner.post(f"{url}outcomes/{outcome.pk}/approve/")
    assert figures(item) == (item.amount - 5, 25)

    credit = {"key": "c", "reason": "One was missing", f"line-{line.pk}": "1"}
    assert finance.post(f"{url}credit/", credit).status_code == 303
    memo = Invoice.objects.get(kind="credit_memo")
    assert memo.number in text_of(finance, url)
    finance.post(f"{url}outcomes/{outcome.pk}/take-back/", {"reason": "They pay after all"})
    dispute.refresh_from_db()
    if dispute.closed_at is None:
        assert finance.post(f"{url}recover/", {"note": ""}).status_code == 422
        finance.post(f"{url}recover/", {"note": "POD is signed"})
    assert "Closed" in text_of(finance, url)
    assert figures(item)[1] == 0


def test_lists_assign_close_and_approve_many(
    trade: Trade, finance: Client, owner: Client, colleague: Actor
) -> None:
    no_limit_of_finance()
    disputes = [disputed(open_item(trade), colleague, 20) for _ in range(3)]
    ids = [str(one.pk) for one in disputes]
    worker = factories.user("finance")
    finance.post("/billing/disputes/", {"action": "assign", "asked": "1", "id": ids, "owner_id": worker.pk})
    assert set(Dispute.objects.values_list("owner", flat=True)) == {worker.pk}
    for one in disputes[:2]:
        given = {"key": f"w{one.pk}", "amount": "20", "note": "Agreed"}
        finance.post(f"/billing/disputes/{one.pk}/write-off/", given)
    finance.post("/billing/disputes/", {"action": "recover", "asked": "1", "id": ids, "note": "No"})
    assert (
        list(Dispute.objects.filter(closed_at=None).order_by("pk")) == disputes[:2]
    )  # their write-offs wait
    waiting = [str(pk) for pk in DisputeOutcome.objects.filter(state="waiting").values_list("pk", flat=True)]
    assert disputes[0].number in text_of(owner, "/billing/write-offs/")
    owner.post("/billing/write-offs/", {"action": "approve", "id": waiting})
    assert CashApplication.objects.filter(reason="write_off").count() == 2
    assert Dispute.objects.filter(closed_at=None).count() == 0


def test_evidence_says_what_was_agreed_promised_sent_and_said(
    trade: Trade, finance: Client, colleague: Actor
) -> None:
    item = open_item(trade, customer_po="PO-77")
    dispute = disputed(item, colleague, 30, claim="RK-9")
    text = text_of(finance, f"/billing/disputes/{dispute.pk}/evidence/")
    invoice = item.invoice
    for said in (
        "PO-77",
        invoice.number,
        invoice.order.number,
        invoice.shipment.number,
        "RK-9",
        "List price",
    ):
        assert said in text, said
    assert "sent no message" in text


def test_a_bank_entry_that_is_short_opens_a_dispute(trade: Trade, finance: Client) -> None:
    bank: BankAccount = bank_account(trade.world.company_id)
    item = open_item(trade)
    (entry,) = take(bank, [(str(item.amount - 20), "less damage")])
    assert "Deducted, disputed" in text_of(
        finance, f"/billing/bank-entries/{entry.pk}/?customer={item.customer.party.code}"
    )
    answer = finance.post(
        f"/billing/bank-entries/{entry.pk}/assign/",
        {
            "key": "e", "customer": item.customer.party.code, f"item-{item.pk}": str(item.amount - 20),
            f"short-{item.pk}": "20", f"why-{item.pk}": "damage",
        },
    )  # fmt: skip
    assert answer.status_code == 303, answer.content.decode()[-2000:]
    dispute = Dispute.objects.get()
    assert (dispute.amount, dispute.kind, figures(item)) == (20, "damage", (20, 20))
    assert dispute.number in text_of(finance, f"/billing/cash/{dispute.receipt_id}/")


def test_money_that_is_typed_in_may_be_short_too(trade: Trade, finance: Client) -> None:
    item = open_item(trade)
    paid = item.amount - 30
    payment = {
        "customer": item.customer.party.code, "amount": str(paid), "received_on": local_day().isoformat(),
        "reference": "cheque", "post": "1", "key": "c1", f"item-{item.pk}": str(paid - 5), f"short-{item.pk}": "20",
        f"why-{item.pk}": "shortage",
    }  # fmt: skip
    assert finance.post("/billing/cash/receive/", payment).status_code == 303
    dispute = Dispute.objects.get()
    assert (dispute.kind, dispute.amount, figures(item)) == ("shortage", 20, (35, 20))
    more = {"key": "c2", f"item-{item.pk}": "5", f"short-{item.pk}": "10", f"why-{item.pk}": "price"}
    assert finance.post(f"/billing/cash/{dispute.receipt_id}/apply/", more).status_code == 303
    assert figures(item) == (30, 30)


def test_programs_do_what_pages_do(trade: Trade, api: APIClient, colleague: Actor) -> None:
    no_limit_of_finance()
    item: OpenItem = open_item(trade, 10)
    line = item.invoice.lines.get()

    def post(path: str, body: dict[str, Any], key: str, status: int = 200) -> Any:
        answer = api.post(f"/api/v1/{path}", body, format="json", headers={"Idempotency-Key": key})
        assert answer.status_code == status, answer.content
        return answer.json()

    opening = {"open_item": item.pk, "kind": "price", "amount": "30.00", "claim": "C-1"}
    made = post("disputes/", opening, "k1", 201)
    assert (made["open"], made["claim"], made["invoice"]) == ("30.00", "C-1", item.invoice.number)
    assert post("disputes/", opening, "k1", 201)["id"] == made["id"]
    url = f"disputes/{made['id']}/"
    worker = factories.user("finance")
    assert post(f"{url}assign/", {"owner": worker.pk}, "k2")["owner"] == worker.username
    changed = {"kind": "damage", "due_on": made["due_on"], "version": 2}
    assert post(f"{url}change/", changed, "k3")["kind"] == "damage"
    written = post(f"{url}write-off/", {"amount": "4.00", "note": "Small"}, "k4")
    (outcome,) = written["outcomes"]
    assert (outcome["state"], written["open"]) == ("waiting", "30.00")
    assert post(f"write-offs/{outcome['id']}/approve/", {}, "k5", 403)["code"] == "billing.own_write_off"
    assert post(f"write-offs/{outcome['id']}/refuse/", {"reason": "No"}, "k6")["state"] == "refused"
    lines = {"lines": [{"line": line.pk, "quantity": "1"}], "note": "Broken"}
    credited = post(f"{url}credit/", lines, "k7")
    assert credited["outcomes"][-1]["kind"] == "credited"
    closing = {"how": "recovered", "note": "Signed"}
    assert post(f"{url}close/", closing, "k8")["closed_at"] is not None
    listed = api.get("/api/v1/disputes/?closed=true").json()
    assert [row["id"] for row in listed["results"]] == [made["id"]]
    applied = {
        "customer": item.customer_id, "amount": "10.00", "received_on": local_day().isoformat(),
        "applications": [
            {"open_item": item.pk, "amount": "10.00", "deducted": "5.00", "deduction": "freight"}
        ],
    }  # fmt: skip
    post("cash-receipts/", applied, "k9", 201)
    assert Dispute.objects.get(kind="freight").amount == 5
    assert api.get(f"/api/v1/open-items/{item.pk}/").json()["disputed"] == "5.00"


def test_readers_see_and_do_only_what_they_may(trade: Trade, colleague: Actor) -> None:
    dispute = disputed(open_item(trade), colleague)
    sales, stranger = Client(), Client()
    sales.force_login(factories.user("customer_service"))
    stranger.force_login(factories.user("finance", scope=f"company:{factories.company().pk}"))
    page = text_of(sales, f"/billing/disputes/{dispute.pk}/")
    assert "Write off" not in page and "Issue credit memo" not in page
    assert sales.post(f"/billing/disputes/{dispute.pk}/recover/", {"note": "x"}).status_code == 403
    text_of(stranger, f"/billing/disputes/{dispute.pk}/", 404)
    text_of(stranger, f"/billing/disputes/{dispute.pk}/evidence/", 404)
    assert dispute.number not in text_of(stranger, "/billing/disputes/")
