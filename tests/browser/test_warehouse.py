"""The warehouse supervisor's part of an order: release, pick with a scanner, explain a short, pack, confirm."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from inventory.models import Demand, Pick, Shipment, SiteStock, StockBalance
from inventory.outbound.actions.release_groups import release_groups
from masterdata.models import Item
from orders.entry.rules import LineRequest
from orders.models import SalesOrder
from tests.browser.conftest import TABLET, SignIn, assert_accessible, shoot
from tests.trade import Trade, trade

Address = Callable[..., str]
GTINS = ("5412345000013", "5412345000020", "5412345000037")


@pytest.fixture
def shop() -> Trade:
    made = trade()
    names = ("Lock nut M12 black oxide", "Grinding wheel 75 × 533 inox", "Deep groove bearing 6205 2RS")
    for item_id, gtin, name in zip(made.world.items, GTINS, names, strict=False):
        Item.objects.filter(pk=item_id).update(gtin=gtin, name=name)
    return made


@pytest.fixture
def supervisor(sign_in: SignIn, page: Page) -> Page:
    page.set_viewport_size(TABLET)
    return sign_in("warehouse", username="marc", name="Marc Oleffe")


def order(shop: Trade, *quantities: int) -> SalesOrder:
    lines = [LineRequest(shop.world.items[place], Decimal(n)) for place, n in enumerate(quantities)]
    return SalesOrder.objects.get(pk=shop.submit(lines).order_id)


def scan(page: Page, code: str, *, says: str) -> None:
    """Scan as a scanner does: keys, then Enter, wherever the focus is."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator("#scan-msg")).to_contain_text(says)


def test_a_day_at_the_dock(shop: Trade, supervisor: Page, address: Address) -> None:
    page, sold = supervisor, order(shop, 3, 12, 6)
    page.goto(address("inventory:station"))
    expect(page.get_by_role("link", name=re.compile("To release 1"))).to_be_visible()
    assert_accessible(page)
    shoot(page, "station")

    # Release
    page.goto(address("inventory:release_list", query="view=all"))
    expect(page.get_by_role("rowheader", name=sold.number)).to_be_visible()
    page.get_by_label(f"Select {sold.number}").check()
    page.get_by_role("button", name="Release to warehouse").click()
    expect(page.locator("#toasts")).to_contain_text("1 shipment released")
    shipment = Shipment.objects.get()

    # Find it by its order, and pick
    page.goto(address("inventory:station"))
    page.keyboard.type(sold.number)
    page.keyboard.press("Enter")
    expect(page).to_have_url(address("inventory:shipment_work", shipment.pk))
    confirm = page.get_by_role("button", name="Confirm shipment")
    expect(confirm).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#code")).to_be_focused()
    scan(page, GTINS[0], says="1 EA of 3 EA")
    assert_accessible(page)
    shoot(page, "picking")

    # A wrong scan says so and changes nothing
    before = list(Pick.objects.order_by("pk").values_list("counted", "picked"))
    scan(page, "5499999999999", says="no item and no open bin")
    expect(page.locator("#scan-msg .msg")).to_have_class("msg bad")
    scan(page, "(01)05412345000013(37)9", says="more than the 2 EA still wanted")
    assert list(Pick.objects.order_by("pk").values_list("counted", "picked")) == before
    expect(page.locator("#code")).to_be_focused()

    # Counted labels, single pieces, and by hand
    scan(page, "(01)05412345000013(37)2", says="3 EA of 3 EA")
    scan(page, GTINS[1], says="1 EA of 12 EA")
    page.get_by_role("button", name="One more of Grinding wheel").click()
    expect(page.locator("#scan-msg")).to_contain_text("2 EA of 12 EA")
    page.get_by_role("button", name="One less of Grinding wheel").click()
    expect(page.locator("#scan-msg")).to_contain_text("1 EA of 12 EA")
    scan(page, "]C10105412345000020" + "3711", says="12 EA of 12 EA")

    # Short, with a reason
    scan(page, GTINS[2], says="1 EA of 6 EA")
    page.get_by_role("button", name="Short pick of Deep groove bearing").click()
    page.get_by_label("Bin empty or short").check()
    assert_accessible(page)
    page.get_by_role("button", name="Record short pick").click()
    expect(page.locator("#scan-msg")).to_contain_text("planned again")
    short = Demand.objects.get(item=shop.world.items[2])
    assert (short.picked, short.reserved) == (1, 6)
    assert StockBalance.objects.get(item=shop.world.items[2], status="hold").quantity == 5

    # Pack and confirm
    page.get_by_label("Weight, kg").fill("12,5")
    page.get_by_role("button", name="Close cartons").click()
    expect(page.locator("#scan-msg")).to_contain_text("Packed")
    assert_accessible(page)
    page.get_by_label("Tracking number").fill("JD0001")
    page.get_by_role("button", name="Confirm shipment").click()
    expect(page.get_by_role("heading", name=shipment.number)).to_contain_text("Shipped")
    assert_accessible(page)
    shoot(page, "shipment")
    shipment.refresh_from_db()
    assert (shipment.state, shipment.tracking_number) == ("shipped", "JD0001")
    assert SiteStock.objects.get(item=shop.world.items[1], site=shop.world.sites[0]).on_hand == 999_988


def test_a_scan_that_lost_the_connection_counts_once(shop: Trade, supervisor: Page, address: Address) -> None:
    page, sold = supervisor, order(shop, 3)
    (shipment_id,) = release_groups(shop.by(), group_ids=[sold.group_id]).shipment_ids
    page.goto(address("inventory:shipment_work", shipment_id))
    answers = iter([True])

    def lose_the_answer(route) -> None:
        if next(answers, False):
            route.fetch()  # the server has counted it
            route.abort()
        else:
            route.continue_()

    page.route("**/scan/", lose_the_answer)
    scan(page, GTINS[0], says="No connection")
    expect(page.locator("#scan-msg")).to_contain_text("1 EA of 3 EA")
    assert Pick.objects.get().counted == 1


def test_cancelling_asks_for_a_reason(shop: Trade, supervisor: Page, address: Address) -> None:
    page, sold = supervisor, order(shop, 3)
    (shipment_id,) = release_groups(shop.by(), group_ids=[sold.group_id]).shipment_ids
    page.goto(address("inventory:shipment", shipment_id))
    page.get_by_role("button", name="Cancel shipment").first.click()
    page.get_by_label("Reason").fill("Truck broke down")
    assert_accessible(page)
    page.locator("#take-back").get_by_role("button", name="Cancel shipment").click()
    expect(page.get_by_role("heading", name=f"SH-{shipment_id}")).to_contain_text("Cancelled")
    expect(page.locator(".time")).to_contain_text("Truck broke down")


@pytest.mark.parametrize("name", ["inventory:pick_list", "inventory:packing_slip"])
def test_papers_are_pdfs(shop: Trade, supervisor: Page, address: Address, name: str) -> None:
    (shipment_id,) = release_groups(shop.by(), group_ids=[order(shop, 3).group_id]).shipment_ids
    answer = supervisor.request.get(address(name, shipment_id))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
