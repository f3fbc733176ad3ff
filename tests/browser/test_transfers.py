"""A transfer on two tablets: proposed, approved, loaded by scan, unloaded with one missing, which is found again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from inventory.models import TransferDifference, TransferOrder
from masterdata.models import Item
from tests.browser.acts import scan
from tests.browser.conftest import TABLET, SignIn, assert_accessible, shoot
from tests.inventory.adjustments.goods import assert_proven
from tests.inventory.transfers.moving import Moving, moving

Address = Callable[..., str]
GTIN = "5412345000013"


@pytest.fixture
def shop() -> Moving:
    made = moving()
    Item.objects.filter(pk=made.world.items[0]).update(gtin=GTIN, name="Lock nut M12 black oxide")
    made.lock_away(made.gets)
    made.lock_away(made.gives, left=40)
    made.wants(3)
    return made


def test_goods_go_from_site_to_site(shop: Moving, sign_in: SignIn, address: Address) -> None:
    page: Page = sign_in("procurement", username="lea", name="Lea Maes")
    page.goto(address("inventory:proposal_list"))
    page.get_by_role("button", name="Compare sites now").click()
    expect(page.locator("#toasts")).to_contain_text("1 new proposals")
    page.reload()
    assert_accessible(page)
    shoot(page, "rebalancing")
    page.get_by_role("link", name="P0").first.click()
    expect(page.locator("main")).to_contain_text("no date")
    assert_accessible(page)
    page.goto(address("inventory:proposal_list"))
    page.locator("tbody input[type=checkbox]").first.check()
    page.get_by_role("button", name="Make transfers").click()
    page.get_by_role("dialog").get_by_role("button", name="Make transfers").click()
    expect(page.locator("#toasts")).to_contain_text("1 proposal is a transfer")
    order = TransferOrder.objects.get()
    page.goto(address("inventory:transfer", order.pk))
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("h1")).to_contain_text("To ship")
    assert_accessible(page)

    sign_in("warehouse", username="hugo", name="Hugo Claes")
    page.set_viewport_size(TABLET)
    page.goto(address("inventory:transfer_ship", order.pk))
    expect(page.locator("#code")).to_be_focused()
    scan(page, GTIN, says="Lock nut M12 black oxide: 1 EA")
    scan(page, "5499999999999", says="no item has this code")
    scan(page, GTIN, says="Lock nut M12 black oxide: 2 EA")
    scan(page, GTIN, says="Lock nut M12 black oxide: 3 EA")
    assert_accessible(page)
    shoot(page, "transfer-ship")
    page.get_by_role("button", name="Ship", exact=True).click()
    expect(page.locator("h1")).to_contain_text("In transit")

    page.goto(address("inventory:transfer_receive", order.pk))
    expect(page.locator("#code")).to_be_focused()
    scan(page, GTIN, says="Lock nut M12 black oxide: 1 EA")
    scan(page, GTIN, says="Lock nut M12 black oxide: 2 EA")
    page.get_by_label("Everything is unloaded: what I did not count is missing").check()
    assert_accessible(page)
    shoot(page, "transfer-receive")
    page.get_by_role("button", name="Receive", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("1 backorder got stock from it. 1 difference is open.")
    expect(page.locator("h1")).to_contain_text("Received")
    assert_accessible(page)
    shoot(page, "transfer")

    page.goto(address("inventory:transfer_difference_list"))
    expect(page.locator("table.list")).to_contain_text("hugo")
    page.goto(address("inventory:transfer_difference", TransferDifference.objects.get().pk))
    assert_accessible(page)
    page.get_by_role("button", name="Receive it").click()
    expect(page.locator("h1")).to_contain_text("Found")
    assert shop.at(shop.gets).available == 3
    assert_proven()
