"""A kit from the desk to its invoice: keyed as one line, picked as its components, charged once."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from billing.models import Invoice
from erp.kernel import outbox
from inventory.models import Shipment
from masterdata.models import Item
from orders.models import SalesOrder
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.orders.kits import kit_of, part
from tests.trade import Trade, trade

Address = Callable[..., str]


@pytest.fixture
def shop() -> Trade:
    """Three mounting kits could be made: there are six nuts."""
    made = trade()
    bolt = part(made, 100, code="BOLT-8", name="Hex bolt M8 A2 stainless")
    nut = part(made, 6, code="NUT-8", name="Hex nut M8 A2 stainless")
    kit_of({bolt: 4, nut: 2}, code="KIT-8", name="Mounting kit M8", search="KIT-8\nMOUNTING KIT M8")
    return made


def test_a_kit_is_keyed_shipped_and_invoiced(sign_in: SignIn, address: Address, shop: Trade) -> None:
    page = sign_in("customer_service", "warehouse", "finance", username="mo", name="Maya Okafor")
    order = key_it(page, address)
    page.goto(address("inventory:release_list", query="view=all"))
    page.get_by_label(f"Select {order.number}").check()
    page.get_by_role("button", name="Release to warehouse").click()
    expect(page.locator("#toasts")).to_contain_text("1 shipment released")
    shipment = Shipment.objects.get(group=order.group_id)
    pick_it(page, address, shipment)
    assert outbox.deliver("billing.invoicing.invoice_confirmed_shipments").failed == 0
    invoice = Invoice.objects.get(order=order)
    assert invoice.net == 150
    page.goto(address("billing:invoice", invoice.number))
    rows = page.get_by_role("table", name="Lines of the document").locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("KIT-8")
    page.goto(address("orders:order", order.number))
    parts = page.get_by_role("table", name="What is in the kits of this line").locator("tbody tr")
    expect(parts.nth(1)).to_contain_text("NUT-8")
    expect(parts.nth(1).locator("td").nth(2)).to_have_text("6")


def key_it(page: Page, address: Address) -> SalesOrder:
    """Five are asked for, the desk says what there is and which component is short; three are ordered."""
    page.goto(address("orders:order_new"))
    page.locator("#customer").press_sequentially("c0")
    expect(page.locator("#customer-list [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    line = page.locator("tr[data-line='1']")
    line.locator("[name=item]").focus()
    page.keyboard.type("kit-8")
    page.keyboard.press("Enter")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(line.locator(".atp")).to_have_text("3 now, rest open (NUT-8)")
    line.locator("[name=qty]").fill("3")
    page.keyboard.press("Enter")
    expect(line.locator(".atp")).to_have_text("3 free")
    line.locator("[name=qty]").focus()
    expect(page.locator("#inspector")).to_contain_text("4 in one kit")
    assert_accessible(page)
    shoot(page, "order-kit")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text(re.compile(r"^SO-\d+ Allocated$"))
    order = SalesOrder.objects.get()
    assert (order.lines.get().item, order.net) == (Item.objects.get(code="KIT-8"), Decimal(150))
    parts = page.get_by_role("table", name="What is in the kits of this line").locator("tbody tr")
    expect(parts).to_have_count(2)
    expect(parts.first).to_contain_text("BOLT-8")
    expect(parts.first.locator("td").first).to_have_text("12 EA")
    assert_accessible(page)
    return order


def pick_it(page: Page, address: Address, shipment: Shipment) -> None:
    """The tablet names the kit beside each component."""
    page.goto(address("inventory:shipment_work", shipment.pk))
    expect(page.locator(".picks li")).to_have_count(2)
    for row in page.locator(".picks li").all():
        expect(row).to_contain_text("in kit KIT-8")
    assert_accessible(page)
    for code, count in (("BOLT-8", 12), ("NUT-8", 6)):
        for _ in range(count):
            page.keyboard.type(code)
            page.keyboard.press("Enter")
    expect(page.locator("#scan-msg")).to_contain_text("All lines are done")
    page.get_by_role("button", name="Confirm shipment").click()
    expect(page.locator("h1")).to_have_text(f"{shipment.number} Shipped")
