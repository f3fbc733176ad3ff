"""A long past: as many lines as asked for, consistent by construction, and today's balances untouched."""

import re

import pytest
from django.db import IntegrityError, connection

from billing.models import Invoice, OpenItem
from erp.kernel.proofs import prove, results_of
from inventory.models import SiteStock, StockBalance
from masterdata.models import Company
from orders.models import OrderLine, SalesOrder
from reporting.demo import aside, volume
from reporting.demo.copies import TABLES
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
    monkeypatch.setattr(volume, "FEWEST_ORDERS", 7)  # two copies and what they are copied from
    shop = trade()
    shop.invoice(shop.ship(2))  # something of today beside it
    before, company = stock(), Company.objects.get()
    loaded = volume.load_history(company, lines=105)
    assert (loaded.orders, loaded.lines) == (21, 105)
    assert OrderLine.objects.count() == 107
    assert LineFact.objects.count() == 105  # today's order is still on its way to the facts
    assert SalesOrder.objects.filter(open_gross__gt=0).count() == 0
    assert OpenItem.objects.filter(invoice__series="past1", open=0).count() == 21
    assert stock() == before
    assert red() == []
    assert SiteDay.objects.count() == 21


def test_a_past_beside_days_of_trade_is_counted_with_them(monkeypatch):
    monkeypatch.setattr(volume, "FEWEST_ORDERS", 7)
    trade()
    company = Company.objects.get()
    volume.load_history(company, lines=105)
    volume.load_history(company, lines=105)
    assert LineFact.objects.count() == 210
    assert SiteDay.objects.count() == 21
    assert sum(SiteDay.objects.values_list("orders", flat=True)) == 42
    assert red() == []


KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint
WHERE contype IN ('f', 'p', 'u') UNION ALL
SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid FROM pg_index
WHERE indrelid::regclass::text !~ '^pg_' ORDER BY 1, 2, 3"""


def keys():
    """Keys and indexes by their words; a condition that PostgreSQL has read back says its casts another way."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS)
        return [
            (table, name, re.sub(r"::[a-z ]+(\[\])?|[()]", "", words), valid)
            for table, name, words, valid in cursor.fetchall()
        ]


def test_keys_come_back_as_they_were(monkeypatch):
    monkeypatch.setattr(volume, "FEWEST_ORDERS", 7)
    trade()
    before = keys()
    volume.load_history(Company.objects.get(), lines=105)
    assert keys() == before


def test_a_load_that_broke_off_puts_its_keys_back_first():
    trade()
    before, company = keys(), Company.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA volume")
    aside.put_aside(TABLES)
    assert len(keys()) < len(before)
    volume.load_history(company, lines=5)
    assert keys() == before
    assert red() == []


def test_a_row_that_breaks_a_key_is_found_when_keys_come_back():
    trade()
    volume.load_history(Company.objects.get(), lines=5)
    before = keys()
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA volume")
        aside.put_aside(TABLES)
        cursor.execute("UPDATE orders_linedemand SET demand_id = demand_id + 1000000")
        with pytest.raises(IntegrityError, match="orders_linedemand_demand_id"):
            aside.put_back()
        cursor.execute("UPDATE orders_linedemand SET demand_id = demand_id - 1000000")
    aside.put_back()
    assert keys() == before


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
