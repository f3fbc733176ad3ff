"""A planner's day: the night's proposals are read with their why, edited, ordered; one above the limit takes two."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from erp.kernel.jobs import run_job
from erp.kernel.models import Job
from inventory.models import PurchaseOrder, ReplenishmentProposal
from inventory.replenishment.actions.start_planning import RUN
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.inventory.replenishment.stocked import Stocked, assert_adds_up, steady

Address = Callable[..., str]


@pytest.fixture
def made() -> Stocked:
    found = steady(items=3)
    found.sold([40, 90, 60, 70, 20, 80, 50, 60, 70, 90, 30, 60], item=2, site=found.shop)
    found.holds(5, item=2, site=found.shop)
    found.say("hub_site", "HUB", f"site:{found.shop.pk}")
    found.say("buying_limit_procurement", "400")
    return found


def test_a_planners_day(made: Stocked, sign_in: SignIn, address: Address) -> None:
    page: Page = sign_in("procurement", username="lea", name="Lea Maes")
    page.goto(address("inventory:replenishment_list"))
    page.get_by_role("button", name="Plan now").click()
    expect(page.locator("#toasts")).to_contain_text("1 run started")
    run_job(Job.objects.get(kind=RUN).pk)
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(4)  # three to buy, one to move from the hub
    assert_accessible(page)
    shoot(page, "replenishment")

    page.get_by_role("link", name="PART-0").first.click()
    expect(page.locator("main")).to_contain_text("Ordered at")
    expect(page.locator("main")).to_contain_text("whole orders of 72")
    assert_accessible(page)
    page.get_by_label("Quantity").fill("90")
    page.get_by_label("Note").fill("Fair next month")
    page.get_by_role("button", name="Keep this quantity").click()
    expect(page.locator("h1")).to_contain_text("Buy 90")
    shoot(page, "replenishment-why")
    page.get_by_role("link", name="All about this item here").click()
    expect(page.locator("main")).to_contain_text("Average of 12 months")
    assert_accessible(page)
    shoot(page, "forecast")

    # 90 and 72 pieces at 2 are within the limit alone; what the hub buys for both sites is not.
    page.goto(address("inventory:replenishment_list"))
    for code in ("PART-0", "PART-1"):
        page.get_by_role("row", name=code).get_by_role("checkbox").check()
    page.get_by_role("button", name="Order A", exact=True).click()  # with its key
    page.get_by_role("dialog").get_by_role("button", name="Order").click()
    expect(page.locator("#toasts")).to_contain_text("2 proposals are ordered")
    lines = PurchaseOrder.objects.get().lines.order_by("item").values_list("quantity", flat=True)
    assert list(lines) == [90, 72]

    large = ReplenishmentProposal.objects.get(item=made.items[2], kind="buy")
    page.goto(address("inventory:replenishment", large.pk))
    page.get_by_label("Quantity").fill("300")
    page.get_by_role("button", name="Keep this quantity").click()
    page.get_by_role("button", name="Order", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Second approval")
    sign_in("process_owner", username="ann", name="Ann Claes")
    page.goto(address("inventory:replenishment_list", query="view=waiting"))
    expect(page.locator("tbody")).to_contain_text("lea")
    page.goto(address("inventory:replenishment", large.pk))
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator("h1")).to_contain_text("PO-")
    large.refresh_from_db()
    assert (large.state, large.first_by, large.decided_by) == ("ordered", "lea", "ann")
    assert_adds_up()
