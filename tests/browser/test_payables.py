"""A day with supplier invoices: finance enters what came, the buyer decides on a price, and the books follow."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from billing.models import Payable, PaymentRun, SupplierInvoice
from tests.billing.banking.bank import bank_account
from tests.billing.payables.buying import received, seller
from tests.billing.payments.paying import OUR_IBAN, confirmed, owed
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.trade import Trade, trade

Address = Callable[..., str]


@pytest.fixture
def shop() -> Trade:
    return trade(items=3)


def test_an_invoice_from_paper_to_payable(shop: Trade, sign_in: SignIn, address: Address) -> None:
    first, _second = received(shop, 10, 5)
    page: Page = sign_in("finance", username="mo", name="Marta Okafor")
    page.goto(address("billing:goods_accrual_list"))
    expect(page.locator("#rows tbody tr")).to_have_count(2)
    assert_accessible(page)
    shoot(page, "goods-accruals")

    page.goto(address("billing:supplier_invoice_new", query=f"order={first.order.number}"))
    assert_accessible(page)
    page.get_by_label("Supplier's number").fill("2026-117")
    page.get_by_label("Dated").fill("t")
    page.get_by_label("Net", exact=True).fill("105.00")
    page.get_by_label("Tax", exact=True).fill("22.05")
    page.get_by_label("Gross", exact=True).fill("127.05")
    page.get_by_label("Net of line 1").fill("75.00")
    page.get_by_label("Rate 1", exact=True).fill("21")
    shoot(page, "supplier-invoice-entry")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("To work")
    made = SupplierInvoice.objects.get()
    expect(page.get_by_role("cell", name="60.00 for it, the invoice says 75.00")).to_be_visible()
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    shoot(page, "supplier-invoice-waiting")

    page = sign_in("procurement", username="beatriz", name="Beatriz Urbán")
    page.goto(address("billing:match_exception_list"))
    assert_accessible(page)
    shoot(page, "match-exceptions")
    page.locator("#rows tbody a").first.click()
    page.get_by_role("button", name="Accept").click()
    assert_accessible(page)
    page.get_by_label("Why?").locator("visible=true").fill("Steel surcharge")
    page.locator("#accept").get_by_role("button", name="Accept").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Posted")
    shoot(page, "supplier-invoice-posted")
    page.set_viewport_size({"width": 820, "height": 1180})
    assert_accessible(page)
    shoot(page, "supplier-invoice-tablet")
    assert Payable.objects.get(invoice=made).open == made.gross


def test_a_payment_takes_two_people(shop: Trade, sign_in: SignIn, address: Address) -> None:
    bank_account(shop.world.company_id, number=OUR_IBAN)
    confirmed(seller())
    owed(shop, "60")
    page: Page = sign_in("finance", username="mo", name="Marta Okafor")
    page.goto(address("billing:payment_run_new"))
    assert_accessible(page)
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("To approve")
    assert_accessible(page)
    shoot(page, "payment-run")
    page = sign_in("finance", username="ines", name="Inês Prado")
    page.goto(address("billing:payment_run", PaymentRun.objects.get().pk))
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Let it go").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Approved")
    expect(page.get_by_role("link", name="File for the bank")).to_be_visible()
    shoot(page, "payment-run-approved")
    assert Payable.objects.get().open == 0
