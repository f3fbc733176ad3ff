"""The executive's morning: the overview says what happened, moves with the day, and opens what lies behind it."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from billing.invoicing.actions.invoice_shipments import invoice_shipments
from erp.kernel.models import User
from inventory.models import Shipment
from orders.entry.rules import LineRequest
from tests.browser.conftest import assert_accessible, shoot
from tests.factories import local_day
from tests.reporting.books import told
from tests.trade import Trade, trade


@pytest.fixture
def shop() -> Trade:
    return trade()


def sell(shop: Trade, pieces: int) -> Shipment:
    """An order of today carried through the warehouse; not yet charged."""
    lines = [LineRequest(shop.world.items[0], Decimal(pieces))]
    return Shipment.objects.get(pk=shop.ship(lines, requested_on=local_day()))


def test_the_overview_moves_when_an_order_is_shipped_and_invoiced(shop, sign_in, address):
    page = sign_in("executive")
    told()
    page.goto(address("reporting:board", query="period=today"))
    intake, margin = page.locator("#tile-order_intake"), page.locator("#tile-gross_margin")
    expect(intake.locator(".v")).to_have_text("€\u00a00")
    expect(margin.locator(".v")).to_have_text("–")

    shipment = sell(shop, 7)
    told()
    net = shipment.group.order.net
    page.reload()
    expect(intake.locator(".v")).to_have_text(f"€\u00a0{net:,.0f}")
    expect(intake).to_contain_text("1 order")
    expect(margin.locator(".v")).to_have_text("–")

    invoice_shipments(shop.by(), company_id=shipment.company_id, shipment_ids=[shipment.pk])
    told()
    page.reload()
    expect(margin.locator(".v")).to_contain_text("%")

    intake.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Orders behind the figures")
    expect(page.locator("table.list tbody tr")).to_have_count(1)
    expect(page.locator("#list-sums")).to_contain_text(f"{net:,.0f}")


def test_the_figures_refresh_without_a_reload(shop, sign_in, address, monkeypatch):
    monkeypatch.setattr("reporting.dashboards.views.REFRESH_S", 1)
    page = sign_in("executive")
    page.goto(address("reporting:board", query="period=today"))
    value = page.locator("#tile-order_intake .v")
    expect(value).to_have_text("€\u00a00")
    net = sell(shop, 3).group.order.net
    told()
    expect(value).to_have_text(f"€\u00a0{net:,.0f}")


def test_proofs_run_at_a_click(sign_in, address):
    page = sign_in("process_owner")
    page.goto(address("reporting:proofs"))
    expect(page.get_by_text("The proofs have not run yet.")).to_be_visible()
    page.get_by_role("button", name="Run now").click()
    expect(page.locator("#toasts")).to_contain_text("The proofs run.")
    shoot(page, "proofs")


def test_the_demo_company_makes_a_believable_morning(sign_in, address):
    call_command("seed", stdout=StringIO())
    page = sign_in(User.objects.get(username="executive"))
    page.goto(address("reporting:board"))
    expect(page.locator(".kpi")).to_have_count(6)
    expect(page.locator(".fig svg.chart").first).to_be_visible()
    shoot(page, "overview-light")
    page.emulate_media(color_scheme="dark")
    shoot(page, "overview-dark")
    assert_accessible(page)
