"""One order and everyone who touches it: keyed, picked, charged, paid, counted; and a neighbour who sees nothing.

The people are those of the demo company and sign in as they do there. What a Celery worker would do is done by
the same handlers, called here in turn.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F
from playwright.sync_api import Page, expect

from billing.models import CashReceipt, Invoice, InvoiceException, OpenItem
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.formats import write_number
from erp.kernel.models import User
from erp.kernel.proofs import prove
from inventory.models import Pick, Shipment, SiteStock
from inventory.outbound.actions.confirm_shipments import confirm_shipments
from inventory.outbound.actions.record_picks import record_picks
from inventory.outbound.actions.release_groups import release_groups
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from masterdata.models import Bin, Customer, Item, PriceScope, Site
from orders.entry.actions.submit_order import submit_order
from orders.entry.rules import LineRequest, OrderRequest
from orders.models import CreditAccount, SalesOrder
from orders.proposals.actions.apply_proposal import apply_proposal
from orders.proposals.actions.decide_proposal import approve_proposal
from orders.proposals.actions.propose_prices import propose_prices
from orders.proposals.sheets import read_prices
from tests.browser.acts import key_the_header, scan, workers
from tests.browser.conftest import TABLET
from tests.factories import local_day

Address = Callable[..., str]
QUANTITIES = (Decimal(3), Decimal(12), Decimal(6))


@dataclass(frozen=True, slots=True)
class House:
    """What the story is about: a site, a customer of it, three items to sell and one that stays on its shelf."""

    site: Site
    customer: Customer
    items: list[Item]
    other: Item


@pytest.fixture
def house() -> House:
    """The demo company on its first morning: masters and people, and five hundred of four items in Antwerp."""
    call_command("seed", without_trade=True, stdout=StringIO())
    site = Site.objects.get(code="ANT")
    pieces = Item.objects.filter(status="active", kind="stocked", lot_tracked=False)
    items = list(pieces.filter(sell_unit=F("stock_unit"), stock_unit="EA").order_by("pk")[:4])
    bins = list(Bin.objects.filter(site=site, kind="pick").order_by("pick_sequence")[:4])
    opening = [
        OpeningLine(item.pk, place.pk, Decimal(500), 500 * item.standard_cost)
        for item, place in zip(items, bins, strict=True)
    ]
    post_opening_stock(By(Actor.system("seed")), site_id=site.pk, lines=opening)
    customers = Customer.objects.filter(
        company=site.company_id, preferred_site=site, is_blocked=False, po_required=False, bill_to=None
    )
    customer = customers.filter(credit_account__limit__gte=60_000).select_related("party").order_by("pk")[0]
    return House(site, customer, items[:3], items[3])


def by(login: str) -> By:
    return By(Actor.of(User.objects.get(username=login)))


# Each one's part -------------------------------------------------------------------------------------------


def key_the_order(page: Page, house: House) -> SalesOrder:
    """The clerk: three lines, no mouse, submitted with Ctrl Enter."""
    key_the_header(page, house.customer, requested="t")
    for line, (item, quantity) in enumerate(zip(house.items, QUANTITIES, strict=True), 1):
        expect(page.locator(f"tr[data-line='{line}'] [name=item]")).to_be_focused()
        page.keyboard.type(item.code)
        page.keyboard.press("Enter")
        expect(page.locator(f"tr[data-line='{line}'] [name=qty]")).to_be_focused()
        page.keyboard.type(str(quantity))
        page.keyboard.press("Enter")
    expect(page.locator("#totals")).to_contain_text("Lines3")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text(re.compile(r"^SO-\d+ Allocated$"))
    order = SalesOrder.objects.get()
    assert (order.customer_id, order.customer_po, order.channel) == (house.customer.pk, "BW-77120", "desk")
    assert (order.site_id, order.submitted_by) == (house.site.pk, "cs")
    wanted = [(item.pk, quantity) for item, quantity in zip(house.items, QUANTITIES, strict=True)]
    assert list(order.lines.order_by("line").values_list("item", "quantity")) == wanted
    assert order.net == sum(line.net for line in order.lines.all()) > 0
    assert CreditAccount.objects.get(customer=order.bill_to).exposure == order.gross
    return order


def ship_the_order(page: Page, address: Address, house: House, order: SalesOrder) -> Shipment:
    """The supervisor on a tablet: release by site, pick by scanning, pack, confirm."""
    page.goto(address("inventory:release_list", query=f"view=all&site={house.site.pk}"))
    page.get_by_label(f"Select {order.number}").check()
    page.get_by_role("button", name="Release to warehouse").click()
    expect(page.locator("#toasts")).to_contain_text("1 shipment released")
    shipment = Shipment.objects.get(group=order.group_id)

    page.goto(address("inventory:station"))
    scan_field = page.locator("#code")
    expect(scan_field).to_be_focused()
    page.keyboard.type(order.number)
    page.keyboard.press("Enter")
    expect(page).to_have_url(address("inventory:shipment_work", shipment.pk))
    confirm = page.get_by_role("button", name="Confirm shipment")
    expect(confirm).to_have_attribute("aria-disabled", "true")
    first, *others = house.items
    scan(page, first.gtin, says=f"{first.code}: 1 EA of 3 EA")

    before = list(Pick.objects.order_by("pk").values_list("counted", "picked"))
    scan(page, house.other.gtin, says="this item is not on the shipment")
    expect(page.locator("#scan-msg .msg")).to_have_class("msg bad")
    assert list(Pick.objects.order_by("pk").values_list("counted", "picked")) == before
    expect(page.locator("#code")).to_be_focused()

    scan(page, f"(01)0{first.gtin}(37)2", says="3 EA of 3 EA")
    scan(page, f"(01)0{others[0].gtin}(37)12", says="12 EA of 12 EA")
    scan(page, f"(01)0{others[1].gtin}(37)6", says="All lines are done")
    page.get_by_label("Weight, kg").fill("12,5")
    page.get_by_role("button", name="Close cartons").click()
    expect(page.locator("#scan-msg")).to_contain_text("Packed")
    expect(page.locator("h1")).to_have_text(f"{shipment.number} To ship")
    page.get_by_label("Tracking number").fill("JD0001")
    page.get_by_role("button", name="Confirm shipment").click()
    expect(page.locator("h1")).to_have_text(f"{shipment.number} Shipped")
    shipment.refresh_from_db()
    assert (shipment.state, shipment.tracking_number) == ("shipped", "JD0001")
    stock = SiteStock.objects.filter(site=house.site, item__in=house.items).order_by("item")
    left = [(500 - quantity, 0) for quantity in QUANTITIES]
    assert list(stock.values_list("on_hand", "reserved")) == left
    return shipment


def open_and_collect(page: Page, address: Address, order: SalesOrder) -> Invoice:
    """Finance: the invoice that nobody had to write, its paper, and the money for it."""
    invoice = Invoice.objects.get(order=order)
    assert (invoice.net, invoice.gross) == (order.net, order.gross)
    page.goto(address("billing:invoice_list"))
    page.get_by_role("link", name=invoice.number).click()
    expect(page.locator("h1")).to_contain_text(invoice.number)
    paper = page.request.get(
        address("home").rstrip("/")
        + (page.get_by_role("link", name="PDF", exact=True).get_attribute("href") or "")
    )
    assert (paper.status, paper.headers["content-type"]) == (200, "application/pdf")
    assert paper.body().startswith(b"%PDF-")

    page.goto(address("billing:cash_receive"))
    page.get_by_label("Customer code").fill(order.bill_to.party.code)
    page.get_by_label("Amount").fill(str(invoice.gross))
    page.get_by_label("Reference of the payment").fill(f"Your invoice {invoice.number}")
    page.get_by_role("button", name="Find open items").click()
    proposed = page.get_by_label(f"Apply to {invoice.number}")
    expect(proposed).to_have_value(re.compile(rf"^{invoice.gross}$"))
    page.get_by_role("button", name="Post receipt").click()
    expect(page.locator("h1")).to_contain_text(re.compile(r"^CR-|\d"))
    receipt = CashReceipt.objects.get()
    assert (receipt.amount, receipt.unapplied) == (invoice.gross, 0)
    assert OpenItem.objects.get(invoice=invoice).open == 0
    assert CreditAccount.objects.get(customer=order.bill_to).exposure == 0
    return invoice


def raise_the_list_price(item: Item, scope: PriceScope) -> None:
    """The steward proposes a tenth more from today on, the process owner approves, a worker writes it."""
    listed = scope.prices.get(item=item).value
    rows = read_prices(f"Item,Price\n{item.code},{listed * Decimal('1.1'):f}\n".encode(), scope)
    proposal_id = propose_prices(
        by("steward"), scope_id=scope.pk, title="Supplier's increase", effective_on=local_day(), rows=rows
    ).proposal_id
    approve_proposal(by("owner"), proposal_id=proposal_id, version=1)
    assert apply_proposal(by("owner"), proposal_id=proposal_id).finished


def ship_at_an_old_price(house: House) -> SalesOrder:
    """A second order leaves the house after the list price of its item has risen by a tenth."""
    item = house.items[0]
    wanted = OrderRequest(
        customer_id=house.customer.pk,
        site_id=house.site.pk,
        lines=[LineRequest(item.pk, Decimal(10))],
        requested_on=local_day(),
        channel="desk",
        customer_po="BW-77121",
    )
    order = SalesOrder.objects.get(pk=submit_order(by("cs"), request=wanted).order_id)
    raise_the_list_price(item, PriceScope.objects.get(kind="list", company=house.site.company_id))
    (shipment_id,) = release_groups(by("warehouse"), group_ids=[order.group_id], strict=True).shipment_ids
    record_picks(by("warehouse"), shipment_id=shipment_id)
    confirm_shipments(by("warehouse"), shipment_ids=[shipment_id])
    return order


def approve(page: Page, address: Address, order: SalesOrder) -> InvoiceException:
    """Finance: the price that changed waits in the queue with its reason, and is billed as it was ordered."""
    found = InvoiceException.objects.get()
    assert (found.kind, found.order_id, found.resolved_at) == ("price_changed", order.pk, None)
    assert not Invoice.objects.filter(order=order).exists()
    page.goto(address("billing:exception_list"))
    page.get_by_role("link", name=found.shipment.number).click()
    drawer = page.locator("#exception")
    expect(drawer).to_contain_text("ordered at")
    drawer.get_by_label("Why it is billed as it is").fill("Promised by phone at the old price")
    drawer.get_by_role("button", name="Approve and bill").click()
    expect(page.locator("#toasts")).to_contain_text(re.compile(r"INV-\S+ issued"))
    invoice = Invoice.objects.get(order=order)
    assert invoice.gross == order.gross
    found.refresh_from_db()
    assert found.resolved_at is not None
    return found


def follow_the_chain(
    page: Page, address: Address, order: SalesOrder, shipment: Shipment, invoice: Invoice
) -> None:
    """From the order to its shipment, to its invoice, and back."""
    page.goto(address("orders:order", order.number))
    for number in (
        shipment.number,
        invoice.number,
        shipment.number,
        order.number,
        invoice.number,
        order.number,
    ):
        page.get_by_role("navigation", name="Document chain").get_by_role("link", name=number).click()
        expect(page.locator("h1")).to_contain_text(number)


def test_one_order_through_the_house(house: House, person: Callable[..., Page], address: Address) -> None:
    executive = person("executive")
    executive.goto(address("reporting:board", query="period=today"))
    intake, margin = executive.locator("#tile-order_intake .v"), executive.locator("#tile-gross_margin .v")
    expect(intake).to_have_text("€\u00a00")
    expect(margin).to_have_text("–")

    clerk = person("cs")
    order = key_the_order(clerk, house)
    supervisor = person("warehouse", TABLET)
    shipment = ship_the_order(supervisor, address, house, order)
    workers()
    finance = person("finance")
    invoice = open_and_collect(finance, address, order)
    second = ship_at_an_old_price(house)
    workers()
    exception = approve(finance, address, second)
    workers()

    executive.reload()
    expect(intake).to_have_text(f"€\u00a0{write_number(order.net + second.net, 0)}")
    expect(margin).to_contain_text("%")
    executive.goto(address("reporting:invoice_documents"))
    expect(executive.locator("table.list tbody tr")).to_have_count(2)
    expect(executive.locator("#list-sums")).to_have_text(
        f"Net {order.currency} {write_number(order.net + second.net, 0)}"
    )
    assert [result for result in prove().results if result["rows"] or result["error"]] == []

    follow_the_chain(clerk, address, order, shipment, invoice)

    # The other company sees none of it.
    receipt = CashReceipt.objects.get()
    for login, pages in {
        "cs.uk": [("orders:order", order.number), ("inventory:shipment", shipment.pk)],
        "finance.uk": [
            ("billing:invoice", invoice.number), ("billing:invoice_pdf", invoice.number),
            ("billing:exception", exception.pk), ("billing:receipt", receipt.pk),
            ("billing:customer_account", house.customer.pk), ("orders:order", order.number),
        ],
    }.items():  # fmt: skip
        neighbour = person(login)
        for name, key in pages:
            assert neighbour.request.get(address(name, key)).status == 404, name
    neighbour.goto(address("billing:invoice_list"))
    expect(neighbour.locator("main")).not_to_contain_text(invoice.number)
