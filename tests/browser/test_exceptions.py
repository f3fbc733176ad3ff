"""The exception inbox in the browser: by keys to what matters most, taken, noted, put right, and gone by itself."""

from collections.abc import Callable

from playwright.sync_api import expect

from orders.exceptions.actions.refresh_exceptions import refresh_exceptions
from orders.holds.actions.place_hold import place_hold
from orders.models import OrderException
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.factories import local_day
from tests.trade import trade

Address = Callable[..., str]


def test_from_the_menu_to_the_fix(sign_in: SignIn, address: Address) -> None:
    shop = trade()
    small, large = (shop.submit(lines, requested_on=local_day()) for lines in (1, 6))
    for made in (small, large):
        place_hold(shop.by(), order_id=made.order_id, reason="Is this the right address?")
    refresh_exceptions(shop.by())
    page = sign_in("customer_service", username="cleo", name="Cleo Service")
    page.goto(address("home"))
    page.keyboard.press("g")
    page.keyboard.press("e")
    rows = page.locator("table.list tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(large.number)  # more money, the same promise
    assert_accessible(page)
    shoot(page, "exceptions")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("a")
    expect(page.get_by_text("1 exception is yours")).to_be_visible()
    expect(rows.first).to_contain_text("Cleo Service")
    rows.first.locator("th a").click()
    drawer = page.locator("#drawer")
    expect(drawer.get_by_role("heading", name=large.number)).to_be_visible()
    assert_accessible(page)
    drawer.get_by_label("Note", exact=True).fill("They call back at four")
    drawer.get_by_role("button", name="Note").click()
    expect(page.get_by_text("is noted")).to_be_visible()
    rows.first.locator("th a").click()
    expect(drawer.get_by_text("They call back at four")).to_be_visible()
    drawer.get_by_role("link", name="Put it right").click()
    expect(page.locator("h1")).to_contain_text(large.number)
    page.get_by_placeholder("Why may it go on?").fill("Confirmed by telephone")
    page.get_by_role("button", name="Release").click()
    expect(page.locator("h1")).to_contain_text("Allocated")
    refresh_exceptions(shop.by())
    page.goto(address("orders:exception_list"))
    expect(rows).to_have_count(1)
    assert OrderException.objects.filter(closed_at=None).get().document == small.number
