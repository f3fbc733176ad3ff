"""PostgreSQL through psycopg2 with few round trips (performance.md 2.3 and 2.5).

A statement without an answer *waits* on the connection and travels in front of the next one that has an answer;
BEGIN goes with the first read of a transaction, COMMIT with its last writes. Every cursor empties what waits, the
ORM's too, so the order of statements is always the order in which they were asked for. Neighbours that need nothing
of each other, being writes to different tables, are one statement.
"""

import re
import select
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import psycopg2.extensions
from django.conf import settings
from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction

from erp.kernel.literals import literal, literals

BLOCKS = ("SAVEPOINT", "RELEASE SAVEPOINT")  # opened and closed by Django: no statements of a verb
ASK_EVERY_S = 10.0  # whether a session that is used again and again still lives


@dataclass(frozen=True, slots=True)
class Write:
    """A statement without an answer. `tables` names all it writes if it reads nothing that a neighbour may write."""

    sql: str
    params: Sequence[Any]
    tables: frozenset[str] | None


OWN_WITH = "\nWITH "  # a write that begins so can only end a group: a data-modifying WITH stands at the top


class Connection(psycopg2.extensions.connection):
    """A connection that holds statements back, knows its prepared ones, and counts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: list[str | Write] = []  # texts are sent as they are
        self.names: dict[str, str] = {}  # statement text -> name it was prepared under
        self.statements = 0  # asked for; blocks are not counted
        self.round_trips = 0

    def hold(self, sql: str, params: Sequence[Any], tables: frozenset[str] | None = None) -> None:
        """Let a statement without an answer travel with the next one."""
        self.waiting.append(Write(sql, params, tables))

    def hold_text(self, text: str) -> None:
        """Let a statement that takes no parameters travel with the next one, as it is written."""
        self.waiting.append(text)
        self.statements += 1

    def rows_of(self, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The answer of a constant statement; what waits travels in front of it."""
        with self.cursor() as cursor:
            cursor.execute(self.text_of(sql, params))
            return cursor.fetchall()

    def text_of(self, sql: str, params: Sequence[Any]) -> str:
        """The statement with its parameters in place, prepared where that is allowed. Every parameter must be cast."""
        if not settings.ERP_PREPARE:
            pieces = sql.split("%s")
            values = zip(params, pieces[1:], strict=True)
            return pieces[0] + "".join([f" {literal(value)}{piece}" for value, piece in values])
        name, prepare = self.names.get(sql), ""
        if name is None:
            name = self.names[sql] = f"p{len(self.names)}"
            prepare = f"PREPARE {name} AS {_numbered(sql)};"
        if not params:
            return f"{prepare}EXECUTE {name}"
        return f"{prepare}EXECUTE {name}({literals(params)})"

    def take_waiting(self) -> list[str]:
        """The texts of what waits, in order."""
        waiting, self.waiting = self.waiting, []
        texts = []
        for group in _groups(waiting):
            if isinstance(group, str):
                texts.append(group)
            else:
                sql = _as_one(tuple([write.sql for write in group]))
                texts.append(self.text_of(sql, list(chain.from_iterable(write.params for write in group))))
                self.statements += 1
        return texts

    def begin(self) -> None:
        self.waiting.append("BEGIN")

    def commit_block(self) -> None:
        """COMMIT, with all that still waits in one string; nothing at all for a block that was never used."""
        waiting = self.take_waiting()
        if waiting != ["BEGIN"]:
            self.send(";".join([*waiting, "COMMIT"]))

    def roll_back(self, statement: str = "ROLLBACK") -> None:
        """Forget what waits and roll back. A PREPARE may be among what failed, so all names go."""
        waiting, self.waiting = self.waiting, []
        if waiting[:1] == ["BEGIN"]:
            return  # the block never reached the server
        self.names.clear()
        self.send(statement + "; DEALLOCATE ALL")

    def send(self, text: str) -> None:
        self.round_trips += 1
        with psycopg2.extensions.connection.cursor(self, cursor_factory=psycopg2.extensions.cursor) as cursor:
            cursor.execute(text)


class Cursor(psycopg2.extensions.cursor):
    """Sends what waits in front of its own statement."""

    connection: Connection

    def execute(self, query: Any, vars: Any = None) -> None:
        self.connection.statements += not (isinstance(query, str) and query.startswith(BLOCKS))
        self.connection.round_trips += 1
        waiting = self.connection.take_waiting()
        if waiting:
            own = query if vars is None and isinstance(query, str) else self.mogrify(query, vars)
            query, vars = _joined(waiting, own), None
        return super().execute(query, vars)

    def executemany(self, query: Any, vars_list: Any) -> None:
        self._flush()
        return super().executemany(query, vars_list)

    def copy_expert(self, sql: Any, file: Any, size: int = 8192) -> None:
        self._flush()
        return super().copy_expert(sql, file, size)

    def _flush(self) -> None:
        waiting = self.connection.take_waiting()
        if waiting:
            self.connection.send(";".join(waiting))


def _groups(waiting: Iterable[str | Write]) -> list[str | list[Write]]:
    """Texts alone, and neighbouring writes together as long as none of them touches a table of another."""
    groups: list[str | list[Write]] = []
    group: list[Write] = []
    taken: frozenset[str] | None = None  # tables of the group, while it may grow
    for each in waiting:
        if isinstance(each, str):
            groups.append(each)
            taken = None
            continue
        if taken is None or each.tables is None or taken & each.tables:
            group = [each]
            groups.append(group)
            taken = each.tables
        else:
            group.append(each)
            taken |= each.tables
        if each.sql.startswith(OWN_WITH):
            taken = None
    return groups


@cache
def _as_one(parts: tuple[str, ...]) -> str:
    """Statements as one: all but the last are parts of its WITH."""
    *front, last = parts
    if not front:
        return last
    named = ", ".join([f"part{place} AS ({part})" for place, part in enumerate(front)])
    if last.startswith(OWN_WITH):
        return f"WITH {named}, {last.removeprefix(OWN_WITH)}"
    return f"WITH {named} {last}"


def _joined(waiting: Sequence[str], own: str | bytes) -> bytes:
    """What waits and the statement with the answer, as one string."""
    front = ";".join(waiting).encode()
    return front + b";" + (own.encode() if isinstance(own, str) else own)


def _numbered(sql: str) -> str:
    """`%s` becomes $1, $2, ... in order."""
    count = 0

    def number(_: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"${count}"

    return re.sub(r"%s", number, sql)


class DatabaseWrapper(base.DatabaseWrapper):
    """psycopg2 stays in autocommit; blocks open and close with statements of our own."""

    _answered_at = float("-inf")  # by the monotonic clock

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params["connection_factory"] = Connection
        params["cursor_factory"] = Cursor
        return params

    def is_usable(self) -> bool:
        """Whether the session lives, which Django asks before each request. A server that ended it has hung up; that
        shows without a question, so only who was silent for a while, or failed, is asked."""
        now = time.monotonic()
        if now - self._answered_at < ASK_EVERY_S and not self.errors_occurred and self._is_silent():
            return True
        usable: bool = super().is_usable()
        self._answered_at = now if usable else float("-inf")
        return usable

    def _is_silent(self) -> bool:
        """Whether the server has said nothing that nobody asked for: neither that it ends the session nor goodbye."""
        if self.connection is None or self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0)

    def _start_transaction_under_autocommit(self) -> None:
        self.connection.begin()

    def _commit(self) -> None:
        if self.connection is not None:
            with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
                self.connection.commit_block()

    def _rollback(self) -> None:
        if self.connection is not None:
            with debug_transaction(self, "ROLLBACK"), self.wrap_database_errors:
                self.connection.roll_back()

    def _savepoint_rollback(self, sid: str) -> None:
        with debug_transaction(self, "ROLLBACK TO SAVEPOINT"), self.wrap_database_errors:
            self.connection.roll_back(f"ROLLBACK TO SAVEPOINT {self.ops.quote_name(sid)}")
