"""Prices in the browser: an agreement of a node and a promotion, a proposal from file to approval, a line's why."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import expect

from erp.kernel.command import By
from masterdata.agreements.actions.set_allowance import set_allowance
from masterdata.models import CustomerPriceScope, Item, PriceScope
from orders.entry.rules import LineRequest
from orders.models import PriceProposal
from tests import factories as make
from tests.trade import trade

from .conftest import SignIn, assert_accessible, shoot

Address = Callable[..., str]


def test_a_promotion_is_opened_for_a_group_and_weighed(sign_in: SignIn, address: Address) -> None:
    trade()
    page = sign_in("data_steward", name="Stine Dahl", username="stine")
    page.goto(address("masterdata:price_scope_create"))
    page.get_by_label("Kind").select_option("Promotion")
    page.get_by_label("Code").fill("SPRING")
    page.get_by_label("Name").fill("Spring campaign")
    page.get_by_label("How it meets other prices").select_option(
        "On top of list and terms, never of an agreement"
    )
    assert_accessible(page)
    page.get_by_role("button", name="Create").click()
    page.get_by_role("link", name="For a group").click()
    page.get_by_label("Customer group").select_option("Bench")
    page.get_by_label("From", exact=True).fill("t")
    page.get_by_role("button", name="Assign prices").click()
    page.get_by_role("link", name="Cap or budget").click()
    page.get_by_label("At most").fill("500")
    page.get_by_role("button", name="Set").click()
    expect(page.locator("#customers")).to_contain_text("group and all below it")
    expect(page.locator("#allowances")).to_contain_text("500")
    assert_accessible(page)
    shoot(page, "promotion")
    assert CustomerPriceScope.objects.get(scope__code="SPRING").group_id is not None


def test_a_proposal_goes_from_file_to_approval(sign_in: SignIn, address: Address, tmp_path: Path) -> None:
    shop = trade()
    items = list(Item.objects.order_by("pk")[:4])
    shop.submit([LineRequest(item.pk, Decimal(12)) for item in items])
    rows = "".join(f"{item.code};{(10 + item.pk % 90) * 1.04:.2f};EA\n" for item in items)
    file = tmp_path / "spring.csv"
    file.write_text(f"Item;Price;Unit\n{rows}NOPE;12.00;EA\n")
    page = sign_in("data_steward", name="Stine Dahl", username="stine")
    page.goto(address("orders:price_propose"))
    assert_accessible(page)
    page.get_by_label("Prices").select_option(label=str(PriceScope.objects.get(code="LIST")))
    page.get_by_label("What changes").fill("Spring list, +4 %")
    page.get_by_label("From", exact=True).fill((timezone.localdate() + timedelta(days=30)).isoformat())
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("main")).to_contain_text("No single item is known as “NOPE”.")
    expect(page.locator("main")).to_contain_text("someone else approves them")
    assert_accessible(page)
    shoot(page, "price-proposal")
    page.context.clear_cookies()
    page = sign_in("process_owner", name="Pia Owen", username="pia")
    page.goto(address("orders:price_proposal", PriceProposal.objects.get().pk))
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_role("button", name="Approve and schedule").click()
    expect(page.locator("main")).to_contain_text("Prices of Spring list, +4 %")
    assert PriceProposal.objects.get().decided_by == "pia"


def test_an_order_line_says_why_it_costs_what_it_costs(sign_in: SignIn, address: Address) -> None:
    shop = trade()
    item = Item.objects.order_by("pk").first()
    assert item is not None
    scope = PriceScope.objects.get(code="CA-1")
    set_allowance(By(make.actor("data_steward")), scope_id=scope.pk, item_id=item.pk, most=Decimal(5))
    number = shop.submit([LineRequest(item.pk, Decimal(9))]).number
    page = sign_in("finance", "customer_service", name="Ada Rest", username="ada")
    page.goto(address("orders:order", number))
    page.get_by_text("Why", exact=True).first.click()
    why = page.locator("details.why").first
    expect(why).to_contain_text("Pocket margin")
    expect(why).to_contain_text("Agreement (used up)")
    assert_accessible(page)
    shoot(page, "price-why")
