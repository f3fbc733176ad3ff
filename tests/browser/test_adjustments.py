"""Goods are blocked and taken back, a loss beyond the limit waits, and another person decides."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from erp.kernel.proofs import prove, results_of
from inventory.models import Adjustment, StatusChange
from masterdata.models import Item
from tests.browser.conftest import TABLET, SignIn, assert_accessible, shoot
from tests.inventory.adjustments.goods import MILLION, lying, stock_of
from tests.trade import Trade, trade

Address = Callable[..., str]


@pytest.fixture
def shop() -> Trade:
    made = trade(items=3)
    Item.objects.filter(pk=made.world.items[0]).update(name="Lock nut M12 black oxide")
    return made


def test_blocking_and_taking_back(shop: Trade, sign_in: SignIn, address: Address) -> None:
    page: Page = sign_in("warehouse", username="marc", name="Marc Oleffe")
    page.set_viewport_size(TABLET)
    page.goto(address("inventory:balance_list", query=f"site={shop.world.sites[0]}"))
    page.get_by_label("Select P0").check()
    page.get_by_role("button", name="Change status").click()
    drawer = page.locator("#drawer")
    drawer.get_by_label("New status").select_option("quality")
    drawer.get_by_label("Why").fill("Supplier's recall")
    assert_accessible(page)
    shoot(page, "change-status")
    drawer.get_by_role("button", name="Change status").click()
    expect(page.locator("#toasts")).to_contain_text("1 place changed")
    assert stock_of(shop).available == 0
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone")
    assert stock_of(shop).available == MILLION

    # A part of it, on the page of its bin, and back from the change's own page
    page.goto(address("inventory:balance", lying(shop).pk))
    page.get_by_label("New status").select_option("hold")
    page.get_by_label("Quantity").fill("12")
    page.get_by_label("Why").fill("Wet cartons")
    page.get_by_role("button", name="Change status").click()
    expect(page.locator("main")).to_contain_text("Wet cartons")
    assert lying(shop, "hold").quantity == 12
    shoot(page, "status-change")
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    expect(page.locator("main")).to_contain_text("Takes back")
    assert StatusChange.objects.count() == 4
    assert stock_of(shop).available == MILLION


def test_a_loss_beyond_the_limit(shop: Trade, sign_in: SignIn, address: Address) -> None:
    page: Page = sign_in("warehouse", username="marc", name="Marc Oleffe")
    page.goto(address("inventory:balance", lying(shop).pk))
    page.get_by_role("link", name="Adjust stock").click()
    page.get_by_label("Difference").fill("-100")
    page.get_by_label("Reason").select_option("lost")
    page.get_by_label("Note").fill("Rack is empty")
    assert_accessible(page)
    page.get_by_role("button", name="Adjust stock").click()
    expect(page.locator("#toasts")).to_contain_text("beyond your limits")
    expect(page.locator("table.list")).to_contain_text("100 EA")
    assert stock_of(shop).on_hand == MILLION

    sign_in("finance", username="ines", name="Ines Wouters")
    page.goto(address("home"))
    page.get_by_role("link", name="Adjustments to approve").click()
    found = Adjustment.objects.get()
    page.get_by_label(f"Select {found.number}").check()
    shoot(page, "adjustments")
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(page.locator("#toasts")).to_contain_text("1 adjustment posted")
    found.refresh_from_db()
    assert (found.state, found.decided_by, stock_of(shop).on_hand) == ("posted", "ines", Decimal(999_900))
    page.goto(address("inventory:adjustment_causes"))
    expect(page.locator("table.list")).to_contain_text("Lost")
    assert_accessible(page)
    red = [result for result in results_of(prove()) if not result.green]
    assert not red, red
