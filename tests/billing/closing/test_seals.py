"""Days of the ledgers are sealed into a chain, and whatever is changed afterwards is found by its day."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.test import Client
from rest_framework.test import APIClient

from billing.closing.actions.seal_days import DaysSealed, seal_days
from billing.closing.models import LedgerSeal
from billing.closing.seals import EMPTY, FIRST, chain
from billing.closing.tasks import seal_ledgers
from billing.models import Journal, JournalLine
from erp.kernel import clock
from erp.kernel.actor import Actor
from erp.kernel.command import By
from erp.kernel.proofs import prove, results_of
from inventory.models import StockEntry
from tests import factories
from tests.billing.test_proofs import red
from tests.support import count_statements, run_concurrently
from tests.trade import Trade
from tests.trade import trade as make_trade

SYSTEM = Actor.system("tests")
SEALS = ("G13", "G14", "G15")
LEDGERS = ("billing_journal", "billing_journalline", "inventory_stockposting", "inventory_stockentry")


@contextmanager
def unguarded(*tables: str) -> Iterator[CursorWrapper]:
    """As somebody who may switch off the triggers that keep the tables as they are."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def age(days: int) -> None:
    """As if everything that the ledgers hold so far had been recorded so many days ago."""
    with unguarded(*LEDGERS) as cursor:
        for table in LEDGERS:
            cursor.execute(f"UPDATE {table} SET recorded_at = recorded_at - %s", [timedelta(days=days)])


def seal(at: datetime | None = None) -> DaysSealed:
    return seal_days(By(SYSTEM, at=at))


def today() -> date:
    return clock.now().astimezone(UTC).date()


def test_each_day_is_chained_to_the_one_before() -> None:
    day = date(2026, 1, 1)
    links = chain([(day, 2, "ab"), (date(2026, 1, 3), 1, "cd")], since=day, until=date(2026, 1, 3))
    assert [(link.rows, link.digest) for link in links] == [(2, "ab"), (0, EMPTY), (1, "cd")]
    assert [link.previous for link in links] == [FIRST, links[0].hash, links[1].hash]
    assert links[0].hash == hashlib.sha256(f"{FIRST}|9497|2|ab".encode()).hexdigest()


def test_days_that_are_over_are_sealed_once(trade: Trade) -> None:
    trade.invoice(trade.ship(2))
    assert seal() == DaysSealed(0, 0)  # today is not over
    age(3)
    with count_statements() as first:
        assert seal() == DaysSealed(3, 3)
    assert seal() == DaysSealed(0, 0)
    journal = LedgerSeal.objects.filter(ledger="journal").order_by("day")
    assert [row.rows for row in journal] == [Journal.objects.count() + JournalLine.objects.count(), 0, 0]
    assert journal[0].day == today() - timedelta(days=3)
    assert red(*SEALS) == set()
    trade.invoice(trade.ship(1))
    with count_statements() as later:
        assert seal(at=clock.now() + timedelta(days=9)) == DaysSealed(9, 9)
    assert later.statements <= first.statements
    assert red(*SEALS) == set()


def test_a_day_waits_an_hour_for_what_is_in_flight(trade: Trade) -> None:
    age(1)
    midnight = datetime.combine(today(), datetime.min.time(), UTC)
    assert seal(at=midnight + timedelta(minutes=59)) == DaysSealed(0, 0)
    assert seal(at=midnight + timedelta(minutes=60)) == DaysSealed(1, 1)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE billing_journalline SET amount = amount + 1", "G13"),
        ("UPDATE billing_journal SET actor = 'nobody' WHERE id = (SELECT min(id) FROM billing_journal)", "G13"),
        ("DELETE FROM billing_journalline WHERE id = (SELECT max(id) FROM billing_journalline)", "G13"),
        ("UPDATE inventory_stockentry SET quantity = quantity + 1", "G14"),
        ("UPDATE inventory_stockposting SET accounting_on = accounting_on - 1", "G14"),
    ],
)  # fmt: skip
def test_what_is_changed_past_the_triggers_is_found_by_its_day(trade: Trade, change: str, found: str) -> None:
    trade.invoice(trade.ship(2))
    age(2)
    seal()
    assert red(*SEALS) == set()
    with unguarded(*LEDGERS) as cursor:
        cursor.execute(change)
    (broken,) = [result for result in results_of(prove(SEALS)) if not result.green]
    assert (broken.proof, broken.sample[0]["day"]) == (found, str(today() - timedelta(days=2)))


def test_they_are_listed_by_page_and_program(trade: Trade, client: Client) -> None:
    age(2)
    seal()
    user = factories.user("finance")
    client.force_login(user)
    page = client.get("/billing/sealed-days/?ledger=stock")
    assert [each["pk"] for each in page.context["rows"]] == list(
        LedgerSeal.objects.filter(ledger="stock").order_by("-day").values_list("pk", flat=True)
    )
    assert client.get("/billing/sealed-days/?export=csv").status_code == 200
    api = APIClient()
    api.force_authenticate(user)
    found = api.get("/api/v1/sealed-days/", {"ledger": "journal"}).json()["results"]
    assert [each["rows"] for each in found] == [0, Journal.objects.count() + JournalLine.objects.count()]


def test_a_row_that_is_slipped_in_later_is_found(trade: Trade) -> None:
    age(2)
    seal()
    entry = StockEntry.objects.first()
    assert entry is not None
    entry.pk, entry.recorded_at = None, clock.now() - timedelta(days=1)
    entry.save(force_insert=True)
    assert red(*SEALS) == {"G14"}


def test_seals_themselves_do_not_change(trade: Trade) -> None:
    age(2)
    seal()
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerSeal.objects.update(rows=0)
    with pytest.raises(DatabaseError, match="ledger_seal_hash"), transaction.atomic():
        LedgerSeal.objects.create(
            ledger="stock", day=date(2020, 1, 1), rows=0, digest=EMPTY, previous=FIRST, hash=FIRST,
            sealed_at=clock.now(),
        )  # fmt: skip
    with unguarded("billing_ledgerseal") as cursor:
        cursor.execute("DELETE FROM billing_ledgerseal WHERE day = %s", [today() - timedelta(days=2)])
    assert red("G15") == {"G15"}


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_beats_seal_each_day_once() -> None:
    make_trade(items=1)
    age(2)
    made = run_concurrently(lambda _each: seal_ledgers(), range(2))
    assert made == [None, None]
    assert LedgerSeal.objects.count() == 4
    assert red(*SEALS) == set()
