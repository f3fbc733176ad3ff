"""A line bought for its order, one that the supplier sends, and a catalogue: keyed, bought, received or confirmed."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from inventory.models import Demand, PurchaseOrder, Shipment
from masterdata.models import CatalogueItem, Supplier
from orders.models import SalesOrder
from tests import factories
from tests.browser.acts import choose_customer, saved
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.trade import Trade, trade

Address = Callable[..., str]


@pytest.fixture
def shop() -> Trade:
    made = trade(items=6)
    supplier = factories.supplier(party=factories.party(code="MAKER", name="Maker & Sons"), lead_time_days=5)
    for place in (1, 2):
        CatalogueItem.objects.create(
            supplier=supplier, code=f"M-{place}", name="Valve", search="M", unit_id="EA", cost=4,
            item_id=made.world.items[place],
        )  # fmt: skip
    return made


def key_line(page: Page, line: int, code: str, ways: int, says: str) -> None:
    """One line, and F7 as often as it takes to the way it is supplied."""
    page.locator(f"tr[data-line='{line}'] [name=item]").focus()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator(f"tr[data-line='{line}'] [name=qty]")).to_be_focused()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(page.locator(f"tr[data-line='{line + 1}'] [name=item]")).to_be_focused()
    saved(page)
    page.keyboard.press("ArrowUp")
    row = page.locator(f"tr[data-line='{line}']")
    for way in ("Special order", "Drop ship")[:ways]:
        page.keyboard.press("F7")
        expect(row.locator(".chip")).to_have_text(way)
    expect(row.locator(".atp")).to_have_text(re.compile(says))


def test_a_special_order_and_a_drop_shipment(
    sign_in: SignIn, page: Page, address: Address, shop: Trade
) -> None:
    sign_in("customer_service", "procurement", "warehouse", username="mo", name="Maya Okafor")
    page.goto(address("orders:order_new"))
    choose_customer(page)
    key_line(page, 1, "p1", 1, "^To buy, about ")
    expect(page.locator("#inspector [data-supply=special]")).to_have_attribute("aria-pressed", "true")
    key_line(page, 2, "p2", 2, "^To buy, about ")
    assert_accessible(page)
    shoot(page, "desk-bought")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text(re.compile(r"^SO-\d+ "))
    expect(page.locator("#line-1")).to_contain_text("Special order")
    expect(page.locator("#line-2")).to_contain_text("Drop ship")
    assert_accessible(page)
    order = SalesOrder.objects.get()

    # The buyer orders both in one step, one purchase order each
    page.goto(address("inventory:to_buy_list"))
    assert_accessible(page)
    shoot(page, "to-buy")
    page.get_by_label("Select all rows on this page").check()
    page.get_by_role("button", name="Order from suppliers").click()
    page.locator("#confirm-yes").click()
    expect(page.locator("#toasts")).to_contain_text("2 lines ordered")
    special, drop = PurchaseOrder.objects.get(group=None), PurchaseOrder.objects.get(group=order.group)
    assert Supplier.objects.get(party__code="MAKER").pk == special.supplier_id == drop.supplier_id

    # The supplier's notice ships the one line
    page.goto(address("inventory:purchase_order", drop.pk))
    expect(page.get_by_role("main")).to_contain_text("Drop ship")
    assert_accessible(page)
    page.get_by_role("link", name="Confirm drop shipment").click()
    page.get_by_label("Tracking number").fill("1Z999")
    assert_accessible(page)
    shoot(page, "drop-shipment")
    page.get_by_role("button", name="Confirm drop shipment").click()
    expect(page.locator("h1")).to_have_text(re.compile(r"^SH-\d+ Shipped"))
    assert_accessible(page)
    assert Shipment.objects.get().purchase_order_id == drop.pk

    # The receipt serves the other
    page.goto(address("inventory:receive", special.pk))
    page.get_by_label("Received of").fill("4")
    page.get_by_role("button", name="Post receipt").click()
    expect(page.get_by_text("1 backorder got stock from it.")).to_be_visible()
    reserved = Demand.objects.order_by("pk").values_list("supply_method", "reserved", "shipped")
    assert list(reserved) == [("special", 4, 0), ("drop", 0, 4)]


def test_a_catalogue_is_loaded_and_sold_from(
    sign_in: SignIn, page: Page, address: Address, shop: Trade
) -> None:
    sign_in("procurement", "data_steward", "customer_service", username="mo", name="Maya Okafor")
    page.goto(address("masterdata:catalogue_load"))
    page.get_by_label("Supplier").select_option(label="MAKER Maker & Sons")
    rows = b"Number,Name,Unit,Cost,Lead time\nX-9,Brass valve,EA,12.5,8\nX-10,Bad,ZZ,1,\n"
    page.get_by_label("File").set_input_files({"name": "list.csv", "mimeType": "text/csv", "buffer": rows})
    page.get_by_label("Only show what would change").uncheck()
    page.get_by_role("button", name="Load").click()
    expect(page.get_by_text("There is no unit “ZZ”.")).to_be_visible()
    assert_accessible(page)
    shoot(page, "catalogue-load")
    page.goto(address("masterdata:catalogue_list", query="view=new"))
    assert_accessible(page)
    page.goto(address("masterdata:catalogue", CatalogueItem.objects.get(code="X-9").pk))
    assert_accessible(page)
    page.get_by_role("link", name="Sell this item").click()
    page.get_by_label("Class", exact=True).select_option(label="Bench")
    page.get_by_role("button", name="Create item").click()
    expect(page.locator("h1")).to_contain_text("X-9")
    expect(page.get_by_role("main")).to_contain_text("From a catalogue, not kept yet")


def test_what_only_a_catalogue_has_is_ordered_from_the_item_list(
    sign_in: SignIn, page: Page, address: Address, shop: Trade
) -> None:
    CatalogueItem.objects.create(
        supplier=Supplier.objects.get(),
        code="M-77",
        name="Odd valve",
        search="M-77\nODD VALVE",
        unit_id="EA",
        cost=4,
    )
    sign_in("customer_service", username="mo", name="Maya Okafor")
    page.goto(address("orders:order_new"))
    choose_customer(page)
    page.locator("tr[data-line='1'] [name=item]").focus()
    page.keyboard.type("odd val")
    expect(page.locator("#item-list [role=option]")).to_contain_text("catalogue, special order")
    assert_accessible(page)
    shoot(page, "desk-catalogue")
    page.keyboard.press("Enter")
    page.keyboard.type("6")  # at machine speed: nothing waits for the item
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-line='2'] [name=item]")).to_be_focused()
    line = page.locator("tr[data-line='1']")
    expect(line.locator("[name=item]")).to_have_value("M-77")
    expect(line.locator("[name=qty]")).to_have_value("6")
    expect(line.locator(".chip")).to_have_text("Special order")
    line.locator("[name=price]").fill("9")
    page.keyboard.press("Enter")
    expect(line.locator("[name=reason]")).to_be_focused()
    page.keyboard.type("Cost plus")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text(re.compile(r"^SO-\d+ "))
    demand = Demand.objects.get()
    assert (demand.item.code, demand.supply_method, demand.ordered) == ("M-77", "special", 6)
