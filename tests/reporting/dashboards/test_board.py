"""The overview: what it says of a week worked out by hand, and that every figure opens exactly its documents."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from masterdata.models import Site
from orders.models import OrderException
from reporting.facts.actions.roll_up import value_stock_history
from reporting.kpis.dictionary import DICTIONARY
from tests import factories
from tests.reporting.books import busy_days, told, week

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAY = datetime(2026, 1, 9, 12, tzinfo=UTC)
BOARD = "/reporting/"


@pytest.fixture
def shop(monkeypatch):
    monkeypatch.setattr("erp.kernel.clock.now", lambda: FRIDAY)
    made = week()
    busy_days(made)
    told()
    value_stock_history()
    return made


@pytest.fixture
def executive(client):
    client.force_login(factories.user("executive"))
    return client


def words(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode()).replace("\u00a0", " ")


def test_what_belongs_to_no_site_yet_counts_for_each_and_is_listed(shop, executive):
    site = Site.objects.get(pk=shop.trade.world.sites[0])
    for number, place in enumerate((site, None)):
        OrderException.objects.create(
            kind="parked", subject_id=number, company=site.company, site=place, document=f"PO-{number}", detail="x",
            amount=0, currency="EUR", promised_on=FRIDAY.date(), rank=0, opened_at=FRIDAY, due_on=FRIDAY.date(),
        )  # fmt: skip
    board = executive.get(BOARD, {"at": f"site:{site.pk}"})
    (row,) = [row for row in board.context["rows"] if row["kpi"].key == "order_exceptions"]
    listed = executive.get(row["url"]).context["rows"]
    assert (row["value"], len(listed)) == ("2", 2)


def test_the_tiles_say_what_was_worked_out(shop, executive):
    page = words(executive.get(BOARD))
    assert "€ 10.00 M" in page  # intake
    assert "50.0 %" in page  # 2 of 4 lines at the first pass
    assert "2 of 4 lines" in page
    assert "target 95.0 %" in page.replace("&nbsp;", " ")
    assert "€ 120</span>" in page  # backorders
    assert "1 line open" in page
    for kpi in DICTIONARY.values():
        assert str(kpi.title) in page


def test_a_tile_opens_exactly_the_documents_behind_it(shop, executive):
    board = executive.get(BOARD)
    rows = {row["kpi"].key: row["url"] for row in board.context["rows"]}
    counts = {
        key: len(executive.get(url).context["rows"]) for key, url in rows.items() if key != "inventory_value"
    }
    assert counts == {
        "order_intake": 3,
        "unit_fill": 2,
        "line_fill": 2,  # the missed ones
        "order_fill": 2,
        "backorders": 1,
        "backorder_age": 1,
        "order_cycle": 2,
        "billing_cycle": 3,
        "return_cycle": 0,
        "invoice_exceptions": 0,
        "order_exceptions": 0,
        "gross_margin": 3,
        "inventory_turns": 3,
    }
    assert all("at=company%3A" in url for url in rows.values())


def test_the_lists_carry_the_figures_sum(shop, executive):
    board = executive.get(BOARD)
    url = next(row["url"] for row in board.context["rows"] if row["kpi"].key == "backorders")
    assert 'Open value <b class="tab">EUR 120</b>' in words(executive.get(f"{url}&part=totals"))


def test_the_page_costs_a_fixed_number_of_statements(shop, executive, django_assert_max_num_queries):
    executive.get(BOARD)
    with django_assert_max_num_queries(20):
        executive.get(BOARD)


def test_a_part_that_asks_again_gets_only_itself(shop, executive):
    tiles = executive.get(BOARD, headers={"HX-Request": "true", "HX-Target": "board-tiles"})
    assert "<html" not in tiles.content.decode()
    assert 'id="as-of" hx-swap-oob="true"' in tiles.content.decode()
    rest = executive.get(BOARD, headers={"HX-Request": "true", "HX-Target": "board-rest"})
    assert rest.content.decode().lstrip().startswith('<div class="board-rest"')


@pytest.mark.parametrize("period", ["today", "month", "quarter", "year", "nonsense"])
def test_every_period_and_site_draws(shop, executive, period):
    for at in ("", f"site:{shop.trade.world.sites[0]}", "site:999999", "junk"):
        assert executive.get(BOARD, {"period": period, "at": at}).status_code == 200


def test_figures_leave_as_csv_and_excel_with_formula_and_address(shop, executive):
    answer = executive.get("/reporting/figures.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    intake = next(row for row in rows if row[0] == "Order intake")
    assert intake[1:3] == ["10000180.0000", "EUR"]
    assert intake[5].startswith("Σ net of order lines")
    assert "/reporting/documents/orders/" in intake[7]
    assert len(rows) == len(DICTIONARY) + 1
    assert executive.get("/reporting/figures.xlsx").content[:2] == b"PK"
    assert executive.get("/reporting/figures.exe").status_code == 404


def test_the_overview_prints(shop, executive):
    answer = executive.get("/reporting/overview.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_only_those_who_steer_see_figures(shop, client):
    client.force_login(factories.user("warehouse"))
    for name in (
        "board",
        "board_pdf",
        "kpis",
        "order_documents",
        "line_documents",
        "invoice_documents",
        "proofs",
    ):
        assert client.get(reverse(f"reporting:{name}")).status_code == 403, name


def test_a_reader_of_another_company_sees_none_of_it(shop, client):
    other = factories.trading_company()
    client.force_login(factories.user("executive", scope=f"company:{other.pk}"))
    board = client.get(BOARD, {"at": f"company:{shop.trade.world.company_id}"})
    assert board.context["place"].company_id == other.pk
    assert "10.00 M" not in words(board)
    for name in ("order", "line", "shipment", "invoice", "exception", "stock"):
        listing = client.get(
            reverse(f"reporting:{name}_documents"), {"at": f"company:{shop.trade.world.company_id}"}
        )
        assert len(listing.context["rows"]) == 0, name


def test_without_a_site_the_overview_says_so(client, db):
    client.force_login(factories.user("executive"))
    assert "No site in your scope" in client.get(BOARD).content.decode()
    assert client.get("/reporting/figures.csv").status_code == 404
