"""Every KPI of a week that was worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import InvoiceException
from erp.kernel.models import User
from inventory.models import Shipment
from orders.models import CustomerReturn, SalesOrder
from reporting.facts.actions.roll_up import value_stock_history
from reporting.kpis.dictionary import DICTIONARY
from reporting.kpis.figures import figures, inventory_turns
from reporting.kpis.periods import period
from reporting.kpis.scope import places
from tests import factories
from tests.reporting.books import at, busy_days, told, week

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAY = datetime(2026, 1, 9, 12, tzinfo=UTC)


@pytest.fixture
def shop():
    return week()


def measured(shop, key="month", now=FRIDAY):
    place = places(User.objects.get(pk=shop.trade.world.user_id))[0]
    return figures(place, period(key, now.date()), now)


def test_every_figure_of_a_known_week(shop):
    busy_days(shop)
    told()
    found = measured(shop)
    now = {key: value.now for key, value in found.values.items()}
    assert set(now) == set(DICTIONARY)
    assert now["order_intake"] == 80 + 10_000_100
    assert now["unit_fill"] == Decimal(3 + 999_998) * 100 / Decimal(4 + 1_000_010)
    assert now["line_fill"] == 50  # 2 of 4
    assert now["order_fill"] == Decimal(100) / 3
    assert now["gross_margin"] == Decimal(10_000_060 - 5_000_013) * 100 / Decimal(10_000_060)
    assert now["backorders"] == 120  # twelve pieces at 10
    assert now["backorder_age"] == 3  # asked for on the 6th
    assert now["order_cycle"] == Decimal("27.00")  # median of 6 and 48 hours
    assert found.values["order_cycle"].beside["p90"] == Decimal("43.80")
    assert now["billing_cycle"] == 0
    assert now["invoice_exceptions"] == 0
    assert found.values["backorders"].beside == {"lines": 1, "lines_before": 0}
    assert [(bucket.label, bucket.lines, bucket.value) for bucket in found.ages if bucket.lines] == [
        ("0–3", 1, 120)
    ]


def test_backorders_move_through_the_ages_and_weigh_by_value(shop):
    shop.ship(shop.submit(at(5), [1_000_002]), at(5, 12))  # 2 short: 20, asked for on the 5th
    shop.ship(shop.submit(at(7), [0, 1_000_004]), at(7, 12))  # 4 short: 80, asked for on the 7th
    told()
    on_the_13th = measured(shop, now=datetime(2026, 1, 13, 9, tzinfo=UTC))
    assert [(bucket.label, bucket.value) for bucket in on_the_13th.ages if bucket.lines] == [
        ("4–7", 80),
        ("8–14", 20),
    ]
    assert on_the_13th.values["backorder_age"].now == Decimal(8 * 20 + 6 * 80) / 100
    trend = dict(
        zip([row.day for row in on_the_13th.days], on_the_13th.values["backorders"].trend, strict=True)
    )
    assert [trend[date(2026, 1, day)] for day in (5, 6, 7, 8)] == [0, 1, 1, 2]


def test_a_day_that_is_not_over_is_judged_only_when_asked_for(shop):
    shop.submit(at(9), [5])
    told()
    assert measured(shop).values["line_fill"].now is None
    assert measured(shop, "today").values["line_fill"].now == 0
    tomorrow = FRIDAY + timedelta(days=1)
    assert measured(shop, now=tomorrow).values["line_fill"].now == 0


def test_the_period_before_is_what_it_is_compared_with(shop):
    busy_days(shop)
    told()
    friday_after = measured(shop, "today", now=datetime(2026, 1, 12, 9, tzinfo=UTC))
    assert friday_after.values["order_intake"].before == 80
    assert friday_after.values["order_intake"].change == -80
    assert friday_after.values["line_fill"].now is None


def test_exceptions_are_counted_by_type_and_age(shop):
    orders = busy_days(shop)
    shipment = Shipment.objects.order_by("pk").first()
    for kind, day in (("price_changed", 6), ("zero_price", 8)):
        InvoiceException.objects.create(
            company_id=shop.trade.world.company_id, site_id=shipment.site_id, shipment=shipment, order=orders["a"],
            kind=kind, detail="x", amount=5, currency="EUR", opened_at=at(day), due_on=date(2026, 1, 10),
        )  # fmt: skip
    found = measured(shop)
    value = found.values["invoice_exceptions"]
    assert (value.now, value.before, value.beside["overdue"]) == (2, 0, 1)  # older than two days
    assert [(kind.kind, kind.count, kind.amount) for kind in found.exceptions] == [
        ("price_changed", 1, 5),
        ("zero_price", 1, 5),
    ]


def test_turns_are_annualised_cost_by_the_average_of_the_points():
    assert inventory_turns(cost=Decimal(10), points=[Decimal(100), Decimal(300)], days=73) == Decimal("0.25")
    assert inventory_turns(cost=Decimal(10), points=[], days=73) is None


def test_stock_values_follow_the_ledger_by_accounting_date(shop):
    busy_days(shop)
    told()
    value_stock_history()
    found = measured(shop)
    # Opening stock was posted today by the clock; what left in January is worth less than nothing until then.
    assert found.values["inventory_value"].now == -(16 + 4_999_990 + 7)


def test_the_number_of_statements_does_not_depend_on_the_figures(shop):
    place = places(User.objects.get(pk=shop.trade.world.user_id))[0]

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            figures(place, period("year", FRIDAY.date()), FRIDAY)
        return len(captured)

    empty = statements()
    busy_days(shop)
    told()
    assert statements() == empty == 14


def test_only_sites_in_scope_count(shop):
    busy_days(shop)
    told()
    site = shop.trade.world.sites[1]
    reader = factories.user("executive", scope=f"site:{site}")
    (company, only) = places(reader)
    assert (company.site_ids, only.site_ids) == ((site,), (site,))
    assert figures(company, period("month", FRIDAY.date()), FRIDAY).values["order_intake"].now == 0


def returned(shop, number, *, requested, approved, received, inspected, credited, state="closed"):
    """A return of the week's first order, by the instants of its stages."""
    order = SalesOrder.objects.order_by("pk")[0]
    return CustomerReturn.objects.create(
        number=f"RMA-T{number}", company_id=order.company_id, site_id=order.site_id, customer_id=order.customer_id,
        order=order, state=state, currency="EUR", net=10, requested_at=requested, requested_by="nora",
        approved_at=approved, approved_by="olga", received_at=received, inspected_at=inspected, credited_at=credited,
        closed_at=credited if state == "closed" else None, closed_by="x" if state == "closed" else "",
    )  # fmt: skip


def test_returns_are_timed_by_stage_from_request_to_the_last_credit(shop, client):
    busy_days(shop)
    told()
    returned(shop, 1, requested=at(5), approved=at(6), received=at(7), inspected=at(7, 21), credited=at(8, 9))
    returned(
        shop, 2, requested=at(5), approved=at(5, 21), received=at(8), inspected=at(8, 21), credited=at(9, 9)
    )
    returned(
        shop,
        3,
        requested=at(5),
        approved=at(6),
        received=at(7),
        inspected=None,
        credited=None,
        state="received",
    )
    value = measured(shop).values["return_cycle"]
    assert value.now == Decimal("3.50")  # median of 3 and 4 days
    assert value.beside == {
        "count": 2, "within_day": 0, "p90": Decimal("3.90"), "approval": Decimal("0.75"), "receipt": Decimal("1.75"),
        "inspection": Decimal("0.50"), "credit": Decimal("0.50"),
    }  # fmt: skip
    assert value.meets_target is True
    before = measured(shop, now=datetime(2026, 2, 9, 12, tzinfo=UTC)).values["return_cycle"]
    assert (before.now, before.before) == (None, Decimal("3.50"))
    client.force_login(factories.user("executive"))
    answer = client.get(
        "/reporting/documents/returns/", {"credited_from": "2026-01-01", "credited_to": "2026-01-31"}
    )
    assert [row["name"] for row in answer.context["rows"]] == ["RMA-T2", "RMA-T1"]
    page = answer.content.decode()
    assert "RMA-T1" in page and "RMA-T3" not in page
