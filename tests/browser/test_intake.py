"""Customer service works the intake queue: a stranger's document gets a profile, a bad line is corrected."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from masterdata.models import Customer, ItemReference
from orders.models import IntakeDocument, OutboundMessage, SalesOrder
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.factories import trading_partner
from tests.orders.channels.edi.texts import x12_order
from tests.trade import Trade, trade

Address = Callable[..., str]


@pytest.fixture
def shop() -> Trade:
    return trade()


def upload(page: Page, address: Address, name: str, text: str) -> None:
    page.goto(address("orders:intake_upload"))
    file = {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_role("heading", name=f"1 document from {name}")).to_be_visible()


def test_a_clerk_works_the_intake_queue(sign_in: SignIn, address: Address, shop: Trade) -> None:
    desk = sign_in("customer_service")
    upload(
        desk, address, "stranger.edi", x12_order(("P0", "5", "EA", "9"), ("WHO", "1", "EA", ""), po="4711")
    )
    assert_accessible(desk)
    upload(desk, address, "broken.edi", x12_order(("P0", "5", "EA", ""), po="4712", control=18)[:-60])
    desk.goto(address("orders:intake_list"))
    expect(desk.locator("tbody tr")).to_have_count(2)
    assert_accessible(desk)
    shoot(desk, "intake-queue")
    desk.goto(address("orders:intake_document", IntakeDocument.objects.get(reference="4711").pk))
    expect(desk.locator("body")).to_contain_text("No trading partner is known as 01/828513080")
    assert_accessible(desk)
    shoot(desk, "intake-document")
    trading_partner(Customer.objects.get(pk=shop.world.customers[0]))
    desk.get_by_role("button", name="Read it again and order").click()
    order = SalesOrder.objects.get()
    expect(desk.locator("body")).to_contain_text(f"Ordered on {order.number}")
    assert_accessible(desk)
    shoot(desk, "intake-document-partly")
    desk.get_by_role("link", name="No item is known as “WHO”.").click()
    desk.get_by_label("Item").fill("P1")
    desk.get_by_label("Remember that this customer calls it “WHO”").check()
    assert_accessible(desk)
    shoot(desk, "parked-line")
    desk.get_by_role("button", name="Order it").click()
    expect(desk.locator("h1")).to_have_text("Parked lines")
    assert SalesOrder.objects.count() == 2
    assert ItemReference.objects.get().item_id == shop.world.items[1]
    desk.goto(address("orders:intake_list"))
    desk.get_by_role("link", name="Desk", exact=True).click()
    expect(desk.get_by_text("Nothing was keyed at the desk")).to_be_visible()
    assert_accessible(desk)
    desk.get_by_role("link", name="Every other channel").click()
    expect(desk.locator("h1")).to_have_text("Intake queue")
    desk.goto(address("orders:outbound_message_list"))
    expect(desk.locator("tbody tr")).to_have_count(3)
    assert_accessible(desk)
    shoot(desk, "acknowledgements")
    desk.goto(address("orders:outbound_message", OutboundMessage.objects.filter(kind="855").latest("pk").pk))
    expect(desk.locator("pre")).to_contain_text("BAK*05*")
    assert_accessible(desk)


def test_a_steward_keeps_trading_partners(sign_in: SignIn, address: Address, shop: Trade) -> None:
    page = sign_in("data_steward")
    page.goto(address("orders:partner_create"))
    assert_accessible(page)
    page.get_by_label("Customer").fill("C0")
    page.get_by_label("Their identifier").fill("828513080")
    page.get_by_role("button", name="Create trading partner").click()
    expect(page.locator("h1")).to_contain_text("828513080")
    assert_accessible(page)
    shoot(page, "trading-partner")
