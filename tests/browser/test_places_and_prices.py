"""Working at one of several sites, and telling a price on the telephone: by keyboard alone."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from erp.kernel.models import User
from inventory.models import SiteStock
from masterdata.models import Company, Customer
from tests import factories as make

from .conftest import SignIn, assert_accessible, shoot

Address = Callable[..., str]


@pytest.fixture
def company() -> Company:
    """Two sites with stock, an item with a list price, breaks and an agreement."""
    made = make.trading_company(code="MER", name="Meridian Supply")
    near = made.sites.get()
    far = make.site(company=made, code="GNT", name="Ghent warehouse")
    item = make.item(code="FAH-23295", name="Hex bolt M8×40, zinc plated", standard_cost=Decimal(6))
    make.item(code="FAH-23296", name="Hex bolt M8×45, zinc plated")
    party = make.party(code="C10001", name="Kaldermeer Machinebouw BV")
    customer = make.customer(company=made, party=party, preferred_site=near)
    make.customer(company=made, party=make.party(code="C10002", name="Kalkar Metaal BV"))
    prices = make.price_scope(company=made, code="EUR-2026", name="List 2026")
    for value, least in ((10, 0), (9, 10), (8, 100)):
        make.price(value, scope=prices, item=item, min_quantity=Decimal(least))
    agreed = make.price_scope("agreement", company=made, code="AG-2026-014", name="Agreement 2026")
    make.price(5, scope=agreed, item=item, method="discount")
    make.assign(customer, prices)
    make.assign(customer, agreed)
    for site, free in ((near, 40), (far, 7)):
        SiteStock.objects.create(site=site, item=item, on_hand=free, available=free)
    return made


def test_a_clerk_tells_a_price_by_keyboard(company: Company, sign_in: SignIn, address: Address) -> None:
    page = sign_in("customer_service", "finance", name="Ines Baert", username="ines")
    page.goto(address("home"))
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="Price check")).to_be_visible()
    expect(page.get_by_role("combobox", name="Customer")).to_be_focused()
    assert_accessible(page)
    page.keyboard.type("kalderm")
    page.keyboard.press("Enter")  # waits for its list
    expect(page.get_by_role("combobox", name="Item")).to_be_focused()
    expect(page.get_by_role("combobox", name="Customer")).to_have_value("C10001")
    page.keyboard.type("hex bolt")
    expect(page.get_by_role("option")).to_have_count(2)
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    answer = page.locator(".answer")
    expect(answer).to_contain_text("EUR 9.50")
    expect(page.get_by_label("Quantity")).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(answer).to_contain_text("EUR 8.55")
    expect(answer).to_contain_text("EUR 102.60 net")
    expect(answer).to_contain_text("29.8")  # the margin that finance may know
    expect(answer.get_by_role("row", name="Agreement 2026")).to_contain_text("8.55")
    expect(answer.get_by_role("row", name="100 EA")).to_contain_text("7.60")
    expect(answer.get_by_role("row", name="Ghent warehouse")).to_contain_text("7 EA")
    expect(page.get_by_label("Quantity")).to_be_focused()
    assert "quantity=12" in page.url
    assert_accessible(page)
    shoot(page, "price-check")
    page.reload()
    expect(answer).to_contain_text("EUR 8.55")
    page.get_by_role("combobox", name="Item").fill("nothing of that name")
    page.get_by_role("button", name="Check price").click()
    expect(page.get_by_role("combobox", name="Item")).to_have_attribute("aria-invalid", "true")
    assert_accessible(page)


def test_the_price_check_is_found_by_its_name(company: Company, sign_in: SignIn, address: Address) -> None:
    page = sign_in("finance")
    page.goto(address("home"))
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("price check")
    expect(page.get_by_role("option").first).to_contain_text("Price check")
    page.keyboard.press("Enter")
    expect(page).to_have_url(address("orders:price_check"))


def test_lists_open_on_the_site_one_works_at(company: Company, sign_in: SignIn, address: Address) -> None:
    page = sign_in("warehouse", "data_steward", name="Tom Wils", username="tom")
    page.goto(address("inventory:stock_list"))
    rows = page.locator("table.list tbody tr")
    expect(rows).to_have_count(2)
    page.keyboard.press("g")
    page.keyboard.press("l")
    sites = page.locator("#places")
    expect(sites).to_be_visible()
    assert_accessible(page)
    sites.get_by_role("button", name="GNT").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Working at Ghent warehouse")).to_be_visible()
    expect(page).to_have_url(address("inventory:stock_list"))
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("GNT")
    expect(page.get_by_label("Site", exact=True)).to_have_value(str(company.sites.get(code="GNT").pk))
    page.get_by_label("Site", exact=True).select_option(label="All")
    expect(rows).to_have_count(2)
    page.reload()
    expect(rows).to_have_count(2)  # the address says all sites now
    page.goto(address("inventory:stock_list"))
    expect(rows).to_have_count(1)
    page.get_by_role("searchbox").fill("nothing of that name")
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
    page.get_by_role("link", name="Clear filters").click()
    expect(rows).to_have_count(2)
    assert User.objects.get(username="tom").preferences["workplace"] == company.sites.get(code="GNT").pk
    page.goto(address("masterdata:holiday_create"))
    expect(page.get_by_label("Sites")).to_have_values([str(company.sites.get(code="GNT").pk)])
    assert_accessible(page)
    shoot(page, "site-chooser")
    assert Customer.objects.count() == 2


def test_a_class_is_kept_by_keyboard(company: Company, sign_in: SignIn, address: Address) -> None:
    page = sign_in("data_steward", name="Stine Dahl", username="stine")
    page.goto(address("home"))
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("item classes")
    expect(page.locator("#palette-list [aria-selected='true']")).to_contain_text("Item classes")
    page.keyboard.press("Enter")
    expect(page).to_have_url(address("masterdata:item_class_list"))
    page.get_by_role("link", name="New item class").click()
    page.get_by_label("Code").fill("fas")
    page.get_by_label("Name", exact=True).fill("Fasteners")
    page.get_by_label("Attributes that its items must fill").fill("Thread\nCoating")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("FAS")
    expect(page.locator("main")).to_contain_text("thread, coating")
    assert_accessible(page)
    shoot(page, "item-class")
    page.get_by_role("link", name="Change").click()
    page.get_by_label("Name", exact=True).fill("Screws")
    page.get_by_role("button", name="Save class").click()
    expect(page.locator("#history")).to_contain_text("Fasteners → Screws")
