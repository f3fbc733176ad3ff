"""A return from the order's page to its credit: service asks, the dock counts, the inspector decides."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from billing.models import Invoice
from erp.kernel.outbox import deliver
from erp.kernel.proofs import prove, results_of
from inventory.models import StockBalance
from masterdata.models import Item
from orders.models import CustomerReturn
from tests.browser.conftest import TABLET, SignIn, assert_accessible, shoot
from tests.orders.returns.journey import Returns, returns
from tests.trade import trade

Address = Callable[..., str]


@pytest.fixture
def shop() -> Returns:
    made = returns(trade(items=3))
    Item.objects.filter(pk=made.line.item_id).update(name="Lock nut M12 black oxide")
    made.invoice()
    return made


def test_from_request_to_credit(shop: Returns, sign_in: SignIn, address: Address) -> None:
    # Customer service asks from the order's page
    order, bin_code = shop.order, StockBalance.objects.filter(bin=shop.bin_id)[0].bin.code
    page: Page = sign_in("customer_service", username="lena", name="Lena Maes")
    page.goto(address("orders:order", order.number))
    page.get_by_role("link", name="Return", exact=True).click()
    page.get_by_label("Quantity of Lock nut").fill("3")
    page.get_by_role("button", name="Request return").click()
    expect(page.locator("main")).to_contain_text("choose a reason")
    page.get_by_label("Reason for Lock nut").select_option("not_needed")
    assert_accessible(page)
    shoot(page, "return-request")
    page.get_by_role("button", name="Request return").click()
    rma = CustomerReturn.objects.get()
    expect(page).to_have_url(address("orders:return", rma.number))
    expect(page.locator("h1")).to_contain_text("To approve")
    page.get_by_role("button", name="Approve return").click()
    expect(page.locator("h1")).to_contain_text("To receive")
    expect(page.get_by_role("link", name="Receive")).to_have_count(0)

    # The dock counts, blind
    page.set_viewport_size(TABLET)
    sign_in("warehouse", username="hugo", name="Hugo Claes")
    page.goto(address("orders:return_receive", rma.number))
    expect(page.locator("main")).not_to_contain_text("3 EA")
    page.get_by_label("Counted of Lock nut").fill("4")
    page.get_by_label("Bin for Lock nut").fill(bin_code)
    page.get_by_role("button", name="Post receipt").click()
    expect(page.locator("main")).to_contain_text("more than what is authorised")
    page.get_by_label("Counted of Lock nut").fill("3")
    assert_accessible(page)
    shoot(page, "return-receive")
    page.get_by_role("button", name="Post receipt").click()
    expect(page.locator("h1")).to_contain_text("To inspect")

    # The inspector splits
    page.get_by_role("link", name="Inspect").click()
    page.get_by_label("Restock").fill("2")
    page.get_by_label("Scrap").fill("1")
    expect(page.get_by_label("No credit for these")).to_be_visible()
    assert_accessible(page)
    shoot(page, "return-inspect")
    page.get_by_role("button", name="Post inspection").click()
    expect(page.locator("h1")).to_contain_text("To credit")

    # The credit follows
    deliver("billing.invoicing.credit_disposed_return")
    memo = Invoice.objects.get(kind="credit_memo")
    assert memo.net == Decimal("31.36")  # 24.60 less 3.69, and 12.30 less 1.85 (15 % of 12.30 is 1.845)
    page.set_viewport_size({"width": 1440, "height": 900})
    sign_in("finance", "customer_service", username="ines", name="Ines Wouters")
    page.goto(address("orders:return", rma.number))
    expect(page.locator("h1")).to_contain_text("Closed")
    expect(page.get_by_role("link", name=memo.number)).to_be_visible()
    expect(page.get_by_role("link", name=order.number)).to_be_visible()
    assert_accessible(page)
    shoot(page, "return")
    damaged = shop.request(1, "transit")
    page.goto(address("orders:return", damaged.number))
    expect(page.get_by_role("heading", name="Carrier claim Open")).to_be_visible()
    assert_accessible(page)
    shoot(page, "return-claim")
    slip = page.request.get(address("orders:return_slip", rma.number))
    assert (slip.status, slip.body()[:5]) == (200, b"%PDF-")
    page.goto(address("orders:return_list", query="view=all"))
    expect(page.get_by_role("rowheader", name=rma.number)).to_be_visible()
    assert_accessible(page)
    page.goto(address("orders:claim_list"))
    assert_accessible(page)
    red = [result for result in results_of(prove()) if not result.green]
    assert not red, red
