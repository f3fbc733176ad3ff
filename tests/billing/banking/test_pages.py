"""Banking's pages and REST addresses: they open, take a file, confirm, and show nothing of another company."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from billing.models import BankAccount, BankEntry, BankFile, CashReceipt, LearntPayer, OpenItem
from tests import factories
from tests.billing.banking.bank import IBAN, mt940, take
from tests.billing.receivables.test_cash import open_item
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


def text_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def upload(client: Client, content: bytes, name: str = "day.sta") -> Any:
    return client.post("/billing/bank-statements/upload/", {"file": SimpleUploadedFile(name, content)})


def test_a_clerk_uploads_reads_and_works_a_statement(
    trade: Trade, bank: BankAccount, finance: Client
) -> None:
    item = open_item(trade)
    wrong = upload(finance, mt940(IBAN, [("1.00", "x")], closing="2.00"))
    assert (wrong.status_code, "+1.00 is off" in wrong.content.decode()) == (422, True)
    content = mt940(IBAN, [("40.00", "part|ACME|DE1"), ("-3.00", "rent")], opening="10.00")
    answer = upload(finance, content)
    file = BankFile.objects.get()
    (statement,) = file.statements.all()
    assert answer["Location"] == f"/billing/bank-statements/{statement.pk}/"
    page = text_of(finance, f"/billing/bank-statements/{statement.pk}/")
    assert "ACME" in page and file.sha256[:16] in page and "47.00" in page
    assert finance.get(f"/billing/bank-files/{file.pk}/").content == content

    paid, rent = BankEntry.objects.order_by("place")
    url = f"/billing/bank-entries/{paid.pk}/"
    finance.post(f"{url}again/")
    assert "Nobody has looked" not in text_of(finance, url)
    assert finance.post(f"{url}confirm/").status_code == 409  # there is no proposal
    code = item.customer.party.code
    assert item.invoice.number in text_of(finance, f"{url}?customer={code}")
    assert finance.post(f"{url}assign/", {"customer": "NOBODY", "key": "k"}).status_code == 422
    given = {"customer": code, "key": "k-1", f"item-{item.pk}": "30"}
    over = {**given, f"item-{item.pk}": "41"}
    assert "only 40" in finance.post(f"{url}assign/", over).content.decode()
    assert finance.post(f"{url}assign/", given)["Location"] == url
    assert (CashReceipt.objects.get().unapplied, LearntPayer.objects.count()) == (10, 2)
    assert "ACME" in text_of(finance, "/billing/learnt-payers/")
    assert CashReceipt.objects.get().number in text_of(finance, url)
    assert finance.post(f"{url}reverse/", {"reason": ""}).status_code == 422
    assert finance.post(f"{url}reverse/", {"reason": "Not theirs"})["Location"] == url
    assert "Not theirs" in text_of(finance, f"/billing/cash/{CashReceipt.objects.get().pk}/")
    assert "Not theirs" in text_of(finance, url)

    account = factories.company().accounts.create(code="9", name="Elsewhere", kind="expense")
    rent_url = f"/billing/bank-entries/{rent.pk}/"
    assert finance.post(f"{rent_url}code/", {"account_id": account.pk}).status_code == 422
    own = trade.world.company_id
    expense = bank.company.accounts.create(code="612", name="Rent", kind="expense")
    assert (expense.company_id, finance.post(f"{rent_url}code/", {"account_id": expense.pk})["Location"]) == (
        own, rent_url,
    )  # fmt: skip
    tie = text_of(finance, f"/billing/bank-accounts/{bank.pk}/")
    assert "Ties out" in tie and "less 1 entry not posted yet" in tie and "7.00" in tie


def test_the_worklist_confirms_what_is_selected_and_undoes_it(
    trade: Trade, bank: BankAccount, finance: Client
) -> None:
    first, second = open_item(trade, 3), open_item(trade, 5)
    named, unknown = take(
        bank, [(str(first.amount - 1), first.invoice.number), ("0.77", "nothing")], reference="S1"
    )
    assert first.invoice.number in text_of(finance, "/billing/bank-entries/")
    both = {"action": "confirm", "id": [named.pk, unknown.pk]}
    assert finance.post("/billing/bank-entries/", both).status_code in (200, 303)
    assert [row.state for row in BankEntry.objects.order_by("place")] == ["posted", "waiting"]
    first.refresh_from_db()
    assert (first.open, OpenItem.objects.get(pk=second.pk).open) == (1, second.amount)
    finance.post("/billing/bank-entries/", {"undo": "confirm", "id": [named.pk]})
    first.refresh_from_db()
    assert (BankEntry.objects.get(pk=named.pk).state, first.open) == ("waiting", first.amount)


def test_a_bank_account_is_created_and_renamed(trade: Trade, bank: BankAccount, finance: Client) -> None:
    ledger = bank.company.accounts.create(code="5511", name="Second bank", kind="asset")
    given = {
        "company": bank.company_id,
        "kind": "bank",
        "name": "Second",
        "number": IBAN,
        "account": ledger.pk,
    }
    taken = finance.post("/billing/bank-accounts/new/", given)
    assert (taken.status_code, "already the bank account House bank" in taken.content.decode()) == (422, True)
    answer = finance.post("/billing/bank-accounts/new/", {**given, "number": "BE 71 0961 2345 6769"})
    made = BankAccount.objects.get(name="Second")
    assert (answer["Location"], made.number, made.currency) == (
        f"/billing/bank-accounts/{made.pk}/", "BE71096123456769", "EUR",
    )  # fmt: skip
    assert "No statement was taken yet" in text_of(finance, f"/billing/bank-accounts/{made.pk}/")
    finance.post(f"/billing/bank-accounts/{made.pk}/change/", {"name": "Third", "version": 1})
    stale = finance.post(f"/billing/bank-accounts/{made.pk}/change/", {"name": "Fourth", "version": 1})
    made.refresh_from_db()
    assert (stale.status_code, made.name) == (409, "Third")


def test_another_company_sees_and_does_nothing(trade: Trade, bank: BankAccount, client: Client) -> None:
    (entry,) = take(bank, [("5.00", "secret")])
    client.force_login(factories.user("finance", scope=f"company:{factories.company().pk}"))
    file = BankFile.objects.get()
    for url in (
        f"bank-entries/{entry.pk}/", f"bank-statements/{entry.statement_id}/", f"bank-files/{file.pk}/",
        f"bank-accounts/{bank.pk}/",
    ):  # fmt: skip
        text_of(client, f"/billing/{url}", 404)
    assert client.post(f"/billing/bank-entries/{entry.pk}/confirm/").status_code == 404
    for name in ("bank-entries", "bank-statements", "bank-accounts", "learnt-payers"):
        assert "secret" not in text_of(client, f"/billing/{name}/?view=all")


def post(api: APIClient, path: str, body: Any = None, key: str = "k-1") -> Any:
    return api.post(f"/api/v1/{path}", body or {}, format="json", HTTP_IDEMPOTENCY_KEY=key)


def test_programs_send_files_and_post_entries(trade: Trade, bank: BankAccount, api: APIClient) -> None:
    item = open_item(trade)
    content = mt940(IBAN, [("40.00", "part|ACME|DE1"), ("-3.00", "rent")])

    def send(key: str) -> Any:
        file = SimpleUploadedFile("day.sta", content)
        return api.post("/api/v1/bank-files/", {"file": file}, format="multipart", HTTP_IDEMPOTENCY_KEY=key)

    sent = send("f-1")
    assert (sent.status_code, sent.json()["format"], send("f-1").json()) == (201, "mt940", sent.json())
    again = send("f-2")
    assert (again.status_code, again.json()["code"], again.json()["context"]["rule"]) == (
        422, "billing.bank_file_refused", "twice",
    )  # fmt: skip
    assert (
        api.post("/api/v1/bank-files/", {}, format="multipart", HTTP_IDEMPOTENCY_KEY="f-3").status_code == 400
    )
    (statement,) = api.get("/api/v1/bank-statements/", {"account": IBAN}).json()["results"]
    assert (statement["closing"], statement["missing"]) == ("37.00", "0.00")
    listed = api.get("/api/v1/bank-entries/", {"statement": statement["id"]}).json()["results"]
    rent, paid = sorted(listed, key=lambda row: Decimal(row["amount"]))
    assert post(api, f"bank-entries/{paid['id']}/match/", key="m").json()["certainty"] == "none"
    refused = post(api, f"bank-entries/{paid['id']}/confirm/", key="c-0")
    assert (refused.status_code, refused.json()["code"]) == (409, "billing.bank_entry_without_proposal")
    body = {"customer": item.customer_id, "applications": [{"open_item": item.pk, "amount": "40.00"}]}
    confirmed = post(api, f"bank-entries/{paid['id']}/confirm/", body, key="c-1")
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "posted")
    assert post(api, f"bank-entries/{paid['id']}/confirm/", body, key="c-1").json() == confirmed.json()
    assert CashReceipt.objects.count() == 1
    assert post(api, f"bank-entries/{rent['id']}/code/", {"account": "nope"}, key="d-0").status_code == 404
    bank.company.accounts.create(code="612", name="Rent", kind="expense")
    coded = post(api, f"bank-entries/{rent['id']}/code/", {"account": "612"}, key="d-1")
    assert coded.json()["state"] == "coded"
    tie = api.get(f"/api/v1/bank-accounts/{bank.pk}/").json()["tie_out"]
    assert (tie["expected"], tie["ledger"]) == ("37.00", "37.00")
    back = post(api, f"bank-entries/{paid['id']}/reverse/", {"reason": "Wrong"}, key="r-1")
    assert (back.json()["state"], OpenItem.objects.get(pk=item.pk).open) == ("waiting", item.amount)
