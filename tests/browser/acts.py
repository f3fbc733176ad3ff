"""What several stories do on a page, as a person does it."""

from playwright.sync_api import Page, expect

from masterdata.models import Customer


def scan(page: Page, code: str, *, says: str) -> None:
    """Scan as a scanner does: keys, then Enter, wherever the focus is."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator("#scan-msg")).to_contain_text(says)


def key_the_header(page: Page, customer: Customer, *, requested: str) -> None:
    """Open a new order and fill its header, by keyboard."""
    page.keyboard.press("n")
    expect(page.locator("#customer")).to_be_focused()
    page.keyboard.type(customer.party.code)
    expect(page.locator("#customer-list [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#po")).to_be_focused()
    expect(page.locator("#customer-facts")).to_contain_text(customer.party.code)
    page.keyboard.type("BW-77120")
    page.keyboard.press("Enter")
    expect(page.locator("#ship")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#req")).to_be_focused()
    page.keyboard.type(requested)
    page.keyboard.press("Enter")
