"""Finance's day in the browser: an exception appears, is corrected and billed; cash comes in and is applied."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from billing.models import Invoice, InvoiceException, OpenItem
from masterdata.models import Customer, Item, Party
from orders.entry.rules import LineRequest
from tests import factories
from tests.billing.exceptions.test_resolve_exceptions import raise_price
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.trade import Trade, trade

Address = Callable[..., str]
CUSTOMERS = (
    "Kilmore Safety Ltd", "Polar Adhesives", "Norvik Industrial AB", "Ostra Pneumatics", "Veltec Components",
    "Halden Bearings GmbH", "Corvin Abrasives", "Tessera Fasteners",
)  # fmt: skip
NAMES = (
    "Hex bolt M8 A2 stainless",
    "Nitrile glove L blue",
    "Deep groove bearing 6204 C3",
    "Solenoid valve 24 V DC",
)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def shop() -> Trade:
    """Eight customers with believable names, and an order line each whose agreement price has changed since."""
    made = trade(items=31, customers=len(CUSTOMERS))
    for customer_id, name in zip(made.world.customers, CUSTOMERS, strict=True):
        Party.objects.filter(customers=customer_id).update(name=name, search=name.upper())
    for number, item in enumerate(Item.objects.order_by("pk")):
        Item.objects.filter(pk=item.pk).update(name=NAMES[number % len(NAMES)])
    return made


def fill_queue(made: Trade, count: int) -> None:
    """Exceptions of several kinds and ages: new prices, missing POs, a blocked customer."""
    agreed = made.world.items[::10]
    shipments = []
    for n in range(count):
        customer_id = made.world.customers[n % len(CUSTOMERS)]
        lines = [LineRequest(agreed[n % len(agreed)], Decimal(40 + 7 * n))]
        shipments.append(
            made.ship(lines, customer_id=customer_id, customer_po=f"PO-{42216 - 31 * n}" if n % 4 else "")
        )
    raise_price(made, Decimal("1.85"))
    Customer.objects.filter(pk__in=made.world.customers[::4]).update(po_required=True)
    Customer.objects.filter(pk=made.world.customers[6]).update(is_blocked=True)
    made.invoice(*shipments)
    owners = [factories.user("finance", name=name) for name in ("R. Patel", "S. Brandt", "L. Duval")]
    for n, found in enumerate(InvoiceException.objects.order_by("pk")):
        age = timedelta(days=max(0, 31 - 2 * n))
        found.opened_at, found.due_on = found.opened_at - age, found.due_on - age + timedelta(days=12)
        found.owner = owners[n % 3] if n % 4 else None
        found.save()


@pytest.fixture
def finance(shop: Trade, sign_in: SignIn) -> Page:
    return sign_in("finance", username="mo", name="Marta Okafor")


def test_queue_is_filtered_approved_by_keyboard_assigned_and_undone(
    shop: Trade, finance: Page, address: Address
) -> None:
    fill_queue(shop, 20)
    finance.emulate_media(color_scheme="dark")
    finance.goto(address("billing:exception_list"))
    count = InvoiceException.objects.count()
    expect(finance.locator("#tab-open")).to_have_text(str(count))
    finance.keyboard.press("j")
    finance.keyboard.press("x")
    for row in (2, 3):
        finance.locator("#rows tbody tr").nth(row).locator("[name=id]").check()
    expect(finance.locator("#bulk-n")).to_have_text("3")
    shoot(finance, "invoice-exceptions-dark")
    finance.locator("#bulk").get_by_role("button", name="Assign").click()
    drawer = finance.locator("#drawer")
    drawer.get_by_label("Owner").select_option(label="R. Patel")
    drawer.get_by_role("button", name="Assign").click()
    expect(finance.locator(".toast")).to_contain_text("3 exceptions assigned")
    finance.locator(".toast").get_by_role("button", name="Undo").click()
    expect(finance.locator(".toast").last).to_contain_text("Undone")
    expect(finance.locator("#rows tbody tr").first).to_contain_text("Nobody")  # the list has come back
    finance.locator("#q").fill("Corvin")
    expect(finance.locator("#rows tbody tr").first).to_contain_text("Corvin Abrasives")
    expect(finance.locator("#rows tbody")).not_to_contain_text("Kilmore")
    assert_accessible(finance)


def test_exception_is_corrected_in_the_drawer_and_the_invoice_posts(
    shop: Trade, finance: Page, address: Address
) -> None:
    shipment_id = shop.ship([LineRequest(shop.world.items[0], Decimal(240))])
    raise_price(shop, Decimal("1.72"))
    shop.invoice(shipment_id)
    finance.goto(address("billing:exception_list"))
    finance.locator("#rows tbody a").first.click()
    drawer = finance.locator("#drawer")
    expect(drawer).to_contain_text("Ordered against today")
    assert_accessible(finance)
    shoot(finance, "invoice-exception-drawer")
    drawer.get_by_role("button", name="Approve and bill").click()
    expect(drawer.locator("[aria-invalid=true]")).to_have_count(1)
    drawer.get_by_role("button", name="Take new price and bill").click()
    expect(finance.locator(".toast")).to_contain_text(re.compile(r"INV-\d{6} issued"))
    expect(finance.get_by_text("No exception waits")).to_be_visible()
    invoice = Invoice.objects.get()
    assert invoice.net == 240 * (Decimal(9 + shop.world.items[0] % 90) + Decimal("1.72"))
    finance.goto(address("billing:invoice", invoice.number))
    expect(finance.get_by_role("heading", level=1)).to_contain_text(invoice.number)
    expect(finance.get_by_role("navigation", name="Document chain")).to_contain_text(invoice.shipment.number)
    assert_accessible(finance)
    shoot(finance, "invoice")


def test_cash_is_received_as_proposed_and_taken_back(shop: Trade, finance: Page, address: Address) -> None:
    items = []
    for quantity in (5, 9):
        (invoice_id,) = shop.invoice(
            shop.ship([LineRequest(shop.world.items[1], Decimal(quantity))])
        ).invoice_ids
        items.append(OpenItem.objects.get(invoice_id=invoice_id))
    payer = Party.objects.get(customers=shop.world.customers[0])
    finance.goto(address("billing:cash_list"))
    finance.get_by_role("link", name="Receive cash").click()
    finance.get_by_label("Customer code").fill(payer.code)
    finance.get_by_label("Amount").fill(str(items[1].amount + 10))
    finance.get_by_label("Reference of the payment").fill(f"Thanks {items[1].invoice.number}")
    finance.get_by_role("button", name="Find open items").click()
    expect(finance.get_by_text(f"The reference names {items[1].invoice.number}")).to_be_visible()
    assert_accessible(finance)
    shoot(finance, "receive-cash")
    finance.get_by_role("button", name="Post receipt").click()
    expect(finance.get_by_role("heading", level=1)).to_contain_text("CR-")
    assert OpenItem.objects.get(pk=items[1].pk).open == 0
    finance.get_by_label(re.compile("Why it is taken back")).fill("Wrong invoice")
    finance.get_by_role("button", name="Take back").click()
    expect(finance.get_by_text("taken back", exact=True)).to_be_visible()
    assert OpenItem.objects.get(pk=items[1].pk).open == items[1].amount
    assert_accessible(finance)
    finance.goto(address("billing:customer_account", shop.world.customers[0]))
    expect(finance.get_by_role("heading", name="Statement")).to_be_visible()
    assert_accessible(finance)
    shoot(finance, "customer-account")
