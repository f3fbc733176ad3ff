"""The kernel's clock follows the database, whatever the process clock says."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from erp.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unmeasured(monkeypatch):
    monkeypatch.setattr(clock, "_reading", None)


def database_now():
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def test_now_lies_between_two_looks_at_the_database():
    clock.now()
    before = database_now()
    found = clock.now()
    after = database_now()
    slack = timedelta(milliseconds=500)  # half of the measurement's round trip, on a busy machine
    assert before - slack <= found <= after + slack
    assert found.tzinfo is not None


def test_a_skewed_process_clock_does_not_matter(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert clock.now() > datetime(2020, 1, 1, tzinfo=UTC)


def test_measuring_costs_one_statement_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        clock.now()
        clock.now()


def test_time_passes_with_the_monotonic_clock(monkeypatch):
    measured = clock.Reading(datetime(2026, 3, 1, tzinfo=UTC), 1000.0)
    monkeypatch.setattr(clock, "_reading", measured)
    monkeypatch.setattr(time, "monotonic", lambda: 1030.5)
    assert clock.now() == datetime(2026, 3, 1, 0, 0, 30, 500000, tzinfo=UTC)


def test_an_old_measurement_serves_inside_a_transaction(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(clock, "_reading", clock.Reading(datetime(2026, 3, 1, tzinfo=UTC), 0.0))
    monkeypatch.setattr(time, "monotonic", lambda: 86_400.0)
    with django_assert_num_queries(0):
        assert clock.now() == datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_an_old_measurement_is_renewed_outside_of_transactions(monkeypatch):
    monkeypatch.setattr(
        clock, "_reading", clock.Reading(datetime(1999, 1, 1, tzinfo=UTC), time.monotonic() - 61)
    )
    assert clock.now() > datetime(2020, 1, 1, tzinfo=UTC)
