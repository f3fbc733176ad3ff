"""Keys put aside while rows are loaded by the million, and put back in one go: needs the rights of the owner.

Indexes are built from sorted rows and foreign keys checked by one join, several at a time, which costs a small part of
what they cost row by row. What was put aside is written down in the same transaction: whoever finds such a note, after
a crash, puts back first.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any

from django.db import connection, transaction

WORKERS = 2

NOTES = """
CREATE TABLE volume.aside (id int GENERATED ALWAYS AS IDENTITY, step int, statement text)"""

# Step 1 builds indexes, 2 makes them constraints, 3 says what foreign keys hold for what comes, 4 checks what is there.
WRITE_DOWN = """
WITH loaded AS (SELECT oid FROM pg_class WHERE oid = ANY(%(tables)s::regclass[])),
keys AS (
    SELECT c.conname, c.contype, c.conrelid::regclass::text AS name, pg_get_constraintdef(c.oid) AS definition
    FROM pg_constraint c WHERE c.contype IN ('f', 'p', 'u')
      AND (c.conrelid IN (TABLE loaded) OR c.contype = 'f' AND c.confrelid IN (TABLE loaded)))
INSERT INTO volume.aside (step, statement)
SELECT 1, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE i.indrelid IN (TABLE loaded)
UNION ALL SELECT 2, format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s USING INDEX %%I', name, conname,
    CASE contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, conname) FROM keys WHERE contype <> 'f'
UNION ALL SELECT 3, format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s NOT VALID', name, conname, definition)
    FROM keys WHERE contype = 'f'
UNION ALL SELECT 4, format('ALTER TABLE %%s VALIDATE CONSTRAINT %%I', name, conname) FROM keys WHERE contype = 'f'"""

# Foreign keys go first, since they lean on the primary ones.
DROPS = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname) FROM pg_constraint
    WHERE contype = 'f' AND (conrelid = ANY(%(tables)s::regclass[]) OR confrelid = ANY(%(tables)s::regclass[]))
UNION ALL SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname) FROM pg_constraint
    WHERE contype IN ('p', 'u') AND conrelid = ANY(%(tables)s::regclass[])
UNION ALL SELECT format('DROP INDEX %%s', indexrelid::regclass) FROM pg_index
    WHERE indrelid = ANY(%(tables)s::regclass[])
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"""


def put_aside(tables: Sequence[str]) -> None:
    """Drop the indexes and keys of these tables, and the foreign keys of others that lead to them."""
    names = {"tables": list(tables)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(NOTES)
        cursor.execute(WRITE_DOWN, names)
        cursor.execute(DROPS, names)
        for (drop,) in cursor.fetchall():
            cursor.execute(drop)


def put_back() -> None:
    """Build again what was put aside, if anything was. Raises IntegrityError for rows that break a key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('volume.aside') IS NOT NULL")
        if cursor.fetchone() != (True,):
            return
        cursor.execute("SELECT step, id, statement FROM volume.aside ORDER BY step, id")
        notes = cursor.fetchall()
    for step, each in groupby(notes, key=lambda note: note[0]):
        # Adding a key locks both of its tables, so those go one by one; building and checking does not.
        in_parallel(_put_back_one, [note[1:] for note in each], workers=WORKERS if step in (1, 4) else 1)
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA volume CASCADE")


def _put_back_one(note: tuple[int, str]) -> None:
    place, statement = note
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute(statement)
        cursor.execute("DELETE FROM volume.aside WHERE id = %s", [place])


def in_parallel(work: Callable[[Any], object], each: Iterable[Any], *, workers: int = WORKERS) -> None:
    """Do the work for each of these in threads with connections of their own; the first error is raised."""

    def alone(one: Any) -> None:
        try:
            work(one)
        finally:
            connection.close()

    if workers == 1:
        for one in each:
            work(one)
        return
    with ThreadPoolExecutor(workers) as threads:
        for done in [threads.submit(alone, one) for one in each]:
            done.result()
