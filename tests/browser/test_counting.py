"""A counter's day at the bin: planned, scanned blind, counted again by another person, approved."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from erp.kernel.proofs import prove, results_of
from inventory.models import Adjustment, CountTask
from masterdata.models import Item
from tests.browser.acts import scan
from tests.browser.conftest import TABLET, SignIn, assert_accessible, shoot
from tests.inventory.adjustments.goods import MILLION, lying, stock_of
from tests.trade import Trade, trade

Address = Callable[..., str]
GTIN = "5412345000013"


@pytest.fixture
def shop() -> Trade:
    made = trade(items=2)
    Item.objects.filter(pk=made.world.items[0]).update(gtin=GTIN, name="Lock nut M12 black oxide")
    return made


def enter(page: Page, counted: str) -> None:
    page.get_by_label("Item", exact=True).fill("P0")
    page.get_by_label("Counted", exact=True).fill(counted)
    page.get_by_role("button", name="Enter count").click()
    expect(page.locator("#scan-msg")).to_contain_text("Lock nut M12")


def finish(page: Page) -> None:
    page.get_by_role("button", name="Finish count").click()
    page.get_by_role("dialog").get_by_role("button", name="Finish count").click()


def test_a_counters_day(shop: Trade, sign_in: SignIn, address: Address) -> None:
    page: Page = sign_in("warehouse", username="hugo", name="Hugo Claes")
    page.set_viewport_size(TABLET)
    page.goto(address("inventory:count_list"))
    page.get_by_role("button", name="Plan today's counts").click()
    expect(page.locator("#toasts")).to_contain_text("counts planned")
    task = CountTask.objects.get(bin=lying(shop).bin)
    page.goto(address("inventory:count", task.pk))
    expect(page.locator("#code")).to_be_focused()
    expect(page.locator("main")).not_to_contain_text("1,000,000")
    scan(page, task.bin.code, says="right bin")
    scan(page, GTIN, says="Lock nut M12 black oxide: 1 EA")
    scan(page, "5499999999999", says="no item has this code")
    page.get_by_role("button", name="One more of Lock nut").click()
    expect(page.locator("#work-lines")).to_contain_text("2 EA")
    assert_accessible(page)
    shoot(page, "counting")
    enter(page, "999,900")
    finish(page)
    expect(page.locator("#toasts")).to_contain_text("Another person counts this bin again")
    task.refresh_from_db()
    assert task.state == "recount"

    sign_in("warehouse", username="lea", name="Lea Maes")
    page.goto(address("inventory:count", task.pk))
    expect(page.locator("#work-lines")).to_contain_text("Nothing is counted yet")
    enter(page, "999,900")
    finish(page)
    expect(page.locator("#toasts")).to_contain_text("waits for an approval")
    assert stock_of(shop).on_hand == MILLION
    assert Adjustment.objects.get().quantity == -100
    page.goto(address("inventory:count", task.pk))
    expect(page.locator("table.list")).to_contain_text("999,900 EA")
    assert_accessible(page)
    page.goto(address("inventory:count_coverage"))
    assert_accessible(page)
    shoot(page, "count-accuracy")
    red = [result for result in results_of(prove()) if not result.green]
    assert not red, red
