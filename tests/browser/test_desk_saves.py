"""Customer service types faster than its changes are saved, and loses none of them."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from masterdata.models import Substitute
from orders.models import OrderDraft, SalesOrder
from tests.browser.acts import choose_customer, saved
from tests.browser.conftest import SignIn
from tests.browser.desk import desk_trade
from tests.trade import Trade

Address = Callable[..., str]
SAVES = re.compile(r"/lines/1/$")


@pytest.fixture
def shop() -> Trade:
    return desk_trade()


@pytest.fixture
def clerk(sign_in: SignIn) -> Page:
    return sign_in("customer_service", username="mo", name="Maya Okafor")


def line_with(clerk: Page, address: Address, quantity: str) -> Locator:
    """A draft with one saved line of so much of the first item; the focus is on its quantity."""
    clerk.goto(address("orders:order_new"))
    choose_customer(clerk)
    clerk.locator("tr[data-line='1'] [name=item]").focus()
    clerk.keyboard.type("p1")
    clerk.keyboard.press("Enter")
    clerk.keyboard.type(quantity)
    clerk.keyboard.press("Enter")
    expect(clerk.locator("tr[data-line='2'] [name=item]")).to_be_focused()
    saved(clerk)
    quantity_cell = clerk.locator("tr[data-line='1'] [name=qty]")
    quantity_cell.focus()
    return quantity_cell


def answer(page: Page, held: list[Route], number: int) -> None:
    """Let the save of that number go on once it has come, counted from 0."""
    while len(held) <= number:
        page.evaluate("null")  # what the browser has to tell is heard meanwhile
    held[number].continue_()


def test_a_key_that_acts_waits_for_the_save_before_it(clerk: Page, address: Address, shop: Trade) -> None:
    held: list[Route] = []
    quantity = line_with(clerk, address, "4")
    clerk.route(SAVES, lambda route: held.append(route))
    with clerk.expect_request(SAVES):
        quantity.fill("7")
        clerk.keyboard.press("Enter")
    quantity.fill("9")
    clerk.keyboard.press("Control+Enter")  # submits, once both are answered
    with clerk.expect_request(SAVES):
        answer(clerk, held, 0)
    expect(quantity).to_have_value("9")  # the answer to 7 is older than what was typed
    assert not SalesOrder.objects.exists()
    answer(clerk, held, 1)
    expect(clerk.locator("h1")).to_have_text(re.compile(r"^SO-\d+ "))
    assert SalesOrder.objects.get().lines.get(line=1).quantity == 9


def test_the_way_of_supply_is_changed_on_the_line_as_typed(
    clerk: Page, address: Address, shop: Trade
) -> None:
    held: list[Route] = []
    quantity = line_with(clerk, address, "4")
    clerk.route(SAVES, lambda route: held.append(route))
    with clerk.expect_request(SAVES):
        quantity.fill("7")
        clerk.keyboard.press("F7")  # typed, not left: it is saved first
    with clerk.expect_request(SAVES):
        answer(clerk, held, 0)
    answer(clerk, held, 1)
    expect(clerk.locator("tr[data-line='1'] .chip")).to_have_text("Special order")
    expect(quantity).to_have_value("7")
    (line,) = OrderDraft.objects.get().lines
    assert (line["quantity"], line["supply"]) == ("7", "special")


def test_the_substitute_is_taken_of_the_quantity_as_typed(clerk: Page, address: Address, shop: Trade) -> None:
    Substitute.objects.create(
        item_id=shop.world.items[2], substitute_id=shop.world.items[3], kind="equivalent", price="original",
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    clerk.goto(address("orders:order_new"))
    choose_customer(clerk)
    clerk.locator("tr[data-line='1'] [name=item]").focus()
    clerk.keyboard.type("p2")
    clerk.keyboard.press("Enter")
    clerk.keyboard.type("60")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("tr[data-line='2'] [name=item]")).to_be_focused()
    saved(clerk)
    clerk.locator("tr[data-line='1'] [name=qty]").focus()
    expect(clerk.locator("#inspector [data-take]")).to_have_text("P3 F9")
    clerk.keyboard.type("75")
    clerk.keyboard.press("F9")
    expect(clerk.locator("tr[data-line='1'] .name")).to_contain_text("instead of 75 EA P2")


def test_what_was_not_taken_is_sent_again_before_it_is_submitted(
    clerk: Page, address: Address, shop: Trade
) -> None:
    quantity = line_with(clerk, address, "4")
    clerk.route(SAVES, lambda route: route.abort())
    quantity.fill("9")
    clerk.keyboard.press("Control+Enter")
    expect(clerk.locator("#toasts")).to_contain_text("not saved", ignore_case=True)
    expect(clerk.locator("#saved")).to_have_text("Not saved")
    assert not SalesOrder.objects.exists()
    clerk.unroute(SAVES)
    clerk.keyboard.press("Control+Enter")
    expect(clerk.locator("h1")).to_have_text(re.compile(r"^SO-\d+ "))
    assert SalesOrder.objects.get().lines.get(line=1).quantity == 9


def test_a_line_that_was_emptied_before_it_was_taken_stays_away(
    clerk: Page, address: Address, shop: Trade
) -> None:
    line_with(clerk, address, "4")
    clerk.route(re.compile(r"/lines/2/$"), lambda route: route.abort())
    item = clerk.locator("tr[data-line='2'] [name=item]")
    item.focus()
    clerk.keyboard.type("p2")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#saved")).to_have_text("Not saved")
    item.fill("")
    clerk.unroute(re.compile(r"/lines/2/$"))
    item.press("Enter")
    saved(clerk)
    clerk.locator("tr[data-line='1'] [name=qty]").fill("9")
    clerk.keyboard.press("Control+Enter")
    expect(clerk.locator("h1")).to_have_text(re.compile(r"^SO-\d+ "))
    assert list(SalesOrder.objects.get().lines.values_list("line", "quantity")) == [(1, 9)]


def test_a_late_answer_leaves_the_focus_where_the_hand_has_gone(
    clerk: Page, address: Address, shop: Trade
) -> None:
    held: list[Route] = []
    clerk.goto(address("orders:order_new"))
    choose_customer(clerk)
    clerk.route(re.compile(r"/header/$"), lambda route: held.append(route))
    clerk.keyboard.type("BW-77120")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#ship")).to_be_focused()
    answer(clerk, held, 0)
    expect(clerk.locator("#po-h")).to_have_text("Not used before")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#req")).to_be_focused()


def test_before_the_places_of_the_customer_have_come_enter_passes_them(
    clerk: Page, address: Address, shop: Trade
) -> None:
    held: list[Route] = []
    clerk.route(re.compile(r"/header/$"), lambda route: held.append(route))
    clerk.goto(address("orders:order_new"))
    clerk.locator("#customer").press_sequentially("c0")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#po")).to_be_focused()
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#req")).to_be_focused()
    answer(clerk, held, 0)
    expect(clerk.locator("#ship")).to_be_enabled()
    expect(clerk.locator("#req")).to_be_focused()
