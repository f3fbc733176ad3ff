"""The README's pictures, of the demo company: SCREENSHOTS=1 takes them anew into docs/screenshots/."""

import os
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Count, F
from playwright.sync_api import Page, expect

from inventory.models import Shipment, SiteStock
from masterdata.models import Customer
from tests.browser.acts import key_the_header, scan
from tests.browser.conftest import TABLET, shoot

Address = Callable[..., str]
README = Path(__file__).resolve().parents[2] / "docs" / "screenshots"


@pytest.mark.skipif(os.environ.get("SCREENSHOTS") != "1", reason="SCREENSHOTS=1 takes the README's pictures")
def test_the_readmes_pictures(person: Callable[..., Page], address: Address) -> None:
    call_command("seed", stdout=StringIO())
    picture_of_order_entry(person("cs"))
    picture_of_picking(person("warehouse", TABLET), address)
    picture_of_exceptions(person("finance"), address)
    executive = person("executive")
    executive.goto(address("reporting:board"))
    expect(executive.locator(".fig svg.chart").first).to_be_visible()
    shoot(executive, "overview", README)


def picture_of_order_entry(page: Page) -> None:
    """Six lines keyed, of which one is short, and the next one being looked for."""
    customers = Customer.objects.filter(company__code="MER", preferred_site__code="ANT", is_blocked=False)
    customer = customers.filter(credit_account__limit__gte=60_000).order_by("-credit_account__exposure")[0]
    stocked = SiteStock.objects.filter(site__code="ANT", item__status="active").order_by("item")
    plenty = stocked.filter(available__gt=F("reserved") + 500)
    codes = [row.item.code for row in plenty.select_related("item")[:40:8]]
    short = stocked.filter(available__lt=F("reserved") + 60, available__gt=F("reserved"))
    codes.insert(2, short[0].item.code)
    key_the_header(page, customer, requested="+4")
    for line, (code, quantity) in enumerate(zip(codes, (24, 48, 600, 12, 40, 8), strict=True), 1):
        expect(page.locator(f"tr[data-line='{line}'] [name=item]")).to_be_focused()
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        expect(page.locator(f"tr[data-line='{line}'] [name=qty]")).to_be_focused()
        page.keyboard.type(str(quantity))
        page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_have_text(re.compile("^Saved "))
    expect(page.locator("tr[data-line='6'] .total")).not_to_be_empty()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#inspector h2")).to_have_text("Line 6")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("socket screw m8")
    expect(page.locator("#item-list [role=option]").nth(5)).to_be_visible()
    shoot(page, "order-entry", README)


def picture_of_picking(page: Page, address: Address) -> None:
    """The longest shipment on the floor, two lines done and the third begun."""
    waiting = Shipment.objects.filter(state="released", site__code__in=("ANT", "RTM")).annotate(
        n=Count("lines")
    )
    shipment = waiting.order_by("-n", "pk")[0]
    page.goto(address("inventory:shipment_work", shipment.pk))
    picks = list(shipment.picks.order_by("balance__bin__pick_sequence").select_related("line__item"))
    for place, pick in enumerate(picks[:3], 1):
        count = int(pick.quantity) if place < 3 else max(1, int(pick.quantity) // 2)
        scan(page, f"(01)0{pick.line.item.gtin}(37){count}", says=pick.line.item.code)
    shoot(page, "pick", README)


def picture_of_exceptions(page: Page, address: Address) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(address("billing:exception_list"))
    page.get_by_role("checkbox").nth(1).check()
    expect(page.get_by_text("1 selected")).to_be_visible()
    shoot(page, "invoice-exceptions", README)
