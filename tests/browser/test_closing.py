"""A controller's day with the books: the year beside the year before, down to the lines, and both companies in one."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from billing.ledger.models import Purpose
from tests import factories
from tests.billing.ledger.books import book, sort_accounts
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.trade import Trade, trade

Address = Callable[..., str]


@pytest.fixture
def shop() -> Trade:
    made = trade(items=1)
    sort_accounts(made.world.company_id)
    book(made, date(2020, 3, 1), "100000")
    book(made, date(2021, 3, 1), "1250000.50")
    book(made, date(2021, 6, 1), "-400000.25", Purpose.COGS)
    factories.books(factories.company(name="Second company", currency="GBP"))
    return made


def test_a_controller_reads_the_statements(shop: Trade, sign_in: SignIn, address: Address) -> None:
    page: Page = sign_in("finance", username="co", name="Carla Ombre")
    page.goto(address("billing:profit_and_loss"))
    page.get_by_label("From").fill("1 jan 2021")
    page.get_by_label("To", exact=True).fill("31 dec 2021")
    page.get_by_label("Compared with").select_option("year")
    page.get_by_role("button", name="Show").click()
    gross = page.get_by_role("row").filter(has_text="Gross profit")
    expect(gross).to_contain_text("850,000.25")
    expect(gross).to_contain_text("750,000.25")
    assert_accessible(page)
    shoot(page, "profit-and-loss")
    page.get_by_role("link", name="1,250,000.50").click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    shoot(page, "journal-lines")

    page.goto(address("billing:profit_and_loss", query="company=all&since=2021-01-01&until=2021-12-31"))
    page.get_by_label("1 GBP in EUR").fill("1.17")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("columnheader", name="Consolidated")).to_be_visible()
    assert_accessible(page)
    shoot(page, "consolidated")
    page.goto(address("billing:balance_sheet"))
    expect(page.get_by_role("row").filter(has_text="Total liabilities and equity")).to_be_visible()
    shoot(page, "balance-sheet")
