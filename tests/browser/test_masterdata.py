"""The steward's day: an item is created, changed, met by a second editor; a customer is kept."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from masterdata.models import Customer, Item
from tests import factories as make

from .conftest import SignIn, assert_accessible, shoot

Address = Callable[..., str]


@pytest.fixture
def steward(sign_in: SignIn) -> Page:
    make.company(code="MER", name="Meridian Supply")
    return sign_in("data_steward", name="Stine Dahl", username="stine")


def test_an_item_is_created_found_and_changed(steward: Page, address: Address) -> None:
    make.unit("EA")
    make.unit("BX")
    make.item_class(code="FAS", name="Fasteners", required_attributes=["thread"])
    steward.goto(address("masterdata:item_list"))
    assert_accessible(steward)
    steward.get_by_role("link", name="New item").click()
    steward.get_by_label("Code").fill("fah-23295")
    steward.get_by_label("Name", exact=True).fill("Hex bolt M8×40")
    steward.get_by_label("Class", exact=True).select_option("Fasteners")
    steward.get_by_label("Counted in").select_option("EA")
    steward.get_by_label("GTIN").fill("4006381333932")
    steward.get_by_role("button", name="Create item").click()
    expect(steward.get_by_label("GTIN")).to_have_attribute("aria-invalid", "true")
    expect(steward.locator("main")).to_contain_text("400638133393 ends in 1")
    assert_accessible(steward)
    steward.get_by_label("GTIN").fill("4006381333931")
    steward.get_by_label("Attributes").fill("thread: M8")
    steward.get_by_role("button", name="Create item").click()
    expect(steward.get_by_role("heading", level=1)).to_contain_text("FAH-23295")
    expect(steward.locator("#history")).to_contain_text("stine")
    assert_accessible(steward)
    shoot(steward, "item")
    steward.get_by_role("link", name="Change", exact=True).click()
    steward.get_by_label("Name", exact=True).fill("Hex bolt M8×45")
    steward.get_by_role("button", name="Save item").click()
    expect(steward.locator("#history")).to_contain_text("Hex bolt M8×40 → Hex bolt M8×45")


def test_the_second_editor_compares_and_decides(steward: Page, address: Address) -> None:
    item = make.item(code="FAH-1", name="As it was")
    steward.goto(address("masterdata:item_change", item.pk))
    Item.objects.filter(pk=item.pk).update(name="Theirs", version=2)
    steward.get_by_label("Name", exact=True).fill("Mine")
    steward.get_by_role("button", name="Save item").click()
    expect(steward.get_by_role("heading", name="Someone else has changed this record")).to_be_visible()
    expect(steward.locator("main")).to_contain_text("Theirs")
    assert_accessible(steward)
    steward.get_by_role("button", name="Save mine over theirs").click()
    expect(steward.get_by_role("heading", level=1)).to_contain_text("FAH-1")
    assert Item.objects.get(pk=item.pk).name == "Mine"


def test_a_customer_is_kept(steward: Page, address: Address) -> None:
    customer = make.customer(party=make.party(code="C10001", name="Kaldermeer Machinebouw BV"))
    make.assign(customer, make.price_scope())
    steward.goto(address("masterdata:customer_list"))
    assert_accessible(steward)
    steward.get_by_role("link", name="C10001").click()
    expect(steward.get_by_role("heading", level=1)).to_contain_text("C10001")
    assert_accessible(steward)
    shoot(steward, "customer")
    steward.get_by_role("link", name="Change", exact=True).click()
    assert_accessible(steward)
    steward.get_by_label("Orders need a customer PO").check()
    steward.get_by_role("button", name="Save customer").click()
    expect(steward.locator("main")).to_contain_text("required")
    assert Customer.objects.get(pk=customer.pk).po_required
    steward.get_by_role("link", name="Add address").click()
    assert_accessible(steward)
