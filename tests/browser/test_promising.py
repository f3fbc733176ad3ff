"""Scarce stock in the browser: why not now, who is served first, sharing anew, and what customers are told."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from erp.kernel.outbox import deliver
from inventory.commitments.actions.set_allocation_policy import set_allocation_policy
from inventory.commitments.actions.set_quota import set_quota
from inventory.models import SiteStock, Supply
from masterdata.models import Customer, Party
from orders.entry.rules import LineRequest
from orders.models import ReallocationRun, SalesOrder
from orders.orchestration.actions.decide_run import commit_run
from orders.orchestration.actions.propose_run import propose_run
from orders.orchestration.actions.share_item import share_item
from tests.browser.conftest import SignIn, assert_accessible, shoot
from tests.factories import customer_group, local_day
from tests.trade import Trade, trade

Address = Callable[..., str]


@pytest.fixture
def shop() -> Trade:
    """Three items are short; the key account waits behind who clicked first."""
    made = trade(customers=3)
    SiteStock.objects.filter(site=made.world.sites[0]).update(reserved=999_960, on_hand=1_000_000)
    key = customer_group(code="KEY", name="Key accounts", priority=1)
    Customer.objects.filter(pk=made.world.customers[1]).update(group=key)
    Party.objects.update(email="buyer@example.com")
    for item in made.world.items[:2]:
        Supply.objects.create(
            item_id=item,
            site_id=made.world.sites[0],
            document="PO-17",
            expected=50,
            due_on=local_day() + timedelta(days=11),
        )
    for customer, quantity in ((0, 30), (2, 10), (1, 25)):
        lines = [LineRequest(item, Decimal(quantity)) for item in made.world.items[:3]]
        made.submit(lines, customer_id=made.world.customers[customer], requested_on=local_day())
    set_allocation_policy(
        made.by(),
        company_id=made.world.company_id,
        customer_class_id=key.pk,
        priority=1,
        method="turn",
        stance="win",
        valid_from=local_day(),
        reason="board of November",
    )
    set_quota(
        made.by(),
        site_id=made.world.sites[0],
        item_id=made.world.items[5],
        customer_class_id=key.pk,
        quantity=Decimal(25),
        expires_on=local_day() + timedelta(days=30),
        reason="year-end campaign",
    )
    return made


def test_scarcity_is_previewed_before_it_is_decided(shop: Trade, sign_in: SignIn, address: Address) -> None:
    page = sign_in("process_owner", "customer_service", "data_steward", "warehouse")
    page.goto(address("orders:scarcity_list"))
    expect(page.locator("tbody tr")).to_have_count(3)
    assert_accessible(page)
    shoot(page, "scarcity")
    propose_run(shop.by(), site_id=shop.world.sites[0], item_ids=[], reason="key account waits")
    run = ReallocationRun.objects.get()
    page.goto(address("orders:run", run.pk))
    expect(page.get_by_role("button", name="Commit")).to_be_visible()
    assert_accessible(page)
    shoot(page, "reallocation-run")


def test_why_a_date_and_what_customers_are_told(shop: Trade, sign_in: SignIn, address: Address) -> None:
    page: Page = sign_in("process_owner", "customer_service", "data_steward", "warehouse")
    propose_run(shop.by(), site_id=shop.world.sites[0], item_ids=[], reason="key account waits")
    run = ReallocationRun.objects.get()
    commit_run(shop.by(), run_id=run.pk)
    for entry in run.items.all():
        share_item(shop.by(), entry_id=entry.pk)
    deliver("orders.messages.draft_moved_promises")
    page.goto(address("orders:message_list"))
    expect(page.get_by_text("We are sorry").first).to_be_visible()
    assert_accessible(page)
    shoot(page, "customer-notices")
    page.get_by_role("link", name="SO-").first.click()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    shoot(page, "customer-notice")
    order = SalesOrder.objects.order_by("pk").first()
    assert order is not None
    page.goto(address("orders:order", order.number))
    page.locator("details.why summary").first.click()
    expect(page.locator("details.why p").first).to_contain_text("PO-17")
    assert_accessible(page)
    shoot(page, "order-why")
    page.goto(address("masterdata:item", shop.world.items[0]))
    expect(page.get_by_text("Nothing is free now")).to_be_visible()
    assert_accessible(page)
    shoot(page, "item-availability")
    page.goto(address("inventory:quota_list"))
    assert_accessible(page)
    shoot(page, "quotas")
    page.goto(address("inventory:allocation_new"))
    assert_accessible(page)
    shoot(page, "allocation-policy")
