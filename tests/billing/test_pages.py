"""Finance's pages over plain HTTP: each opens, its forms work without script, another company sees nothing."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from billing.models import Account, AccountRule, CashReceipt, Invoice, InvoiceDocument, OpenItem
from billing.receivables.rules import Application
from erp.kernel.actor import Actor
from masterdata.models import AccountingPeriod
from tests import factories
from tests.billing.receivables.test_cash import open_item, receive
from tests.orders.returns.journey import returns
from tests.trade import Trade


@pytest.fixture
def finance(trade: Trade, client: Client) -> Client:
    client.force_login(factories.user("finance", username="fin"))
    return client


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def text_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


LISTS = (
    "exceptions", "invoices", "unbilled", "receivables", "cash", "journals", "accounts", "account-rules", "unmapped",
    "periods", "bank-entries", "bank-statements", "bank-accounts", "learnt-payers",
    "journal-lines", "account-classes", "closes", "close-tasks", "year-ends", "sealed-days",
)  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_lists_open_with_totals_tabs_and_a_file(
    trade: Trade, finance: Client, colleague: Actor, name: str
) -> None:
    item = open_item(trade)
    receive(trade, colleague, Decimal(9), Application(item.pk, Decimal(4)))
    trade.ship()
    text_of(finance, f"/billing/{name}/")
    text_of(finance, f"/billing/{name}/?part=totals")
    assert finance.get(f"/billing/{name}/?export=xlsx").status_code == 200


def test_invoice_page_shows_lines_books_and_chain(trade: Trade, finance: Client, colleague: Actor) -> None:
    item = open_item(trade)
    receive(trade, colleague, Decimal(20), Application(item.pk, Decimal(20), Decimal(1), "charges"))
    invoice = item.invoice
    page = text_of(finance, f"/billing/invoices/{invoice.number}/")
    for shown in (
        invoice.number,
        invoice.order.number,
        invoice.shipment.number,
        "Receivables",
        "CR-",
        "Partly paid",
        "20.00 applied",
        "Bank charges deducted</span>",
    ):
        assert shown in page
    assert invoice.number in text_of(finance, "/billing/invoices/?view=open")


def test_pdf_is_stored_once_with_its_hash(trade: Trade, finance: Client) -> None:
    number = open_item(trade).invoice.number
    first = finance.get(f"/billing/invoices/{number}/pdf/")
    assert first.content.startswith(b"%PDF")
    assert finance.get(f"/billing/invoices/{number}/pdf/").content == first.content
    assert InvoiceDocument.objects.count() == 1


def test_crediting_opens_the_memo(trade: Trade, finance: Client) -> None:
    number = open_item(trade).invoice.number
    url = f"/billing/invoices/{number}/credit/"
    assert finance.post(url, {"reason": "", "key": "k"}).status_code == 422
    answer = finance.post(url, {"reason": "Damaged", "key": "k"})
    memo = Invoice.objects.get(kind="credit_memo")
    assert answer["Location"] == f"/billing/invoices/{memo.number}/"
    again = finance.post(url, {"reason": "Damaged", "key": "k"})
    assert (again["Location"], Invoice.objects.count()) == (answer["Location"], 2)


def test_quantities_of_lines_are_credited(trade: Trade, finance: Client) -> None:
    found = open_item(trade).invoice
    line = found.lines.first()
    assert line is not None
    url, name = f"/billing/invoices/{found.number}/credit/", f"line-{line.pk}"
    refused = finance.post(url, {"reason": "Damaged", "key": "k", name: line.stock_quantity + 1})
    assert (refused.status_code, "are left" in refused.content.decode()) == (422, True)
    assert finance.post(url, {"reason": "Damaged", "key": "k", name: "some"}).status_code == 422
    assert finance.post(url, {"reason": "Damaged", "key": "k", name: "0"}).status_code == 422
    assert not Invoice.objects.filter(kind="credit_memo").exists()
    finance.post(url, {"reason": "Damaged", "key": "k", name: line.stock_quantity})
    memo = Invoice.objects.get(kind="credit_memo")
    assert [each.credits_id for each in memo.lines.all()] == [line.pk]
    assert (memo.net, memo.lines.get().stock_quantity) == (line.net, line.stock_quantity)


def test_finance_credits_a_return_at_once(trade: Trade, finance: Client) -> None:
    shop = returns(trade)
    rma = shop.received(2, "defective")
    url, back = f"/billing/returns/{rma.number}/credit/", f"/orders/returns/{rma.number}/"
    assert "Nothing of this return" in text_of(finance, url)
    assert url not in text_of(finance, back)
    shop.dispose(rma, ("scrap", 2))
    assert url in text_of(finance, back)
    assert finance.post(url)["Location"] == back  # its invoice is not issued yet
    assert not Invoice.objects.exists()
    shop.invoice()
    assert "2 EA" in text_of(finance, url)
    assert finance.post(url)["Location"] == back
    assert Invoice.objects.get(kind="credit_memo").net == Decimal("24.60")
    assert finance.post(url)["Location"] == back
    assert Invoice.objects.filter(kind="credit_memo").count() == 1
    service = Client()
    service.force_login(factories.user("customer_service"))
    assert service.post(url).status_code == 403


def test_cash_is_proposed_corrected_posted_and_taken_back(trade: Trade, finance: Client) -> None:
    item = open_item(trade)
    payment = {
        "customer": item.customer.party.code, "amount": "50", "received_on": "t", "reference": item.invoice.number,
    }  # fmt: skip
    page = finance.get("/billing/cash/receive/", payment).content.decode()
    assert f"The reference names {item.invoice.number}" in page
    assert finance.get("/billing/cash/receive/", {**payment, "customer": "NOBODY"}).status_code == 422
    posted = {**payment, "post": "1", "key": "bank-1", f"item-{item.pk}": "30"}
    answer = finance.post("/billing/cash/receive/", posted)
    receipt = CashReceipt.objects.get()
    assert (answer["Location"], receipt.unapplied) == (f"/billing/cash/{receipt.pk}/", Decimal(20))
    too_much = {"key": "x", f"item-{item.pk}": "21"}
    assert finance.post(f"/billing/cash/{receipt.pk}/apply/", too_much).status_code == 422
    finance.post(f"/billing/cash/{receipt.pk}/apply/", {"key": "y", f"item-{item.pk}": "20"})
    application = receipt.applications.first()
    assert application is not None
    url = f"/billing/cash/{receipt.pk}/applications/{application.pk}/reverse/"
    assert finance.post(url, {"reason": ""}).status_code == 422
    finance.post(url, {"reason": "Wrong one"})
    assert OpenItem.objects.get().open == item.amount - 20
    assert "taken back" in text_of(finance, f"/billing/cash/{receipt.pk}/")


def test_customer_account_states_the_balance(trade: Trade, finance: Client, colleague: Actor) -> None:
    item = open_item(trade)
    receive(trade, colleague, Decimal(5))
    page = text_of(finance, f"/billing/customers/{item.customer_id}/")
    assert f"{item.amount - 5:,.2f}" in page
    assert item.invoice.number in page


def test_books_pages_show_and_keep(trade: Trade, finance: Client) -> None:
    open_item(trade)
    assert "0.00" in text_of(finance, "/billing/balance/")
    company = trade.world.company_id
    given = {"company": company, "code": "4711", "name": "Freight income", "kind": "income"}
    assert finance.post("/billing/accounts/new/", given).status_code == 302
    account = Account.objects.get(code="4711")
    taken = finance.post("/billing/accounts/new/", {**given, "name": "Another"})
    assert taken.status_code == 422
    assert "4711 is already the account Freight income" in taken.content.decode()
    change = f"/billing/accounts/{account.pk}/change/"
    finance.post(change, {"name": "Freight", "kind": "income", "version": 1})
    account.refresh_from_db()
    assert (account.name, account.version) == ("Freight", 2)
    stale = finance.post(change, {"name": "Carriage", "kind": "income", "version": 1})
    assert stale.status_code == 409
    assert "Carriage" in stale.content.decode() and "Freight" in stale.content.decode()
    assert "Name: Freight income → Freight" in text_of(finance, f"/billing/accounts/{account.pk}/")
    rule = {"account": account.pk, "purpose": "revenue", "item_class": ""}
    unseen = finance.post("/billing/account-rules/new/", rule)
    assert (unseen.status_code, AccountRule.objects.get(purpose="revenue").account_id == account.pk) == (
        409,
        False,
    )
    rule["version"] = AccountRule.objects.get(purpose="revenue").version
    assert finance.post("/billing/account-rules/new/", rule).status_code == 303
    assert AccountRule.objects.get(purpose="revenue").account_id == account.pk
    refused = finance.post("/billing/account-rules/new/", {**rule, "purpose": "receivable", "version": 1})
    assert (refused.status_code, "not exchanged" in refused.content.decode()) == (422, True)


def test_periods_close_when_nothing_waits_and_reopen_for_a_reason(trade: Trade, finance: Client) -> None:
    oldest = AccountingPeriod.objects.order_by("starts_on").first()
    assert oldest is not None
    finance.post("/billing/periods/", {"action": "close", "id": oldest.pk})
    oldest.refresh_from_db()
    assert oldest.closed_at is not None
    finance.post(
        "/billing/periods/", {"action": "reopen", "asked": "1", "id": oldest.pk, "reason": "Late invoice"}
    )
    oldest.refresh_from_db()
    assert oldest.closed_at is None


def test_pages_of_another_company_do_not_exist(trade: Trade, client: Client, colleague: Actor) -> None:
    item = open_item(trade)
    receipt_id = receive(trade, colleague, Decimal(5)).receipt_id
    client.force_login(factories.user("finance", scope=f"company:{factories.company().pk}"))
    number = item.invoice.number
    for url in (
        f"invoices/{number}/", f"invoices/{number}/pdf/", f"cash/{receipt_id}/", f"customers/{item.customer_id}/",
        "journals/1/",
    ):  # fmt: skip
        text_of(client, f"/billing/{url}", 404)
    assert client.post(f"/billing/invoices/{number}/credit/", {"reason": "x", "key": "k"}).status_code == 404
    for name in LISTS:
        assert number not in text_of(client, f"/billing/{name}/")
