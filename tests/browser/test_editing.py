"""Two clerks open one order for change: each sees the other, one takes it over with a word, the other compares."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from orders.models import SalesOrder
from tests import factories
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.trade import trade


@pytest.fixture
def other(browser: Browser, browser_context_args: dict[str, Any], live_server: Any) -> Any:
    """A second browser, for somebody else."""
    context = browser.new_context(**browser_context_args)
    yield context
    context.close()


def test_two_clerks_in_one_order(
    sign_in: SignIn, other: Any, address: Callable[..., str], live_server: Any
) -> None:
    order = SalesOrder.objects.get(pk=trade(items=3).submit(2).order_id)
    anna: Page = sign_in("customer_service", username="anna", name="Anna Peeters")
    anna.goto(address("orders:order_amend", order.number))
    expect(anna.locator("#editing")).to_contain_text("You have it")
    assert_accessible(anna)

    bram = other.new_page()
    enter(other, live_server, factories.user("customer_service", username="bram", name="Bram Jansen"))
    bram.goto(address("orders:order", order.number))
    expect(bram.locator(".lead, main").first).to_contain_text("Anna Peeters is changing it")
    bram.goto(address("orders:order_amend", order.number))
    expect(bram.locator("#editing")).to_contain_text("Anna Peeters is changing it")
    assert_accessible(bram)
    bram.get_by_label("A word to Anna Peeters").fill("The customer is on the telephone")
    bram.get_by_role("button", name="Take over").click()
    expect(bram.locator("#editing")).to_contain_text("You have it")

    # she types on, and is shown both values instead of overwriting
    anna.get_by_label("Quantity of line 1").fill("9")
    anna.get_by_label("Why does it change?").fill("Called this morning")
    anna.get_by_role("button", name="Save changes").click()
    expect(anna.locator("#stale-h")).to_have_text("Someone else has this record")
    expect(anna.locator("td.diff").first).to_have_text("9")
    assert_accessible(anna)
    shoot(anna, "order-taken-over")

    bram.get_by_label("Quantity of line 1").fill("5")
    bram.get_by_label("Why does it change?").fill("Wants five")
    bram.get_by_role("button", name="Save changes").click()
    expect(bram.locator("#line-1")).to_contain_text("5 EA")
    order.refresh_from_db()
    assert order.version == 2


def enter(context: Any, live_server: Any, someone: Any) -> None:
    """A session of `someone` in this browser."""
    client = Client()
    client.force_login(someone)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
