"""Prices agreed ahead of an order: quote and blanket order from the desk, by keyboard, to what is ordered of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from masterdata.models import Item
from orders.models import BlanketLine, Quote, SalesOrder
from tests.browser.acts import saved, write_lines
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.factories import local_day
from tests.trade import Trade, trade

Address = Callable[..., str]


@pytest.fixture
def shop() -> Trade:
    made = trade(items=4)
    Item.objects.update(standard_cost=1)
    return made


@pytest.fixture
def clerk(sign_in: SignIn) -> Page:
    return sign_in("customer_service", username="mo", name="Maya Okafor")


def test_a_quote_from_the_desk_to_its_order_by_keyboard(clerk: Page, address: Address, shop: Trade) -> None:
    write_lines(clerk, address, 5, 7)
    clerk.keyboard.press("Alt+q")
    expect(clerk.locator("#quote-pop")).to_be_visible()
    expect(clerk.get_by_label("Prices hold until")).to_be_focused()
    clerk.keyboard.type("+20")
    assert_accessible(clerk)
    clerk.keyboard.press("Enter")
    expect(clerk.locator("h1")).to_contain_text("To send")
    quote = Quote.objects.get()
    assert (quote.line_count, quote.valid_until) == (2, local_day() + timedelta(days=20))
    assert_accessible(clerk)
    shoot(clerk, "quote")
    clerk.keyboard.press("e")  # revise
    expect(clerk.locator("h1")).to_contain_text("New order")
    clerk.locator("tr[data-line='1'] [name=qty]").fill("6")
    clerk.keyboard.press("Enter")
    saved(clerk)
    clerk.keyboard.press("Alt+q")
    clerk.get_by_label("What changes?").fill("One more")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("main")).to_contain_text("revision 2")
    clerk.wait_for_load_state()  # the keys listen from then on
    clerk.keyboard.press("o")  # make the order
    expect(clerk.get_by_label("Order line 2")).to_be_checked()
    clerk.get_by_label("Order line 2").uncheck()
    clerk.get_by_label("Customer PO").fill("PO 77")
    assert_accessible(clerk)
    shoot(clerk, "quote-accept")
    clerk.keyboard.press("Control+Enter")
    expect(clerk.locator("h1")).to_contain_text("SO-")
    order = SalesOrder.objects.get()
    assert list(order.lines.values_list("quantity", "price_source")) == [(6, "quote")]
    clerk.goto(address("orders:quote", quote.number))
    expect(clerk.locator("h1")).to_contain_text("Partly ordered")
    clerk.get_by_role("button", name="Lost").click()
    clerk.get_by_label("Why is it lost?").select_option("competitor")
    clerk.get_by_label("Competitor").fill("Acme")
    clerk.get_by_role("button", name="Close quote").click()
    expect(clerk.locator("main")).to_contain_text("Acme")


def test_a_blanket_order_from_the_desk_to_a_call_off(clerk: Page, address: Address, shop: Trade) -> None:
    write_lines(clerk, address, 100)
    clerk.keyboard.press("Alt+b")
    clerk.get_by_label("Runs until").fill("+90")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("h1")).to_contain_text("Running")
    clerk.wait_for_load_state()  # the keys listen from then on
    clerk.keyboard.press("o")
    expect(clerk.get_by_label("Quantity of P1")).to_be_focused()
    clerk.keyboard.type("85")
    assert_accessible(clerk)
    shoot(clerk, "call-off")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("h1")).to_contain_text("SO-")
    expect(clerk.locator("body")).to_contain_text("85 % are called off, 15 EA are left")
    assert BlanketLine.objects.get().called == 85
    clerk.get_by_role("link", name="BO-").click()
    expect(clerk.locator("main")).to_contain_text("85 %")
    assert_accessible(clerk)
    shoot(clerk, "blanket-order")
