"""A day at the dock on a tablet: goods are put away by scan, what was crushed goes to the buyer with a photo."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from erp.kernel.attachments import files_of
from inventory.models import Pick, PurchaseOrder, PutawayTask, ReceiptDifference
from inventory.outbound.actions.release_groups import release_groups
from masterdata.models import Bin, Item
from orders.entry.rules import LineRequest
from orders.models import SalesOrder
from tests.browser.conftest import TABLET, SignIn, assert_accessible, shoot
from tests.inventory.putaway.dock import Dock, dock

Address = Callable[..., str]
GTINS = ("5412345000013", "5412345000020")
NAMES = ("Lock nut M12 black oxide", "Grinding wheel 75 × 533 inox")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def shop() -> Dock:
    made = dock()
    for item_id, gtin, name in zip(made.world.items, GTINS, NAMES, strict=False):
        Item.objects.filter(pk=item_id).update(gtin=gtin, name=name)
    return made


@pytest.fixture
def receiver(sign_in: SignIn, page: Page) -> Page:
    page.set_viewport_size(TABLET)
    return sign_in("warehouse", username="lea", name="Lea Peeters")


def scan(page: Page, code: str, *, says: str) -> None:
    """Scan as a scanner does: keys, then Enter, wherever the focus is."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator("#scan-msg")).to_contain_text(says)


def test_goods_are_put_away_by_scan(shop: Dock, receiver: Page, address: Address) -> None:
    page = receiver
    shop.receive(10, lines=2)
    page.goto(address("inventory:putaway_station"))
    expect(page.locator(".picks")).to_contain_text(NAMES[1])
    scan(page, GTINS[0], says=f"{NAMES[0]}: take it to A-")
    expect(page.locator("#hand-h")).to_be_visible()
    expect(page.locator("#code")).to_be_focused()
    assert_accessible(page)
    shoot(page, "putaway")
    scan(page, "Z-9", says="no bin of this site has this code")
    home = Bin.objects.get(pk=PutawayTask.objects.get(owner="lea").proposed_id).code
    scan(page, home, says=f"{NAMES[0]} is in {home}.")
    scan(page, GTINS[1], says="take it to")
    other = shop.empty_bin().code
    scan(page, other, says="not as proposed")
    expect(page.get_by_text("Nothing stands at the dock")).to_be_visible()
    assert list(PutawayTask.objects.values_list("state", flat=True)) == ["done", "done"]


def test_a_truck_is_unloaded(shop: Dock, receiver: Page, address: Address) -> None:
    page = receiver
    order = PurchaseOrder.objects.get(pk=shop.order(3, lines=2).purchase_order_id)
    page.goto(address("inventory:dock"))
    page.keyboard.type(order.number)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Start unloading").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("UNL-")
    expect(page.locator("#code")).to_be_focused()
    scan(page, GTINS[0], says=f"{NAMES[0]}: 1 EA")
    scan(page, f"(01)0{GTINS[0]}(37)3", says=f"{NAMES[0]}: 4 EA")
    scan(page, GTINS[1], says=f"{NAMES[1]}: 1 EA")
    page.get_by_role("button", name=f"One more of {NAMES[1]}").click()
    expect(page.locator("#scan-msg")).to_contain_text(f"{NAMES[1]}: 2 EA")
    expect(page.locator("#code")).to_be_focused()
    assert_accessible(page)
    shoot(page, "unloading")
    page.get_by_label("Delivery note").fill("DN-4711")
    page.get_by_label("Everything is unloaded").check()
    page.get_by_role("button", name="Post receipt").click()
    expect(page.locator("#toasts")).to_contain_text("2 differences are with the buyer")
    told = ReceiptDifference.objects.order_by("kind").values_list("kind", "quantity")
    assert list(told) == [("over", 1), ("short", 1)]
    page.goto(address("inventory:dock"))
    expect(page.get_by_role("heading", name="Expected")).to_be_visible()
    assert_accessible(page)
    shoot(page, "dock")


def test_the_supervisor_gives_work_out(shop: Dock, receiver: Page, address: Address) -> None:
    page = receiver
    shop.receive(10, lines=2)
    page.goto(address("inventory:task_list"))
    expect(page.locator("#who-has")).to_contain_text("Nobody: 2")
    number = PutawayTask.objects.order_by("pk")[0].number
    page.get_by_label(f"Select {number}").check()
    page.get_by_role("button", name="Take").click()
    expect(page.locator("#toasts")).to_contain_text("1 task is yours")
    expect(page.locator("#who-has")).to_contain_text("lea: 1")
    assert_accessible(page)
    shoot(page, "task-board")
    assert PutawayTask.objects.get(number=number).owner == "lea"


def test_a_crushed_box_goes_to_its_buyer(shop: Dock, receiver: Page, address: Address) -> None:
    page = receiver
    shop.order(10)
    order = PurchaseOrder.objects.get()
    page.goto(address("inventory:receive", order.pk))
    page.get_by_role("link", name="Report a difference").click()
    page.get_by_label("Damaged").check()
    page.get_by_label("Quantity").fill("3")
    page.get_by_label("Note").fill("Crushed by the fork")
    page.get_by_label("Photo").set_input_files({"name": "box.png", "mimeType": "image/png", "buffer": PNG})
    assert_accessible(page)
    shoot(page, "report-difference")
    page.get_by_role("button", name="Report to the buyer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"RD-\d+ Open"))
    expect(page.get_by_text("box.png").first).to_be_visible()
    assert_accessible(page)
    shoot(page, "receipt-difference")
    made = ReceiptDifference.objects.get()
    assert (made.kind, made.quantity, files_of(made).count()) == ("damaged", 3, 1)


def test_scans_outlive_a_lost_connection_and_a_reload(
    shop: Dock, receiver: Page, context: BrowserContext, address: Address
) -> None:
    page = receiver
    submitted = shop.submit([LineRequest(shop.world.items[0], Decimal(5))])
    group_id = SalesOrder.objects.get(pk=submitted.order_id).group_id
    (shipment_id,) = release_groups(shop.by(), group_ids=[group_id]).shipment_ids
    work = address("inventory:shipment_work", shipment_id)
    page.goto(work)
    context.set_offline(True)
    scan(page, GTINS[0], says="1 not sent yet, and kept")
    page.keyboard.type(GTINS[0])
    page.keyboard.press("Enter")
    with pytest.raises(Error):
        page.reload()
    context.set_offline(False)
    page.goto(work)
    expect(page.locator("#scan-msg")).to_contain_text("2 EA of 5 EA")
    assert Pick.objects.get().counted == 2
    page.reload()
    expect(page.locator("#scan-msg")).to_contain_text("Ready to scan")
    assert Pick.objects.get().counted == 2
