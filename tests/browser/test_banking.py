"""A clerk's morning with the bank: upload the statement, confirm what is proposed, split, code, and see it tie out."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from billing.banking.actions.match_entries import match_entries
from billing.models import BankAccount, BankEntry, OpenItem
from tests.billing.banking.bank import IBAN, bank_account, mt940
from tests.billing.receivables.test_cash import open_item
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.trade import Trade, trade

Address = Callable[..., str]


@pytest.fixture
def shop() -> Trade:
    return trade(items=3, customers=2)


def test_a_clerk_clears_the_worklist(shop: Trade, sign_in: SignIn, address: Address) -> None:
    bank: BankAccount = bank_account(shop.world.company_id, name="House bank")
    short, split = open_item(shop, 10), open_item(shop, 4)
    code = split.customer.party.code
    bank.company.accounts.create(code="612", name="Rent", kind="expense")
    content = mt940(
        IBAN,
        [
            (str(short.amount - 2), f"{short.invoice.number}|Acme Ltd|DE1"),
            (str(split.amount + 5), "thank you|Unknown Ltd|DE2"),
            ("-450.00", "Rent of March|Landlord|BE9"),
        ],
        opening="1000.00",
    )
    page: Page = sign_in("finance", username="mo", name="Marta Okafor")
    page.goto(address("billing:bank_statement_list"))
    page.get_by_role("link", name="Upload a statement").click()
    assert_accessible(page)
    page.get_by_label("File").set_input_files(
        {"name": "march.sta", "mimeType": "text/plain", "buffer": content}
    )
    page.get_by_role("button", name="Take the file").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("S1")
    expect(page.locator("tbody tr")).to_have_count(3)
    assert_accessible(page)
    shoot(page, "bank-statement")
    waiting = page.locator("tbody tr").filter(has_text="Being looked at")
    expect(waiting).to_have_count(3)
    match_entries(
        shop.by(), entry_ids=list(BankEntry.objects.values_list("pk", flat=True))
    )  # as the worker does
    expect(waiting).to_have_count(0)  # without a reload
    expect(page.locator("#entries[hx-trigger]")).to_have_count(0)

    page.goto(address("billing:bank_entry_list"))
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    shoot(page, "bank-entries")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator("#bulk").get_by_role("button", name="Confirm").click()
    expect(page.locator(".toast")).to_contain_text("1 entry confirmed")
    expect(page.get_by_text("No entry waits")).to_be_visible()

    page.goto(address("billing:bank_entry_list", query="view=unknown"))
    page.locator("#rows tbody a").first.click()
    page.get_by_label("Customer code").fill(code)
    page.get_by_role("button", name="Find open items").click()
    page.get_by_label(f"Apply to {split.invoice.number}").fill(str(split.amount + 2))
    page.get_by_label(f"Short or over of {split.invoice.number}").fill("-2")
    page.get_by_label(f"Why it is short or over: {split.invoice.number}").select_option("over")
    page.get_by_label(f"Apply to {short.invoice.number}").fill("2")
    assert_accessible(page)
    shoot(page, "bank-entry")
    page.get_by_role("button", name="Receive for this customer").click()
    expect(page.get_by_text("The money is received")).to_be_visible()

    page.goto(address("billing:bank_entry_list", query="view=out"))
    page.locator("#rows tbody a").first.click()
    page.get_by_label("Account of the ledger").select_option(label="612 Rent")
    page.get_by_role("button", name="Code to the account").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Coded")
    page.goto(address("billing:bank_account", bank.pk))
    expect(page.get_by_text("Ties out")).to_be_visible()
    assert_accessible(page)
    shoot(page, "bank-account")
    assert [entry.state for entry in BankEntry.objects.order_by("place")] == ["posted", "posted", "coded"]
    assert set(OpenItem.objects.values_list("open", flat=True)) == {Decimal(0)}
