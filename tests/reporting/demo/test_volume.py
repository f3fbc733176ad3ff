"""A long past: as many lines as asked for, consistent by construction, and today's balances untouched."""

import pytest

from billing.models import Invoice, OpenItem
from erp.kernel.proofs import prove, results_of
from inventory.models import SiteStock, StockBalance
from masterdata.models import Company
from orders.models import OrderLine, SalesOrder
from reporting.demo import volume
from reporting.models import LineFact, SiteDay
from tests.trade import trade

pytestmark = pytest.mark.django_db(transaction=True)


def stock():
    return sorted(
        SiteStock.objects.values_list("item_id", "site_id", "on_hand", "available", "reserved", "value")
    )


def red():
    return [(result.proof, result.sample, result.error) for result in results_of(prove()) if not result.green]


def test_history_is_whole_and_every_proof_is_green(monkeypatch):
    monkeypatch.setattr(volume, "CHUNK_ORDERS", 7)
    shop = trade()
    shop.invoice(shop.ship(2))  # something of today beside it
    before, company = stock(), Company.objects.get()
    loaded = volume.load_history(company, lines=98)
    assert (loaded.orders, loaded.lines) == (20, 100)
    assert OrderLine.objects.count() == 102
    assert LineFact.objects.count() == 100  # today's order is still on its way to the facts
    assert SalesOrder.objects.filter(open_gross__gt=0).count() == 0
    assert OpenItem.objects.filter(invoice__series="past1", open=0).count() == 20
    assert stock() == before
    assert red() == []
    assert SiteDay.objects.count() == 20


def test_a_second_past_has_a_number_series_of_its_own(monkeypatch):
    trade()
    company = Company.objects.get()
    volume.load_history(company, lines=5)
    volume.load_history(company, lines=10)
    assert sorted(Invoice.objects.values_list("series", "sequence")) == [
        ("past1", 1),
        ("past2", 1),
        ("past2", 2),
    ]
    assert red() == []


def test_without_stock_there_is_no_past():
    shop = trade()
    SiteStock.objects.all().delete()
    StockBalance.objects.all().delete()
    with pytest.raises(ValueError, match="no stock to ship from"):
        volume.load_history(Company.objects.get(pk=shop.world.company_id), lines=5)
