from dataclasses import dataclass

import pytest
from django.db import IntegrityError, connection, transaction

from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.command import By, command
from erp.kernel.errors import Busy, DomainError, KeyReused
from erp.kernel.models import AuditEvent, IdempotencyKey, NumberSeries
from masterdata.models import ItemClass, Unit
from tests.support import run_concurrently

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = Actor.system("test")


class Taken(DomainError):
    code = "test.taken"
    message = "{code} is taken."


@dataclass(frozen=True, slots=True)
class Made:
    code: str


@command("test.make_class", conflicts={"masterdata_itemclass_code_key": lambda code: Taken(code=code)})
def make_class(batch: Batch, *, code: str) -> Made:
    """Make an item class."""
    batch.insert(ItemClass, code=[code], name=code, required_attributes=[[]], version=1)
    return Made(code)


@command("test.fail")
def fail(batch: Batch, *, code: str) -> Made:
    batch.insert(Unit, code=[code], name="Unit", decimals=0)
    raise Taken(code=code)


def test_the_same_key_answers_with_the_first_answer():
    assert make_class(By(ACTOR, key="k"), code="A") == Made("A")
    assert make_class(By(ACTOR, key="k"), code="A") == Made("A")
    assert ItemClass.objects.count() == 1
    assert IdempotencyKey.objects.get().answer == {"code": "A"}


def test_the_same_key_for_something_else_is_refused():
    make_class(By(ACTOR, key="k"), code="A")
    with pytest.raises(KeyReused):
        make_class(By(ACTOR, key="k"), code="B")
    assert not ItemClass.objects.filter(code="B").exists()


def test_keys_belong_to_their_actor_and_verb():
    make_class(By(ACTOR, key="k"), code="A")
    assert make_class(By(Actor.system("other"), key="k"), code="B") == Made("B")


def test_a_refusal_leaves_nothing_and_frees_its_key():
    with pytest.raises(Taken):
        fail(By(ACTOR, key="k"), code="ZZ1")
    assert not Unit.objects.filter(code="ZZ1").exists()
    assert not IdempotencyKey.objects.exists()


def test_a_race_met_by_a_constraint_becomes_a_typed_refusal():
    make_class(By(ACTOR), code="A")
    with pytest.raises(Taken) as refusal:
        make_class(By(ACTOR), code="A")
    assert str(refusal.value) == "A is taken."


def test_the_audit_knows_who_and_why():
    make_class(By(ACTOR, reason="new range"), code="A")
    event = AuditEvent.objects.get(table="masterdata_itemclass")
    assert (event.actor, event.reason, event.operation) == ("system:test", "new range", "insert")


def test_a_lock_held_by_another_is_busy_not_an_error():
    import psycopg2

    url = connection.get_connection_params()
    other = psycopg2.connect(
        **{k: v for k, v in url.items() if k not in ("connection_factory", "cursor_factory")}
    )
    try:
        with other.cursor() as cursor:
            cursor.execute("LOCK TABLE masterdata_itemclass IN ACCESS EXCLUSIVE MODE")
            with connection.cursor() as mine:
                mine.execute("SET lock_timeout = '100ms'")
            with pytest.raises(Busy):
                make_class(By(ACTOR), code="A")
    finally:
        other.rollback()
        other.close()
        with connection.cursor() as mine:
            mine.execute("RESET lock_timeout")
    assert not ItemClass.objects.exists()


@pytest.mark.concurrency
def test_many_hands_with_one_key_do_it_once():
    results = run_concurrently(lambda _: make_class(By(ACTOR, key="k"), code="A"), range(8))
    assert results == [Made("A")] * 8
    assert ItemClass.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("prefix", "rule"), [("INV-", "number_series_prefix_unique"), ("INV-1", "number_series_prefix_ends")]
)
def test_a_number_names_one_document_of_the_house(prefix, rule):
    """INV- 1000001 of one company and INV-1 000001 of another would be the same number."""
    NumberSeries.objects.create(scope="company:1", code="invoice", prefix="INV-")
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        NumberSeries.objects.create(scope="company:2", code="invoice", prefix=prefix)
    assert list(NumberSeries.objects.values_list("scope", "prefix")) == [("company:1", "INV-")]
