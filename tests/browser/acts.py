"""What several stories do on a page, as a person does it; and what the workers do meanwhile."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from erp.kernel import outbox
from masterdata.models import Customer
from reporting.facts.actions.roll_up import roll_up


def workers() -> None:
    """What the Celery workers do once they are poked, and the roll-up that beat asks for."""
    while names := outbox.due_subscribers():
        for name in names:
            assert outbox.deliver(name).failed == 0, name
    roll_up()


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


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_text(re.compile(r"^Saved "))


def choose_customer(page: Page, text: str = "c0") -> None:
    page.locator("#customer").press_sequentially(text)
    expect(page.locator("#customer-list [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#po")).to_be_focused()
    expect(page.locator("#customer-facts")).to_contain_text("Net 30")


def write_lines(page: Page, address: Callable[..., str], *quantities: int) -> None:
    """A draft for the first customer, one line for each quantity, everything keyed."""
    page.goto(address("orders:order_new"))
    choose_customer(page)
    for _field in ("po", "ship", "req"):
        page.keyboard.press("Enter")
    for line, quantity in enumerate(quantities, 1):
        expect(page.locator(f"tr[data-line='{line}'] [name=item]")).to_be_focused()
        page.keyboard.type(f"p{line}")
        page.keyboard.press("Enter")
        expect(page.locator(f"tr[data-line='{line}'] [name=qty]")).to_be_focused()
        page.keyboard.type(str(quantity))
        page.keyboard.press("Enter")
    saved(page)
