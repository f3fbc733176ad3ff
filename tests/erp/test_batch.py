from datetime import UTC, date, datetime
from decimal import Decimal
from select import POLLIN, poll

import pytest
from django.db import connection, transaction

from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.models import Decision, NumberSeries
from masterdata.models import Unit
from tests.support import count_statements

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def batch() -> Batch:
    return Batch(Actor.system("test"), NOW)


def test_insert_and_update_are_one_statement_for_any_number_of_rows():
    counts = []
    for rows in (1, 500):
        codes = [f"{rows + n:03x}" for n in range(rows)]
        with count_statements() as counted, transaction.atomic():
            mine = batch()
            mine.insert(Unit, code=codes, name="Unit", decimals=[n % 3 for n in range(rows)])
        counts.append(counted.statements)
        assert Unit.objects.filter(code__in=codes, name="Unit").count() == rows
    assert counts == [1, 1]


def test_update_sets_and_adds():
    first, second = (
        NumberSeries.objects.create(scope=scope, code="x", prefix=f"P{scope}-", next_number=10)
        for scope in ("a", "b")
    )
    with transaction.atomic():
        batch().update(NumberSeries, [first.pk, second.pk], prefix=["A-", "B-"], add={"next_number": [1, 5]})
    assert list(
        NumberSeries.objects.filter(code="x").order_by("scope").values_list("prefix", "next_number")
    ) == [
        ("A-", 11),
        ("B-", 15),
    ]


def test_a_text_too_long_for_its_column_is_refused_not_cut():
    from django.db import DataError

    with pytest.raises(DataError), transaction.atomic():
        batch().insert(Unit, code=["TOO LONG"], name="Unit", decimals=0)


def test_nothing_is_sent_for_no_rows():
    with count_statements() as counted, transaction.atomic():
        batch().insert(Unit, code=[], name="Unit")
        batch().update(Unit, [], name="Unit")
    assert counted.statements == 0


def test_what_waits_is_seen_by_the_next_read_and_by_the_orm():
    with transaction.atomic():
        mine = batch()
        mine.insert(Unit, code=["ZZ1"], name="Unit", decimals=0)
        assert mine.read("SELECT name FROM masterdata_unit WHERE code = %s::text", "ZZ1") == [("Unit",)]
        mine.insert(Unit, code=["ZZ2"], name="Unit", decimals=0)
        assert Unit.objects.filter(code="ZZ2").exists()


def test_what_waits_is_forgotten_with_its_savepoint():
    class Stop(Exception):
        pass

    with pytest.raises(Stop), transaction.atomic():
        batch().insert(Unit, code=["ZZ3"], name="Unit", decimals=0)
        raise Stop
    assert not Unit.objects.filter(code="ZZ3").exists()
    # a statement whose PREPARE was lost with it is prepared again
    with transaction.atomic():
        batch().insert(Unit, code=["ZZ3"], name="Unit", decimals=0)
    assert Unit.objects.filter(code="ZZ3").exists()


@pytest.mark.django_db(transaction=True)
def test_an_empty_block_asks_the_server_nothing():
    Unit.objects.count()
    before = connection.connection.round_trips
    with transaction.atomic():
        pass
    assert connection.connection.round_trips == before


@pytest.mark.django_db(transaction=True)
def test_begin_and_commit_travel_with_the_statements():
    batch_of = batch()
    with transaction.atomic():
        batch_of.read("SELECT 1::int")
    before = connection.connection.round_trips
    with transaction.atomic():
        batch_of.read("SELECT 1::int")
        batch_of.insert(Unit, code=["ZZ4"], name="Unit", decimals=0)
    assert connection.connection.round_trips - before == 2


@pytest.mark.django_db(transaction=True)
def test_without_prepared_statements_everything_works_the_same(settings):
    settings.ERP_PREPARE = False
    with transaction.atomic():
        mine = batch()
        mine.insert(Unit, code=["ZZ5"], name="50 % off", decimals=0)
        assert mine.read("SELECT name FROM masterdata_unit WHERE code = %s::text", "ZZ5") == [("50 % off",)]


def test_a_decision_is_kept_with_its_time_and_actor():
    with transaction.atomic():
        mine = batch()
        mine.decide("test.verb", Unit, 7, {"price": Decimal("1.50"), "on": date(2026, 1, 5)})
        mine.close()
    kept = Decision.objects.get(verb="test.verb")
    assert (kept.subject, kept.subject_id, kept.actor, kept.effective_at) == (
        "masterdata.unit",
        7,
        "system:test",
        NOW,
    )
    assert kept.outcome == {"price": "1.50", "on": "2026-01-05"}


@pytest.mark.django_db(transaction=True)
def test_a_session_that_lives_is_not_asked_again_and_one_that_was_ended_is_noticed():
    connection.ensure_connection()
    other = connection.copy()
    try:
        assert connection.is_usable()
        before = connection.connection.round_trips
        assert connection.is_usable()
        assert connection.connection.round_trips == before
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        hung_up = poll()
        hung_up.register(connection.connection.fileno(), POLLIN)
        assert hung_up.poll(30_000)
        assert not connection.is_usable()
    finally:
        other.close()
        connection.close()
    assert Unit.objects.count() >= 0 and connection.is_usable()
