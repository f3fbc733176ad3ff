"""Every page: each role's menu, and one document of each kind. Accessible, light enough, without an error.

Per page: axe in light at 1440x900 and in dark at 820x1180 (the colours are the same tokens at both sizes), its HTML
at most 20 kB and its scripts and styles together at most 60 kB, compressed, no script error and no 5xx.
"""

import gzip
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from billing.models import Account, CashReceipt, Invoice, InvoiceException, Journal, OpenItem
from billing.receivables.actions.receive_cash import receive_cash
from billing.receivables.rules import Application
from erp.kernel import nav
from erp.kernel.access import roles
from erp.kernel.models import AuditEvent, Job, NumberSeries, OutboxEntry, User
from erp.kernel.proofs import prove
from inventory.adjustments.actions.adjust_stock import AdjustLine, adjust_stock
from inventory.adjustments.actions.change_status import StatusRow, change_status
from inventory.counting.actions.plan_counts import plan_counts
from inventory.models import CountTask, PurchaseOrder, Shipment, StatusChange, StockBalance
from inventory.purchasing.actions.create_purchase_order import PurchaseLine, create_purchase_order
from masterdata.models import (
    Bin,
    Company,
    Customer,
    CustomerGroup,
    Holiday,
    ItemClass,
    PaymentTerms,
    PriceScope,
    Site,
    Supplier,
    TaxCode,
    Unit,
)
from masterdata.policies.registry import policies
from orders.exceptions.actions.refresh_exceptions import refresh_exceptions
from orders.models import (
    CreditAccount,
    CustomerReturn,
    OrderException,
    ReturnLine,
    ReturnReceipt,
    SalesOrder,
)
from orders.returns.actions.approve_return import approve_return
from orders.returns.actions.dispose_return import Disposal, dispose_return
from orders.returns.actions.receive_return import CountedLine, receive_return
from orders.returns.actions.request_return import request_return
from orders.returns.rules import ReturnLineRequest
from reporting.facts.actions.roll_up import value_stock_history
from tests.browser.conftest import DESKTOP, SignIn, assert_accessible
from tests.factories import holiday, local_day, supplier
from tests.reporting.books import told
from tests.trade import Trade, trade

Address = Callable[..., str]
MOST_HTML, MOST_ASSETS = 20_000, 60_000
ASSETS = """() => performance.getEntriesByType("resource").map(entry => entry.name)
    .filter(name => /\\.(js|css)(\\?|$)/.test(name))"""


@pytest.fixture
def shop() -> Trade:
    """One order on each step of the way: new, on hold, at the warehouse, shipped, stopped, charged and paid."""
    made = trade(customers=3)
    payer, strict, tight = made.world.customers
    today = local_day()
    CreditAccount.objects.filter(customer=tight).update(limit=1)
    made.submit(3, requested_on=today)
    made.submit(2, requested_on=today, customer_id=tight)
    made.release(made.submit(3, requested_on=today).order_id)
    charged = made.ship(3, requested_on=today)
    made.invoice(charged)
    stopped = made.ship(2, requested_on=today, customer_id=strict)
    Customer.objects.filter(pk=strict).update(po_required=True)  # since the goods left
    made.invoice(stopped)
    item = OpenItem.objects.get()
    receive_cash(
        made.by(), customer_id=payer, amount=item.open + 5, received_on=today, reference="Transfer 7",
        applications=[Application(item.pk, item.open)],
    )  # fmt: skip
    create_purchase_order(
        made.by(), supplier_id=supplier().pk, site_id=made.world.sites[0], due_on=today,
        lines=[PurchaseLine(made.world.items[0], Decimal(40), "EA", Decimal(5))],
    )  # fmt: skip
    holiday()
    goods_back(made, charged)
    changed_by_hand(made)
    told()
    refresh_exceptions(made.by())
    value_stock_history()
    return made


def goods_back(made: Trade, shipment_id: int) -> None:
    """Three lines were damaged on the way: one is to be credited, one to be inspected, one still to come."""
    shipment = Shipment.objects.get(pk=shipment_id)
    wanted = [ReturnLineRequest(line.pk, line.shipped, "transit") for line in shipment.lines.order_by("pk")]
    rma = request_return(made.by(), order_id=shipment.group.order.pk, lines=wanted).return_id
    approve_return(made.by(), return_id=rma)
    place = Bin.objects.filter(site=shipment.site_id, kind="pick")[0].pk
    came = [CountedLine(line.pk, line.quantity, place) for line in ReturnLine.objects.filter(rma=rma)[:2]]
    receive_return(made.by(), return_id=rma, lines=came)
    receipt = ReturnReceipt.objects.order_by("pk")[0]
    dispose_return(made.by(), return_id=rma, lines=[Disposal(receipt.pk, "scrap", receipt.quantity)])


def changed_by_hand(made: Trade) -> None:
    """Goods on hold, and some that were found."""
    place = StockBalance.objects.filter(site=made.world.sites[0], status="available").order_by("pk")[0]
    blocked = StatusRow(place.item_id, place.bin_id, None, "available", "hold", Decimal(2))
    change_status(made.by(), site_id=place.site_id, rows=[blocked], reason="Wet cartons")
    found = AdjustLine(place.item_id, place.bin_id, Decimal(1))
    adjust_stock(made.by(), site_id=place.site_id, lines=[found], reason="found", note="Behind the rack")
    plan_counts(made.by(), site_id=place.site_id)


@pytest.fixture
def everyone(sign_in: SignIn) -> Page:
    """Someone who holds every role, so that each role's menu opens."""
    return sign_in(*roles(), username="mo", name="Maya Okafor")


class Walk:
    """Opens pages one by one and looks at each; what was found wrong is told at the end, all of it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sizes: dict[str, int] = {}
        self.wrong: list[str] = []

    def look_at(self, address: str) -> None:
        answer = self.page.goto(address)
        if answer is None or answer.status != 200:
            self.wrong.append(f"{address} answers {answer.status if answer else 'nothing'}")
            return
        expect(self.page.locator("h1")).to_have_count(1)
        html = len(gzip.compress(answer.body()))
        assets = sum(self._size(asset) for asset in set(self.page.evaluate(ASSETS)))
        if html > MOST_HTML or not 0 < assets <= MOST_ASSETS:
            self.wrong.append(f"{address} weighs {html} bytes of HTML and {assets} of scripts and styles")
        try:
            assert_accessible(self.page)
        except AssertionError as found:
            self.wrong.append(str(found))

    def _size(self, asset: str) -> int:
        if asset not in self.sizes:
            self.sizes[asset] = len(gzip.compress(self.page.request.get(asset).body()))
        return self.sizes[asset]


def menu_pages() -> dict[str, list[str]]:
    """The addresses that each role offers, each under the first role that does; those of everyone first."""
    me = User.objects.get(username="mo")
    names = ("home", "pages", "preferences", "password_change", "sessions", "job_list", "outbox_list", "audit_list",
             "user_list", "role_matrix", "billing:rule_new", "reporting:line_documents", "reporting:order_documents",
             "reporting:stock_documents", "inventory:adjust")  # fmt: skip
    pages = {"": [reverse(name) for name in names]}
    seen = set(pages[""])
    for role in roles():
        pages[role] = [link.url for link in nav.pages_of(me, role) if link.url not in seen]
        seen.update(pages[role])
    return pages


@pytest.fixture
def kernel_rows(letters: list[OutboxEntry], everyone: Page) -> None:
    """A running and a failed job, an outbox with dead letters, one change in the history, the proofs' answers."""
    me = User.objects.get(username="mo")
    Job.objects.create(
        kind="k", title="Price list import", requested_by=me, total=20000, done=12400, state="running"
    )
    Job.objects.create(kind="k", title="Old export", requested_by=me, state="failed", message="It stopped.")
    AuditEvent.objects.create(
        table="masterdata_customer", row_id=4, operation="update", actor="mo", reason="Moved", request_id="r-1",
        before={"city": "Ghent"}, after={"city": "Antwerp"},
    )  # fmt: skip
    prove()


@pytest.mark.parametrize("role", ["", *roles()])
@pytest.mark.usefixtures("kernel_rows")
def test_every_page_of_the_menu(shop: Trade, everyone: Page, address: Address, role: str) -> None:
    walk, base = Walk(everyone), address("home").rstrip("/")
    for path in menu_pages()[role]:
        walk.look_at(base + path)
    assert not walk.wrong, "\n\n".join(walk.wrong)


def documents(shop: Trade) -> list[tuple[str, object]]:
    """A page's name and the key of one of its documents, the newest unless an older one has more to show."""
    invoice, journal = Invoice.objects.get(), Journal.objects.latest("pk")
    rma = CustomerReturn.objects.get().number
    shipped, waiting = invoice.shipment_id, Shipment.objects.get(state="released").pk
    newest = {
        "billing:exception": InvoiceException,
        "orders:exception": OrderException,
        "billing:receipt": CashReceipt,
        "inventory:purchase_order": PurchaseOrder,
        "inventory:receive": PurchaseOrder,
        "inventory:balance": StockBalance,
        "inventory:count": CountTask,
        "inventory:status_change": StatusChange,
        "masterdata:bin": Bin,
        "masterdata:company": Company,
        "masterdata:customer_group": CustomerGroup,
        "masterdata:customer_group_change": CustomerGroup,
        "masterdata:holiday": Holiday,
        "masterdata:holiday_change": Holiday,
        "masterdata:item_class": ItemClass,
        "masterdata:item_class_change": ItemClass,
        "masterdata:payment_terms": PaymentTerms,
        "masterdata:payment_terms_change": PaymentTerms,
        "masterdata:price_scope": PriceScope,
        "masterdata:site": Site,
        "masterdata:supplier": Supplier,
        "masterdata:tax_code": TaxCode,
        "masterdata:tax_code_change": TaxCode,
        "masterdata:unit": Unit,
        "masterdata:unit_change": Unit,
        "billing:account": Account,
        "billing:account_change": Account,
        "billing:series": NumberSeries,
        "outbox_entry": OutboxEntry,
        "user": User,
    }
    return [
        ("orders:order", invoice.order.number),
        ("orders:order", SalesOrder.objects.get(holds__isnull=False).number),
        ("orders:order_ship_rule", invoice.order.number),
        ("inventory:shipment", shipped),
        ("inventory:shipment", waiting),
        ("inventory:shipment_work", waiting),
        ("orders:return", rma),
        ("orders:return_new", invoice.order.number),
        ("orders:return_receive", rma),
        ("orders:return_inspect", rma),
        ("billing:return_credit", rma),
        ("billing:invoice", invoice.number),
        ("billing:journal", journal.pk),
        ("billing:customer_account", invoice.bill_to_id),
        ("masterdata:customer", invoice.bill_to_id),
        ("masterdata:item", shop.world.items[0]),
        ("masterdata:item_change", shop.world.items[0]),
        ("masterdata:policy", next(iter(policies()))),
        *((name, model._default_manager.latest("pk").pk) for name, model in newest.items()),
    ]


def test_one_document_of_each_kind(shop: Trade, everyone: Page, address: Address) -> None:
    walk = Walk(everyone)
    for name, key in documents(shop):
        walk.look_at(address(name, key))
    assert not walk.wrong, "\n\n".join(walk.wrong)


@pytest.mark.parametrize(
    "name",
    [
        "billing:account_new", "billing:series_new", "masterdata:customer_group_create", "masterdata:holiday_create",
        "masterdata:item_class_create", "masterdata:payment_terms_create", "masterdata:tax_code_create",
        "masterdata:unit_create",
    ],
)  # fmt: skip
def test_a_refused_form_is_accessible(shop: Trade, everyone: Page, address: Address, name: str) -> None:
    everyone.goto(address(name))
    everyone.locator("main form .btn.primary").click()
    expect(everyone.locator("[aria-invalid=true]").first).to_be_visible()
    assert_accessible(everyone)


@pytest.mark.parametrize("name", ["orders:order_list", "inventory:shipment_list", "billing:exception_list"])
def test_lists_work_without_script(
    shop: Trade, everyone: Page, address: Address, browser: Browser, name: str
) -> None:
    """A row opens its document, a heading sorts, the form filters: plain pages."""
    state = everyone.context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state, viewport=DESKTOP)
    page = context.new_page()
    page.goto(address(name))
    rows = page.locator("table.list tbody tr")
    first = rows.first.locator("th a")
    number = first.inner_text()
    page.locator("thead th a").first.click()
    expect(page.locator("thead th[aria-sort]")).to_have_count(1)
    page.get_by_role("searchbox").fill("nothing is called so")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    page.get_by_role("link", name="Clear filters").click()
    page.get_by_role("searchbox").fill(number)
    page.get_by_role("button", name="Filter").click()
    expect(rows).to_have_count(1)
    first.click()
    expect(page.locator("h1")).to_contain_text(number)
    context.close()
