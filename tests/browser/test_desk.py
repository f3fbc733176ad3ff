"""Customer service at the order desk: twenty lines without a mouse, paste, holds, two windows on one draft."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from inventory.models import Demand
from masterdata.models import ItemReference, Substitute
from orders.models import CreditAccount, LineSubstitution, OrderDraft, ParkedLine, SalesOrder
from tests.browser.acts import choose_customer, saved
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.browser.desk import desk_trade
from tests.trade import Trade

Address = Callable[..., str]
PASTE = """text => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(paste);
}"""


@pytest.fixture
def shop() -> Trade:
    return desk_trade()


@pytest.fixture
def clerk(sign_in: SignIn) -> Page:
    return sign_in("customer_service", username="mo", name="Maya Okafor")


def test_a_customer_is_taken_from_the_list_of_what_was_typed_and_from_no_closed_one(
    clerk: Page, address: Address, shop: Trade
) -> None:
    held: list[Route] = []
    asked = re.compile(r"/customers/\?q=c0$")
    clerk.route(asked, lambda route: held.append(route))
    clerk.goto(address("orders:order_new"))
    box, chosen = clerk.locator("#customer"), clerk.locator("#customer-facts")
    box.press_sequentially("c")
    expect(clerk.locator("#customer-list [aria-selected=true]")).to_contain_text("C0")
    clerk.locator("#customer-list [role=option]", has_text="C1").click()
    expect(chosen).to_contain_text("C1")
    box.press("Enter")  # the closed list's first is C0
    expect(clerk.locator("#po")).to_be_focused()
    box.fill("c1")
    expect(clerk.locator("#customer-list [role=option]")).to_have_count(1)
    with clerk.expect_request(asked):
        box.fill("c0")
    box.press("Enter")  # before the answer
    expect(box).to_be_focused()
    assert OrderDraft.objects.get().customer.party.code == "C1"
    held[0].continue_()
    expect(clerk.locator("#po")).to_be_focused()
    expect(chosen).to_contain_text("C0")


def test_twenty_lines_without_a_mouse(clerk: Page, address: Address, shop: Trade) -> None:
    clerk.goto(address("home"))
    clerk.keyboard.press("n")
    expect(clerk.locator("#customer")).to_be_focused()
    choose_customer(clerk)
    clerk.keyboard.type("BW-77120")
    clerk.keyboard.press("Enter")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#req")).to_be_focused()
    clerk.keyboard.type("+4")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#po-h")).to_have_text("Not used before")
    for line in range(1, 21):
        cell = clerk.locator(f"tr[data-line='{line}'] [name=item]")
        expect(cell).to_be_focused()
        clerk.keyboard.type(f"p{line}")
        clerk.keyboard.press("Enter")
        expect(clerk.locator(f"tr[data-line='{line}'] [name=qty]")).to_be_focused()
        clerk.keyboard.type("40")
        clerk.keyboard.press("Enter")
    saved(clerk)
    expect(clerk.locator("tr[data-line='2'] .atp")).to_have_text(re.compile("^39 now, rest "))
    expect(clerk.locator("#totals")).to_contain_text("Lines20")
    clerk.keyboard.press("Enter")  # on an empty item: to Submit
    expect(clerk.locator("#submit")).to_be_focused()
    clerk.keyboard.press("Enter")
    expect(clerk.locator("h1")).to_have_text(re.compile(r"^SO-\d+ "))
    order = SalesOrder.objects.get()
    assert (order.customer_po, order.line_count, order.channel) == ("BW-77120", 20, "desk")
    assert list(order.lines.order_by("line").values_list("item", "quantity")) == [
        (item, Decimal(40)) for item in shop.world.items[1:21]
    ]
    assert OrderDraft.objects.get().order_id == order.pk
    assert_accessible(clerk)
    shoot(clerk, "order")


def test_the_desk_as_drawn(clerk: Page, address: Address, shop: Trade) -> None:
    clerk.goto(address("orders:order_new"))
    choose_customer(clerk)
    clerk.keyboard.type("BW-77120")
    clerk.keyboard.press("Enter")
    clerk.keyboard.press("Enter")
    clerk.keyboard.press("Enter")
    for code, quantity in (("p0", "600"), ("p1", "48"), ("p2", "40"), ("p3", "12")):
        clerk.keyboard.type(code)
        clerk.keyboard.press("Enter")
        clerk.keyboard.type(quantity)  # at machine speed: nothing waits for the item list
        clerk.keyboard.press("Enter")
    expect(clerk.locator("tr[data-line='5'] [name=item]")).to_be_focused()
    saved(clerk)
    clerk.keyboard.press("ArrowUp")
    expect(clerk.locator("#inspector h2")).to_have_text("Line 4")
    clerk.keyboard.press("ArrowDown")
    clerk.keyboard.type("bolt m8")
    expect(clerk.locator("#item-list [role=option]")).to_have_count(8)
    expect(clerk.locator("#item-list [role=option]").first).to_contain_text("Hex bolt M8 A2 stainless")
    shoot(clerk, "order-desk")
    clerk.keyboard.press("Escape")
    clerk.keyboard.press("Escape")
    assert_accessible(clerk)


def test_a_late_order_is_compared_moved_as_a_whole_and_split(
    clerk: Page, address: Address, shop: Trade
) -> None:
    clerk.goto(address("orders:order_new"))
    choose_customer(clerk)
    clerk.locator("tr[data-line='1'] [name=item]").focus()
    for code, quantity in (("p1", "48"), ("p2", "40")):
        clerk.keyboard.type(code)
        clerk.keyboard.press("Enter")
        clerk.keyboard.type(quantity)
        clerk.keyboard.press("Enter")
    expect(clerk.locator("tr[data-line='3'] [name=item]")).to_be_focused()
    saved(clerk)
    expect(clerk.locator("tr[data-line='2'] .atp")).to_have_text(re.compile("^39 now, rest "))
    clerk.get_by_role("link", name="Compare sites").click()
    expect(clerk.locator("tbody tr")).to_have_count(3)  # each site, and the late line from the other one
    expect(clerk.get_by_role("button", name="Take this split")).to_be_visible()
    assert_accessible(clerk)
    shoot(clerk, "order-sources")
    clerk.get_by_role("button", name="Ship the order from Bench 1").click()
    expect(clerk.locator("#site option:checked")).to_contain_text("Bench 1")
    expect(clerk.locator("tr[data-line='2'] .atp")).to_have_text("1,000,000 free")
    expect(clerk.locator("tr[data-line='2'] [name=qty]")).to_have_value("40")
    clerk.locator("#site").select_option("")
    expect(clerk.locator("tr[data-line='2'] .atp")).to_have_text(re.compile("^39 now, rest "))
    clerk.get_by_role("link", name="Compare sites").click()
    clerk.get_by_role("button", name="Take this split").click()
    expect(clerk.locator("tr[data-line='2'] .name")).to_contain_text("from B1")
    expect(clerk.locator("tr[data-line='2'] .atp")).to_have_text("1,000,000 free")
    expect(clerk.locator("tr[data-line='1'] .name")).not_to_contain_text("from")
    quantity = clerk.locator("tr[data-line='2'] [name=qty]")
    quantity.fill("50")
    quantity.press("Enter")
    saved(clerk)
    expect(clerk.locator("tr[data-line='2'] .name")).to_contain_text(
        "from B1"
    )  # what is typed keeps the site
    clerk.keyboard.press("Control+Enter")
    expect(clerk.get_by_text("Everything leaves as requested.")).to_be_visible()
    expect(clerk.get_by_text("Bench 0, Bench 1")).to_be_visible()
    assert_accessible(clerk)
    found = Demand.objects.order_by("pk").values_list("site__code", "reserved")
    assert list(found) == [("B0", 48), ("B1", 50)]


def test_one_key_takes_the_substitute_and_asks_who_agreed(clerk: Page, address: Address, shop: Trade) -> None:
    Substitute.objects.create(
        item_id=shop.world.items[2],
        substitute_id=shop.world.items[3],
        kind="equivalent",
        price="original",
        valid_from=date(2020, 1, 1),
    )
    clerk.goto(address("orders:order_new"))
    choose_customer(clerk)
    clerk.locator("tr[data-line='1'] [name=item]").focus()
    clerk.keyboard.type("p2")
    clerk.keyboard.press("Enter")
    clerk.keyboard.type("60")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("tr[data-line='2'] [name=item]")).to_be_focused()
    saved(clerk)
    clerk.keyboard.press("ArrowUp")
    expect(clerk.locator("#inspector [data-take]")).to_have_text("P3 F9")
    assert_accessible(clerk)
    shoot(clerk, "order-substitute")
    clerk.keyboard.press("F9")
    line = clerk.locator("tr[data-line='1']")
    expect(line.locator("[name=item]")).to_have_value("P3")
    expect(line.locator(".name")).to_contain_text("say who agreed")
    expect(line.locator("[name=consent]")).to_be_focused()
    clerk.keyboard.type("Mr Maes, by phone")
    clerk.keyboard.press("Enter")
    expect(line.locator(".err")).to_have_count(0)
    expect(line.locator(".name")).to_contain_text("instead of 60 EA P2")
    assert_accessible(clerk)
    # removed by mistake, it comes back with what was asked for and who agreed
    line.locator("[name=item]").focus()
    clerk.keyboard.press("Control+Delete")
    expect(line.locator("[name=item]")).to_have_value("")
    clerk.locator("#toasts button").click()
    expect(line.locator("[name=item]")).to_have_value("P3")
    expect(line.locator(".name")).to_contain_text("instead of 60 EA P2")
    expect(line.locator(".err")).to_have_count(0)
    clerk.keyboard.press("Control+Enter")
    expect(clerk.locator("h1")).to_have_text(re.compile(r"^SO-\d+ "))
    kept = LineSubstitution.objects.get()
    assert (kept.asked_item_id, kept.asked_quantity, kept.consent) == (
        shop.world.items[2],
        Decimal(60),
        "Mr Maes, by phone",
    )


def test_paste_marks_what_nobody_knows(clerk: Page, address: Address, shop: Trade) -> None:
    ItemReference.objects.create(item_id=shop.world.items[4], kind="legacy", code="OLD-4", source="AS400")
    clerk.goto(address("orders:order_new"))
    choose_customer(clerk)
    text = "\n".join(["P1\t12", "old-4\t3", "nope\t5", *(f"P{n}\t{n}" for n in range(5, 12))])
    clerk.locator("tr[data-line='1'] [name=item]").focus()
    clerk.evaluate(PASTE, text)
    expect(clerk.locator("#toasts")).to_contain_text("10 lines pasted, 1 not recognised")
    expect(clerk.locator("tr[data-line='3'] .err")).to_have_text("No item “nope”, pick one from the list")
    expect(clerk.locator("tr[data-line='2'] [name=item]")).to_have_value("P4")
    # the wrong line goes, and comes back with Undo
    clerk.locator("tr[data-line='3'] [name=item]").focus()
    clerk.keyboard.press("Control+Delete")
    expect(clerk.locator("tr.bad")).to_have_count(0)
    clerk.locator("#toasts button").click()
    expect(clerk.locator("tr.bad")).to_have_count(1)


def test_two_hundred_pasted_rows_are_one_request(clerk: Page, address: Address, shop: Trade) -> None:
    for item, source in zip(shop.world.items[4:6], ("AS400", "Navision"), strict=True):
        ItemReference.objects.create(item_id=item, kind="legacy", code="TWICE", source=source)
    clerk.goto(address("orders:order_new"))
    choose_customer(clerk)
    clerk.locator("tr[data-line='2'] [name=item]").focus()
    clerk.keyboard.type("p9")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("tr[data-line='2'] .total")).not_to_be_empty()
    rows = [f"P{n % 30}\t{n + 1}" for n in range(200)]
    rows[50], rows[100], rows[150], rows[199] = "nope\t5", "twice\t2", "\t7", "P3\tmany"
    asked: list[str] = []
    clerk.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    clerk.locator("tr[data-line='1'] [name=item]").focus()
    clerk.evaluate(PASTE, "\r\n".join([*rows, ""]))
    expect(clerk.locator("#toasts")).to_contain_text("200 lines pasted, 4 not recognised")
    assert [url.rsplit("/", 2)[-2] for url in asked] == ["paste"]
    assert clerk.locator("#grid tbody tr").evaluate_all("rows => rows.map((tr) => tr.dataset.line)") == [
        str(line) for line in range(1, 202)
    ]
    # the line that was there keeps its place, the rows went around it
    expect(clerk.locator("tr[data-line='2'] [name=item]")).to_have_value("P9")
    expect(clerk.locator("tr.bad .err")).to_contain_text(
        [
            "No item “nope”, pick one from the list",
            "“twice” could be 2 items, pick one from the list",
            "No item on this line, pick one from the list",
            "“many” is not a number",
        ]
    )
    expect(clerk.locator("tr[data-line='200'] .total")).not_to_be_empty()
    expect(clerk.locator("tr[data-line='52'] [name=item]")).to_be_focused()
    # a bad row without an item can go as well
    clerk.locator("tr[data-line='152'] [name=qty]").focus()
    clerk.keyboard.press("Control+Delete")
    expect(clerk.locator("tr.bad")).to_have_count(3)
    saved(clerk)
    assert len(OrderDraft.objects.get().lines) == 200


def test_two_windows_on_one_draft(
    clerk: Page, address: Address, shop: Trade, context: BrowserContext
) -> None:
    clerk.goto(address("orders:order_new"))
    choose_customer(clerk)
    saved(clerk)
    clerk.keyboard.type("FIRST")
    clerk.keyboard.press("Enter")
    saved(clerk)
    expect(clerk.locator("#version")).to_have_value("2")
    other = context.new_page()
    other.goto(clerk.url)
    other.locator("#po").fill("SECOND")
    other.keyboard.press("Enter")
    expect(other.locator("#version")).to_have_value("3")
    clerk.locator("#po").fill("THIRD")
    clerk.keyboard.press("Enter")
    dialog = clerk.locator("#stale")
    expect(dialog).to_contain_text("Someone else has changed this record")
    expect(dialog.locator("tbody tr")).to_have_text(re.compile("Customer PO\\s*THIRD\\s*SECOND"))
    assert OrderDraft.objects.get().customer_po == "SECOND"
    dialog.get_by_role("button", name="Save mine over theirs").click()
    expect(clerk.locator("#po")).to_have_value("THIRD")


def test_price_by_hand_asks_why(clerk: Page, address: Address, shop: Trade) -> None:
    clerk.goto(address("orders:order_new"))
    choose_customer(clerk)
    clerk.locator("tr[data-line='1'] [name=item]").focus()
    clerk.keyboard.type("p1")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("tr[data-line='1'] .total")).not_to_be_empty()
    clerk.locator("tr[data-line='1'] [name=price]").fill("9.50")
    clerk.keyboard.press("Enter")
    reason = clerk.locator("tr[data-line='1'] [name=reason]")
    expect(reason).to_be_focused()
    clerk.keyboard.type("Matched a rival")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("tr.bad")).to_have_count(0)
    clerk.keyboard.press("Control+Enter")
    expect(clerk.locator("h1")).to_have_text(re.compile(r"^SO-\d+ "))
    line = SalesOrder.objects.get().lines.get()
    assert (line.unit_price, line.price_source, line.price_reason) == (
        Decimal("9.5"),
        "override",
        "Matched a rival",
    )


def test_finance_releases_a_credit_hold(sign_in: SignIn, address: Address, shop: Trade) -> None:
    CreditAccount.objects.update(limit=1)
    made = shop.submit(2)
    page = sign_in("finance", username="fin", name="Fiona Nance")
    page.goto(address("orders:hold_list"))
    expect(page.locator("tbody tr")).to_have_count(1)
    shoot(page, "hold-queue")
    assert_accessible(page)
    page.get_by_role("link", name=made.number).click()
    expect(page.locator("h1")).to_contain_text("On hold")
    page.get_by_placeholder("Why may it go on?").fill("Paid this morning")
    page.get_by_role("button", name="Release").click()
    expect(page.locator("h1")).to_contain_text("Allocated")
    order = SalesOrder.objects.get()
    assert CreditAccount.objects.get(customer=order.bill_to).exposure == order.open_gross


def test_import_change_and_correct(clerk: Page, address: Address, shop: Trade) -> None:
    rows = b"customer;po;item;quantity\nC0;A-1;P1;3\nC0;A-1;nope;1\n"
    file = {"name": "orders.csv", "mimeType": "text/csv", "buffer": rows}
    clerk.goto(address("orders:intake_upload"))
    clerk.set_input_files("input[type=file]", file)
    clerk.get_by_role("button", name="Look at it first").click()
    expect(clerk.locator("tbody tr")).to_have_count(2)
    expect(clerk.locator("tbody tr").nth(1)).to_contain_text("Would wait")
    assert_accessible(clerk)
    clerk.get_by_role("button", name="Take").click()
    expect(clerk.get_by_role("heading", name="1 order from orders.csv")).to_be_visible()
    assert_accessible(clerk)
    order = SalesOrder.objects.get()
    assert order.line_count == 1
    clerk.goto(address("orders:parked_list"))
    expect(clerk.locator("tbody tr")).to_have_count(1)
    assert_accessible(clerk)
    clerk.goto(address("orders:parked_line", ParkedLine.objects.get().pk))
    assert_accessible(clerk)
    clerk.get_by_label("Item").fill("P2")
    clerk.get_by_role("button", name="Order it").click()
    expect(clerk.locator("h1")).to_have_text("Parked lines")
    # what was parked is an order of its own beside the first
    assert SalesOrder.objects.exclude(pk=order.pk).get().line_count == 1
    clerk.goto(address("orders:order_amend", order.number))
    assert_accessible(clerk)
    clerk.get_by_label("Quantity of line 1").fill("5")
    clerk.get_by_label("Why does it change?").fill("Called this morning")
    clerk.get_by_role("button", name="Save changes").click()
    expect(clerk.locator("#line-1")).to_contain_text("5 EA")
    clerk.goto(address("orders:order_list"))
    expect(clerk.locator("tbody tr")).to_have_count(2)
    assert_accessible(clerk)
    clerk.goto(address("orders:draft_list"))
    assert_accessible(clerk)
