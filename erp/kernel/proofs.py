"""Invariants as SQL that returns the offending rows: no row is a proof, a row names its document.

    proof("S5", "Each transfer sums to zero per item and lot", "SELECT ... HAVING sum(quantity) <> 0")

Rooms register theirs when their app is ready. `prove()` runs them all on one snapshot.
"""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from .fields import MasterKey
from .models import ProofRun
from .refusals import plain

SAMPLE = 5  # offending rows kept in the record of a run
WORK_MEM = "64MB"  # of each sort and hash of a proof; beyond it they go to disk


@dataclass(frozen=True, slots=True)
class Proof:
    """One invariant under its number in docs/invariants: `sql` returns the rows that break it."""

    number: str
    title: str
    sql: str
    params: Sequence[Any] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What one proof found. `error` says why it could not run at all, which is as red as an offending row."""

    proof: str
    title: str
    ms: int
    rows: int
    sample: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""

    @property
    def green(self) -> bool:
        return self.rows == 0 and not self.error


_proofs: dict[str, Proof] = {}


def proof(number: str, title: str, sql: str, params: Sequence[Any] | None = None) -> Proof:
    """Register an invariant. The same number twice is two rooms claiming one rule, and refused."""
    if number in _proofs:
        raise ValueError(f"proof {number} is registered twice: {_proofs[number].title!r} and {title!r}")
    _proofs[number] = Proof(number, title, sql, params)
    return _proofs[number]


def prove_keys(number: str, title: str, *tables: type[models.Model]) -> Proof:
    """Register that every MasterKey of these tables names a row: the schema does not check them."""
    missing = [
        f"SELECT '{table._meta.db_table}.{key.column}' AS key, t.{table._meta.pk.column} AS row_id,"
        f" t.{key.column}::text AS master_id FROM {table._meta.db_table} t WHERE t.{key.column} IS NOT NULL"
        f" AND NOT EXISTS (SELECT 1 FROM {key.related_model._meta.db_table} m"
        f" WHERE m.{key.target_field.column} = t.{key.column})"
        for table in tables
        for key in table._meta.local_concrete_fields
        if isinstance(key, MasterKey)
    ]
    return proof(number, title, " UNION ALL ".join(missing))


def prove_schema(number: str) -> Proof:
    """Register that the database has every rule the models state: a migration may have dropped one unasked."""
    stated = sorted(
        rule.name
        for model in apps.get_models()
        for rule in (*model._meta.constraints, *model._meta.indexes)
        if model._meta.managed
    )
    sql = """SELECT rule.name FROM unnest(%s::text[]) AS rule(name)
        WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = rule.name AND c.convalidated)
            AND NOT EXISTS (SELECT FROM pg_class i JOIN pg_index x ON x.indexrelid = i.oid
                WHERE i.relname = rule.name AND x.indisvalid)"""
    return proof(number, "The schema has every constraint and index of the models", sql, [stated])


def proofs() -> list[Proof]:
    """Every registered proof, by letter and number: B2 before B10."""
    return sorted(_proofs.values(), key=_order)


def _order(each: Proof) -> tuple[str, int, str]:
    letters = each.number.rstrip("0123456789")
    return letters, int(each.number.removeprefix(letters) or 0), each.number


def prove(only: Iterable[str] = ()) -> ProofRun:
    """Run the proofs (or those named) on one snapshot of the database and keep the result.

    Raises KeyError for a number that nobody registered. Writers are not held up: the snapshot only reads.
    """
    chosen = [_proofs[number] for number in only] or proofs()
    started = time.perf_counter()
    with _snapshot():
        results = [_run(each) for each in chosen]
    duration_ms = round((time.perf_counter() - started) * 1000)
    return ProofRun.objects.create(
        duration_ms=duration_ms,
        results=[asdict(result) for result in results],
        green=all(result.green for result in results),
    )


def results_of(run: ProofRun) -> list[Result]:
    """The stored results of a run, typed."""
    return [Result(**stored) for stored in run.results]


@contextmanager
def _snapshot() -> Iterator[None]:
    """One REPEATABLE READ READ ONLY transaction; inside a transaction, a savepoint on its rows."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(f"SET LOCAL statement_timeout = '10min'; SET LOCAL work_mem = '{WORK_MEM}'")
        yield


def _run(each: Proof) -> Result:
    counted = (
        f"WITH offending AS MATERIALIZED ({each.sql}) SELECT (SELECT count(*) FROM offending), "
        f"(SELECT jsonb_agg(to_jsonb(o)) FROM (SELECT * FROM offending LIMIT {SAMPLE}) o)::text"
    )
    started = time.perf_counter()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(counted, each.params)
            rows, sample = cursor.fetchone()
    except DatabaseError as error:
        return Result(each.number, each.title, _ms_since(started), 0, error=str(error).strip())
    return Result(each.number, each.title, _ms_since(started), rows, plain(json.loads(sample or "[]")))


def _ms_since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)


proof(
    "M1",
    "Each announced fact is delivered within five minutes, or dead with an owner",
    """SELECT id, subscriber, document, attempts, due_at, dead_at, error FROM kernel_outboxentry late
    WHERE done_at IS NULL AND (
        (dead_at IS NOT NULL AND owner_id IS NULL)
        OR (dead_at IS NULL AND due_at < clock_timestamp() - interval '5 minutes' AND NOT EXISTS (
            SELECT FROM kernel_outboxentry older WHERE older.subscriber = late.subscriber
                AND older.document = late.document AND older.done_at IS NULL AND older.id < late.id)))""",
)
