"""A controller's day with the books: the statements down to their lines, and a month from its checks to closed."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from billing.closing.actions.waive_tasks import grant_waivers
from billing.ledger.models import Purpose
from billing.models import CloseTask
from erp.kernel import clock
from erp.kernel.command import By
from erp.kernel.models import OutboxEntry
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


def test_a_controller_closes_a_month(shop: Trade, sign_in: SignIn, address: Address) -> None:
    OutboxEntry.objects.create(topic="t", subscriber="s", document="d", payload={}, dead_at=clock.now())
    page: Page = sign_in("finance", username="co", name="Carla Ombre")
    page.goto(address("billing:close_list"))
    page.get_by_role("link", name="Start closing").click()
    page.get_by_label("Period").select_option(label="BENCH 2020-01")
    page.get_by_role("button", name="Start closing").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kept open")
    page.get_by_label("What is to be done").fill("Accrue the rent")
    page.get_by_role("button", name="Add task").click()
    page.get_by_role("link", name="Accrue the rent").click()
    page.get_by_label("Note").fill("450.00 as every month")
    page.get_by_role("button", name="It is done").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Done")
    page.get_by_role("link", name="BENCH 2020-01").click()
    assert_accessible(page)
    shoot(page, "close-cockpit")

    page.get_by_role("link", name="Everything announced was handled").click()
    page.get_by_label("Why the period may close all the same").fill("A message of a test system")
    page.get_by_role("button", name="Ask for a waiver").click()
    expect(page.get_by_text("someone else grants it")).to_be_visible()
    assert_accessible(page)
    shoot(page, "close-task")
    grant_waivers(
        By(factories.actor("process_owner")), task_ids=[CloseTask.objects.get(check_key="facts").pk]
    )
    page.get_by_role("link", name="BENCH 2020-01").click()
    page.get_by_role("button", name="Close period").click()
    page.get_by_role("dialog").get_by_role("button", name="Close period").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Closed")
    shoot(page, "close-closed")
