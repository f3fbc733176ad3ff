"""Stock as of a day: what was, what was known of it, whose it is to see, and the file."""

import csv
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from erp.kernel.jobs import run_job
from erp.kernel.models import Job
from inventory.models import SiteStock
from inventory.stock.actions.post_opening_stock import OpeningLine, post_opening_stock
from masterdata.models import Bin, Company, Item
from orders.entry.rules import LineRequest
from reporting.asof.queries import Question, Standing, as_of
from tests import factories
from tests.factories import local_day
from tests.support import count_statements
from tests.trade import Trade
from tests.trade import trade as make_trade

D = Decimal
DAY = timedelta(days=1)


pytestmark = pytest.mark.django_db(transaction=True)  # what is recorded later has a later moment


@pytest.fixture
def shop(transactional_db: None) -> Trade:
    """A million of each of two items at two sites."""
    return make_trade(items=2)


def found_late(shop: Trade) -> None:
    """Seven more of the second item were there thirty days ago, which is told of only now."""
    place = Bin.objects.filter(site=shop.world.sites[0]).order_by("pk")[0]
    line = OpeningLine(shop.world.items[1], place.pk, D(7), D(14))
    post_opening_stock(shop.by(at=timezone.now() - 30 * DAY), site_id=shop.world.sites[0], lines=[line])


def asked(shop: Trade, on: date, known_at: datetime | None = None, **more: Any) -> list[Standing]:
    company = Company.objects.get(pk=shop.world.company_id)
    return as_of(Question(company, on, known_at or timezone.now(), **more))


def test_today_is_what_the_balances_say(shop: Trade) -> None:
    shop.ship(2)
    rows = asked(shop, local_day())
    told = {(row.site, row.item): (row.quantity, row.value) for row in rows}
    assert told == {
        (stock.site.code, stock.item.code): (stock.on_hand, stock.value)
        for stock in SiteStock.objects.select_related("site", "item")
    }
    assert len(rows) == 4


def test_a_day_counts_what_had_happened_by_its_end(shop: Trade) -> None:
    found_late(shop)
    day = local_day() - 30 * DAY
    (row,) = asked(shop, day)
    assert (row.quantity, row.value, row.status, row.lot) == (D(7), D(14), "available", None)
    assert row.item == Item.objects.get(pk=shop.world.items[1]).code
    assert asked(shop, day - DAY) == []
    assert len(asked(shop, local_day())) == 4


def test_what_was_not_known_then_does_not_count(shop: Trade) -> None:
    day, before = local_day() - 30 * DAY, timezone.now()
    found_late(shop)
    assert asked(shop, day, known_at=before) == []
    assert [row.quantity for row in asked(shop, day)] == [D(7)]


def test_sites_and_items_are_picked_out_by_one_statement(shop: Trade) -> None:
    item, site = shop.world.items[1], shop.world.sites[1]
    with count_statements() as counted:
        (row,) = asked(shop, local_day(), sites=(site,), item_id=item)
    assert row.quantity == D(1_000_000)
    assert counted.statements == 2  # the company, and what there was


def test_the_page_answers_for_an_item_and_its_reader(shop: Trade, client: Client) -> None:
    code = Item.objects.get(pk=shop.world.items[0]).code
    site = f"site:{shop.world.sites[1]}"
    shop.ship([LineRequest(shop.world.items[0], D(5))])
    asking = {"company": shop.world.company_id, "on": "t", "item": code.lower()}
    client.force_login(factories.user("finance"))
    page = client.get("/reporting/stock-as-of/", asking).content.decode()
    assert "1,999,995" in page
    assert client.get("/reporting/stock-as-of/", {**asking, "item": "NOPE"}).status_code == 422
    whole = client.get("/reporting/stock-as-of/", {**asking, "item": ""}).content.decode()
    assert "Write the file" in whole and 'name="on" value="t"' in whole
    client.force_login(factories.user("finance", scope=site))
    page = client.get("/reporting/stock-as-of/", asking).content.decode()
    assert "1,999,995" not in page and "1,000,000" in page
    told = client.get(
        "/api/v1/stock-as-of/", {**asking, "company": shop_code(shop), "on": local_day().isoformat()}
    )
    assert [row["quantity"] for row in told.json()] == ["1000000.000000"]
    client.force_login(factories.user("warehouse"))
    assert client.get("/reporting/stock-as-of/").status_code == 403


def shop_code(shop: Trade) -> str:
    return Company.objects.get(pk=shop.world.company_id).code


def test_everything_is_written_into_a_file_that_says_what_it_comes_to(
    shop: Trade, client: Client, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(factories.user("finance"))
    answer = client.post("/reporting/stock-as-of/file/", {"company": shop.world.company_id, "on": "t"})
    job = Job.objects.get(kind="reporting.stock_as_of")
    assert answer["Location"] == f"/jobs/{job.public_id}/"
    run_job(job.pk)
    job.refresh_from_db()
    worth = sum(SiteStock.objects.values_list("value", flat=True))
    currency = Company.objects.get(pk=shop.world.company_id).currency
    assert (job.state, job.message) == ("done", f"4 rows, value {currency} {worth:,.2f}")
    with default_storage.open(job.artefact) as file:
        rows = list(csv.reader(StringIO(file.read().decode("utf-8-sig"))))
    assert rows[0] == ["Site", "Item", "Description", "Class", "Status", "Lot", "Unit", "Quantity", "Value"]
    assert sum(D(row[8]) for row in rows[1:]) == worth
    assert "rows, value" in client.get("/reporting/stock-as-of/").content.decode()
