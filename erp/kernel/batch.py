"""Set-based writes: one statement per table for one row or five thousand (performance.md 2.1).

A Batch belongs to one transaction. `read` answers with tuples and carries every write that waits in front of it;
`insert`, `update` and `write` have no answer, so they wait, until the next read or the COMMIT.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from .actor import Actor
from .events import Event, Fact, announce, outbox_rows

Row = tuple[Any, ...]


@dataclass(slots=True)
class Batch:
    """The statements of one verb: who acts, when it took effect, and what waits to be written."""

    actor: Actor
    now: datetime  # effective
    backdated: bool = False  # conversion, replay or a right set `now` in the past
    decisions: list[Row] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    told: set[str] = field(default_factory=set)  # subscribers with a new outbox row
    database: Any = field(default_factory=lambda: connections[DEFAULT_DB_ALIAS])

    def at(self, effective: datetime) -> "Batch":
        """This batch with another effective time: the same transaction, decisions and events."""
        return replace(self, now=effective, backdated=True)

    def read(self, sql: str, *params: Any) -> list[Row]:
        """Rows of a constant SELECT (or locking SELECT). Lists become array literals; cast every parameter."""
        return _answer(self.database, sql, params)

    def write(self, sql: str, *params: Any, into: Sequence[type[models.Model]] = ()) -> None:
        """A statement without an answer, to travel with the next one that has one.

        `into` promises that it writes these tables only and reads nothing that the verb has written since its last
        read; then it may become one statement with its neighbours.
        """
        self._hold(sql, params, frozenset([model._meta.db_table for model in into]) or None)

    def configure(self, text: str) -> None:
        """Settings of the transaction (SET LOCAL), to travel with the next statement."""
        self._connection().hold_text(text)

    def _hold(self, sql: str, params: Sequence[Any], tables: frozenset[str] | None) -> None:
        self._connection().hold(sql, params, tables)

    def _connection(self) -> Any:
        wrapper = self.database
        assert wrapper.in_atomic_block, "a batch writes inside a transaction only"
        if wrapper.connection is None:
            wrapper.ensure_connection()
        return wrapper.connection

    def insert(self, model: type[models.Model], **columns: Any) -> None:
        """Rows from columns: a list gives one value per row (none for an empty one), anything else the same for all."""
        lists = tuple(name for name, value in columns.items() if isinstance(value, list))
        if lists and not columns[lists[0]]:
            return
        values = [columns[name] for name in columns if name not in lists] + [columns[name] for name in lists]
        self._hold(_insert_sql(model, tuple(columns), lists), values, _table(model))

    def update(
        self,
        model: type[models.Model],
        ids: Sequence[int],
        *,
        add: dict[str, Any] | None = None,
        **columns: Any,
    ) -> None:
        """Set columns, or add to them, of the rows with these ids; lists run parallel to `ids`."""
        if not ids:
            return
        given = {**columns, **(add or {})}
        lists = tuple(name for name, value in given.items() if isinstance(value, list))
        sql = _update_sql(model, tuple(columns), tuple(add or ()), lists)
        scalars = [value for name, value in given.items() if name not in lists]
        self._hold(sql, [*scalars, list(ids), *[given[name] for name in lists]], _table(model))

    def draw(self, **counts: int) -> dict[str, list[int]]:
        """Ids for rows to come, by table name: draw(orders_orderline=5). One statement, whatever the counts."""
        columns = ", ".join(
            f"ARRAY(SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, %s::int))"
            for table in counts
        )
        (row,) = self.read(f"SELECT {columns}", *counts.values())
        return dict(zip(counts, row, strict=True))

    def decide(
        self, verb: str, subject: type[models.Model], subject_id: int, outcome: dict[str, Any]
    ) -> None:
        """Keep why: one record per verb and document, written with the batch's last statements."""
        self.decisions.append((verb, subject._meta.label_lower, subject_id, outcome))

    def announce(self, fact: Fact) -> None:
        """Tell the inline subscribers, who write into this batch and share its fate."""
        announce(self, fact)

    def publish(self, *events: Event) -> None:
        """Tell everyone else, after the commit, at least once."""
        self.events.extend(events)

    def close(self) -> None:
        """Write what the verb decided and announced; the last statements before the caller's final ones."""
        from .models import Decision, OutboxEntry

        if self.decisions:
            verbs, subjects, ids, outcomes = (list(column) for column in zip(*self.decisions, strict=True))
            self.insert(
                Decision,
                effective_at=self.now,
                verb=verbs,
                subject=subjects,
                subject_id=ids,
                actor=self.actor.name,
                outcome=outcomes,
            )
            self.decisions.clear()
        rows = outbox_rows(self.events)
        if rows:
            topics, subscribers, documents, payloads = (list(column) for column in zip(*rows, strict=True))
            self.told.update(subscribers)
            self.insert(
                OutboxEntry, topic=topics, subscriber=subscribers, document=documents, payload=payloads
            )
        self.events.clear()


def constant(sql: str, *params: Any) -> list[Row]:
    """Rows of a constant SELECT, prepared; the way of hot reads outside a verb. Cast every parameter."""
    return _answer(connections[DEFAULT_DB_ALIAS], sql, params)


def _answer(wrapper: Any, sql: str, params: Sequence[Any]) -> list[Row]:
    if wrapper.connection is None:
        wrapper.ensure_connection()
    with wrapper.wrap_database_errors:
        rows: list[Row] = wrapper.connection.rows_of(sql, params)
    return rows


# Statement texts, built once per shape -----------------------------------------------------------


@cache
def _table(model: type[models.Model]) -> frozenset[str]:
    return frozenset([model._meta.db_table])


@cache
def _column(model: type[models.Model], name: str) -> tuple[str, str]:
    """Column name and SQL type of a field, named as in the model."""
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    sql_type = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    assert sql_type is not None and field.column is not None
    return field.column, sql_type


def _cast(sql_type: str) -> str:
    # A varchar cast would cut a text that is too long; as plain text the column itself refuses it.
    return "text" if sql_type.startswith("varchar") else sql_type


@cache
def _insert_sql(model: type[models.Model], names: tuple[str, ...], lists: tuple[str, ...]) -> str:
    ordered = [name for name in names if name not in lists] + list(lists)
    columns = ", ".join(f'"{_column(model, name)[0]}"' for name in ordered)
    scalars = [f"%s::{_cast(_column(model, name)[1])}" for name in ordered if name not in lists]
    if not lists:
        return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({", ".join(scalars)})'
    arrays = ", ".join(f"%s::{_cast(_column(model, name)[1])}[]" for name in lists)
    aliases = [f"c{index}" for index in range(len(lists))]
    chosen = ", ".join(scalars + [f"u.{alias}" for alias in aliases])
    return (
        f'INSERT INTO "{model._meta.db_table}" ({columns}) '
        f"SELECT {chosen} FROM unnest({arrays}) AS u({', '.join(aliases)})"
    )


@cache
def _update_sql(
    model: type[models.Model], sets: tuple[str, ...], adds: tuple[str, ...], lists: tuple[str, ...]
) -> str:
    names = sets + adds
    places = {name: f"u.c{index}" for index, name in enumerate(lists)}
    assignments = []
    for name in [n for n in names if n not in lists] + list(lists):
        column, sql_type = _column(model, name)
        value = places.get(name, f"%s::{_cast(sql_type)}")
        assignments.append(
            f'"{column}" = t."{column}" + {value}' if name in adds else f'"{column}" = {value}'
        )
    table = f'UPDATE "{model._meta.db_table}" AS t SET {", ".join(assignments)}'
    if not lists:
        return f"{table} WHERE t.id = ANY(%s::bigint[])"
    arrays = ", ".join(["%s::bigint[]", *(f"%s::{_cast(_column(model, name)[1])}[]" for name in lists)])
    aliases = ", ".join(["id", *(f"c{index}" for index in range(len(lists)))])
    return f"{table} FROM unnest({arrays}) AS u({aliases}) WHERE t.id = u.id"
