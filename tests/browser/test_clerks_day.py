"""A clerk's day with one customer: a quote becomes an order that changes, waits, is short, is told of and comes back.

The clerk works in the browser, and so does the process owner who answers for a price. What the warehouse does is done
by its verbs: its pages have stories of their own.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from billing.models import Invoice
from erp.kernel.formats import write_day
from erp.kernel.models import User
from erp.kernel.proofs import prove, results_of
from inventory.models import Demand
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from masterdata.models import Company, Customer, Party
from orders.entry.rules import LineRequest
from orders.models import (
    CreditAccount,
    CustomerReturn,
    Hold,
    LineSubstitution,
    OrderMessage,
    Quote,
    SalesOrder,
)
from tests import factories as make
from tests.browser.acts import workers, write_lines
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.factories import local_day
from tests.orders.returns.journey import Returns
from tests.orders.substitutes import priced, stands_in
from tests.trade import Trade, trade

Address = Callable[..., str]


@pytest.fixture
def shop() -> Trade:
    """Of P1 40 are free and nothing comes; of P2 none, and a hundred come in eleven days. P0 and P3 stand in."""
    made = trade(items=4)
    priced(made, 16, 10, 20, 40)
    stands_in(made, 1, 0)
    stands_in(made, 2, 3)
    Party.objects.update(email="buyer@example.com")
    taken = [
        LineRequest(made.world.items[1], Decimal(999_960)),
        LineRequest(made.world.items[2], Decimal(1_000_000)),
    ]
    made.submit(taken, customer_id=made.world.customers[1])
    company = Company.objects.get(pk=made.world.company_id)
    create_purchase_order(
        made.by(),
        supplier_id=make.supplier(company=company).pk,
        site_id=made.world.sites[0],
        lines=[PurchaseLine(made.world.items[2], Decimal(100), "EA", Decimal(7))],
        due_on=local_day() + timedelta(days=11),
    )
    return made


@pytest.fixture
def clerk() -> User:
    return make.user("customer_service", username="lena", name="Lena Maes")


def amounts(order: SalesOrder) -> tuple[str, str, str]:
    order.refresh_from_db()
    return f"{order.net:.2f}", f"{order.tax:.2f}", f"{order.gross:.2f}"


def lines(order: SalesOrder) -> list[tuple[str, int, str, str, str]]:
    """Item, what is left of the line, unit price, its source and its net, line by line."""
    return [
        (
            line.item.code,
            int(line.quantity - line.cancelled_quantity),
            f"{line.unit_price:.2f}",
            line.price_source,
            f"{line.net:.2f}",
        )
        for line in order.lines.select_related("item").order_by("line")
    ]


# The clerk's part -------------------------------------------------------------------------------------------


def quote_and_order(page: Page, address: Address) -> SalesOrder:
    """Quote 24 P1 and 10 P2, hand it over, and take the customer's word for all of it."""
    write_lines(page, address, 24, 10)
    page.keyboard.press("Alt+q")
    page.get_by_label("Prices hold until").fill("+20")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("To send")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_label("Handed over, no e-mail").check()
    page.get_by_role("button", name="Send quote").click()
    expect(page.locator("h1")).to_contain_text("Sent")
    quote = Quote.objects.get()
    assert (f"{quote.net:.2f}", f"{quote.gross:.2f}") == ("440.00", "532.40")
    page.get_by_role("link", name="Make order").click()
    page.get_by_label("Customer PO").fill("BW-4711")
    page.get_by_role("button", name="Submit order").click()
    expect(page.locator("h1")).to_have_text(re.compile(r"^SO-\d+ Backorder$"))
    order = SalesOrder.objects.get(customer_po="BW-4711")
    assert lines(order) == [("P1", 24, "10.00", "quote", "240.00"), ("P2", 10, "20.00", "quote", "200.00")]
    assert amounts(order) == ("440.00", "92.40", "532.40")
    quote.refresh_from_db()
    assert (quote.state, quote.ordered_net) == ("won", Decimal(440))
    return order


def substitute(page: Page, address: Address, order: SalesOrder, line: int, *, instead: str) -> None:
    """Everything of a line that waits comes as something else; the customer agreed on the telephone."""
    page.goto(address("orders:order", order.number))
    page.get_by_role("link", name=f"Substitute what is short of line {line}").click()
    expect(page.get_by_role("radio", name=instead)).to_be_checked()
    page.get_by_label("Who agreed?").fill("Mr Maes, by phone")
    page.get_by_label("Why is something else sent?").fill("Cannot wait")
    page.get_by_role("button", name="Substitute").click()
    expect(page.locator("h1")).to_contain_text(order.number)
    expect(page.get_by_role("link", name=f"Substitute what is short of line {line}")).to_have_count(0)


def change_line(page: Page, address: Address, order: SalesOrder, *, quantity: str, price: str = "") -> None:
    """The first line's quantity, and its price by hand."""
    page.goto(address("orders:order_amend", order.number))
    page.get_by_label("Quantity of line 1").fill(quantity)
    page.get_by_label("Price of line 1").fill(price)
    page.get_by_label("Why does it change?").fill("Bargained on the telephone")
    page.keyboard.press("Enter")
    expect(page.locator("#line-1")).to_contain_text(f"{quantity} EA")


def tell_the_customer(page: Page, address: Address, order: SalesOrder) -> None:
    """Both substitutes stand in one notice, and it leaves the house once."""
    message = OrderMessage.objects.get()
    day = Demand.objects.filter(group=order.group_id, ordered__gt=0).order_by("pk")[0].promised_on
    assert message.subject == f"A substitute in order {order.number} (your BW-4711)"
    assert message.body.splitlines()[-2:] == [
        f"Line 3, 10 EA P3 Product 3: instead of 10 EA P2, leaves on {write_day(day)}",
        f"Line 4, 20 EA P0 Product 0: instead of 20 EA P1, leaves on {write_day(day)}",
    ]
    page.goto(address("orders:message_list"))
    page.get_by_role("link", name=order.number).click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("The notice is sent")).to_be_visible()
    workers()
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [(["buyer@example.com"], message.subject)]
    message.refresh_from_db()
    assert (message.state, message.decided_by) == ("sent", "lena")
    assert message.delivered_at is not None


def ask_back(page: Page, address: Address, order: SalesOrder) -> CustomerReturn:
    """Three of the substitutes are broken: asked back and approved within the clerk's limit."""
    page.goto(address("orders:order", order.number))
    page.get_by_role("link", name="Return", exact=True).click()
    page.get_by_label("Quantity of Product 3").fill("3")
    page.get_by_label("Reason for Product 3").select_option("defective")
    page.get_by_role("button", name="Request return").click()
    expect(page.locator("h1")).to_contain_text("To approve")
    page.get_by_role("button", name="Approve return").click()
    expect(page.locator("h1")).to_contain_text("To receive")
    rma = CustomerReturn.objects.get()
    assert (rma.state, rma.net) == (
        "approved",
        Decimal(60),
    )  # at the price of what was agreed, not at P3's 40
    return rma


def test_a_clerks_day_with_one_customer(shop: Trade, clerk: User, sign_in: SignIn, address: Address) -> None:
    page = sign_in(clerk)
    order = quote_and_order(page, address)
    substitute(page, address, order, 2, instead="P3")
    assert lines(order)[1:] == [
        ("P2", 0, "20.00", "quote", "0.00"),
        ("P3", 10, "20.00", "substitute", "200.00"),
    ]
    assert amounts(order) == ("440.00", "92.40", "532.40")

    # A fifth below the list price is more than a clerk may give: 48.00 given away wait for an answer
    change_line(page, address, order, quantity="24", price="8")
    expect(page.locator("h1")).to_contain_text("On hold")
    hold = Hold.objects.get(order=order)
    assert (hold.kind, hold.amount, hold.caused_by) == ("override", Decimal(48), "lena")
    assert hold.detail == "P1 at 8.00 is below 8.50 EUR, the least that may be given without asking."
    assert amounts(order) == ("392.00", "82.32", "474.32")
    expect(page.get_by_role("button", name="Release")).to_have_count(0)

    sign_in("process_owner", username="olga", name="Olga Wirth")
    page.goto(address("orders:hold_list"))
    page.get_by_role("link", name=order.number).click()
    page.get_by_placeholder("Why may it go on?").fill("Matches the framework offer")
    page.get_by_role("button", name="Release").click()
    expect(page.locator("h1")).to_contain_text("Allocated")
    hold.refresh_from_db()
    assert (hold.released_by, hold.release_reason) == ("olga", "Matches the framework offer")

    # 60 instead of 24 at the price that was approved: 40 are there, 20 are short and nothing comes
    sign_in(clerk)
    change_line(page, address, order, quantity="60")
    expect(page.locator("h1")).to_contain_text("Backorder")
    assert Hold.objects.filter(order=order, released_at=None).count() == 0
    assert amounts(order) == ("680.00", "142.80", "822.80")
    short = Demand.objects.get(group=order.group_id, item=shop.world.items[1])
    assert (short.ordered, short.reserved, short.promised_on) == (60, 40, None)
    substitute(page, address, order, 1, instead="P0")
    expect(page.locator("h1")).to_contain_text("Allocated")
    assert lines(order) == [
        ("P1", 40, "8.00", "override", "320.00"),
        ("P2", 0, "20.00", "quote", "0.00"),
        ("P3", 10, "20.00", "substitute", "200.00"),
        ("P0", 20, "8.00", "substitute", "160.00"),
    ]
    assert amounts(order) == ("680.00", "142.80", "822.80")
    consents = LineSubstitution.objects.order_by("line__line").values_list("asked_item__code", "consent")
    assert list(consents) == [("P2", "Mr Maes, by phone"), ("P1", "Mr Maes, by phone")]
    assert_accessible(page)
    shoot(page, "clerks-day")

    workers()
    tell_the_customer(page, address, order)
    shipment_id = shop.release(order.pk)
    shop.pick(shipment_id)
    confirm_shipments(shop.by(), shipment_ids=[shipment_id])
    workers()
    invoice = Invoice.objects.get(order=order)
    assert (invoice.net, invoice.tax, invoice.gross) == (Decimal(680), Decimal("142.80"), Decimal("822.80"))

    rma = ask_back(page, address, order)
    dock = make.actor("warehouse", username="hugo")
    warehouse = Returns(shop, shipment_id, service=dock, colleague=dock, owner=dock, dock=dock)
    warehouse.receive(rma, 3)
    warehouse.dispose(rma, ("scrap", 3))
    workers()
    memo = Invoice.objects.get(kind="credit_memo")
    assert (memo.net, memo.gross) == (Decimal(60), Decimal("72.60"))
    account = CreditAccount.objects.get(customer=Customer.objects.get(pk=shop.world.customers[0]))
    assert account.exposure == Decimal("750.20")  # 822.80 less 72.60
    page.goto(address("orders:return", rma.number))
    expect(page.locator("h1")).to_contain_text("Closed")
    page.get_by_role("link", name=order.number).click()
    expect(page.locator("h1")).to_contain_text("Invoiced")
    page.get_by_role("link", name=Quote.objects.get().number).click()
    expect(page.locator("h1")).to_contain_text("Ordered")
    assert [result for result in results_of(prove()) if not result.green] == []
