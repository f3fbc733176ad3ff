"""What is owed and not paid: a dispute to its end by two people; a payer called, and the letter they got."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.billing.collections.test_collections import late_item
from tests.billing.disputes.disputing import figures
from tests.billing.dunning.test_dunning import dun, levels
from tests.billing.receivables.test_cash import open_item
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.trade import Trade, trade

Address = Callable[..., str]


@pytest.fixture
def shop() -> Trade:
    return trade(items=3, customers=2)


def test_a_dispute_from_the_invoice_to_its_end(shop: Trade, sign_in: SignIn, address: Address) -> None:
    item = open_item(shop, 40)
    number = item.invoice.number
    page: Page = sign_in("finance", username="mo", name="Marta Okafor")
    page.goto(address("billing:invoice", number))
    page.get_by_role("link", name="Open a dispute").click()
    page.get_by_label("Disputed amount").fill("300")
    page.get_by_label("What it is about").select_option("damage")
    page.get_by_label("Customer's reference").fill("RK-20418")
    page.get_by_label("What the customer says").fill("Two cartons came crushed")
    assert_accessible(page)
    shoot(page, "dispute-new")
    page.get_by_role("button", name="Open dispute").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("DSP-")
    assert_accessible(page)
    shoot(page, "dispute")
    page.get_by_role("link", name="Evidence").click()
    expect(page.get_by_role("heading", name="What was promised")).to_be_visible()
    assert_accessible(page)
    shoot(page, "dispute-evidence")
    page.go_back()
    page.get_by_label("Amount to write off").fill("260")
    page.get_by_label("Why it is written off").fill("Photos are convincing")
    page.get_by_role("button", name="Write off", exact=True).click()
    expect(page.get_by_text("You proposed it. Another person approves it.")).to_be_visible()

    page.goto(address("billing:dispute_list"))
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator("#bulk").get_by_role("button", name="Assign").click()
    page.get_by_role("dialog").get_by_label("Owner").select_option(label="Marta Okafor")
    page.get_by_role("dialog").get_by_role("button", name="Assign").click()
    expect(page.locator(".toast")).to_contain_text("1 dispute assigned")
    expect(page.locator("#rows tbody")).to_contain_text("Marta Okafor")
    assert_accessible(page)
    shoot(page, "disputes")

    other: Page = sign_in("process_owner", username="boss", name="Ines Vidal")
    other.goto(address("billing:write_off_list"))
    assert_accessible(other)
    shoot(other, "write-offs")
    other.locator("#rows tbody a").first.click()
    other.get_by_role("button", name="Approve write-off").click()
    expect(other.get_by_text("Approved and written off")).to_be_visible()
    assert figures(item) == (item.amount - 260, 40)


def test_a_collector_calls_whom_most_is_at_risk_of(shop: Trade, sign_in: SignIn, address: Address) -> None:
    item = late_item(shop, 40, quantity=40)
    levels(shop, fee=5)
    dun(shop)
    name = item.customer.party.name
    page: Page = sign_in("finance", username="mo", name="Marta Okafor")
    page.goto(address("billing:collection_list"))
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    assert_accessible(page)
    shoot(page, "collections")
    page.locator("#rows tbody a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.get_by_label("Promised amount").fill("100")
    page.get_by_label("Until", exact=True).fill("+4")
    page.get_by_label("Who promised it").fill("Mr Low")
    page.get_by_role("button", name="Save promise").click()
    expect(page.get_by_role("region", name="Table of promises")).to_contain_text("Mr Low")
    page.get_by_label("What was said").fill("Their accountant is ill")
    page.get_by_label("Look again on").fill("+2")
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_text("Their accountant is ill")).to_be_visible()
    assert_accessible(page)
    shoot(page, "collection")
    page.goto(address("billing:collection_list"))
    expect(page.get_by_text("Nothing is to be collected")).to_be_visible()

    page.goto(address("billing:dunning_letter_list"))
    assert_accessible(page)
    page.locator("#rows tbody a").first.click()
    expect(page.get_by_role("region", name="Table of items")).to_contain_text(item.invoice.number)
    assert_accessible(page)
    shoot(page, "dunning-letter")
    page.goto(address("billing:dunning_level_list"))
    page.locator("#rows tbody a").first.click()
    expect(page.get_by_text("Dear {name}")).to_be_visible()
    assert_accessible(page)
    shoot(page, "dunning-level")
