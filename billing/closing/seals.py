"""Fingerprints of the ledgers' days: what they are made of, and how they are chained (IV02)."""

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

FIRST = "0" * 64  # what the first day is chained to
EPOCH = date(2000, 1, 1)
DAY = timedelta(days=1)

# Each row as a line of text that no setting of a session changes, and the day it was recorded on.
ROWS = {
    "journal": """
    SELECT 'journal' AS part, j.id, (j.recorded_at AT TIME ZONE 'UTC')::date AS day, concat_ws('|', 'j', j.id, j.kind,
        j.company_id, j.currency, j.source, j.source_id, extract(epoch FROM j.effective_at),
        j.accounting_on - date '2000-01-01', j.actor, coalesce(j.reverses_id, 0),
        extract(epoch FROM j.recorded_at)) AS line
    FROM billing_journal j WHERE j.recorded_at >= %s::timestamptz AND j.recorded_at < %s::timestamptz
    UNION ALL
    SELECT 'line', l.id, (l.recorded_at AT TIME ZONE 'UTC')::date, concat_ws('|', 'l', l.id, l.journal_id,
        l.company_id, l.account_id, l.amount, coalesce(l.site_id, 0), coalesce(l.party_id, 0),
        l.accounting_on - date '2000-01-01', extract(epoch FROM l.recorded_at))
    FROM billing_journalline l WHERE l.recorded_at >= %s::timestamptz AND l.recorded_at < %s::timestamptz""",
    "stock": """
    SELECT 'posting' AS part, p.id, (p.recorded_at AT TIME ZONE 'UTC')::date AS day, concat_ws('|', 'p', p.id, p.kind,
        p.company_id, p.site_id, p.source, p.source_id, extract(epoch FROM p.effective_at),
        p.accounting_on - date '2000-01-01', p.actor, coalesce(p.reverses_id, 0),
        extract(epoch FROM p.recorded_at)) AS line
    FROM inventory_stockposting p WHERE p.recorded_at >= %s::timestamptz AND p.recorded_at < %s::timestamptz
    UNION ALL
    SELECT 'entry', e.id, (e.recorded_at AT TIME ZONE 'UTC')::date, concat_ws('|', 'e', e.id, e.posting_id, e.item_id,
        e.site_id, e.bin_id, coalesce(e.lot_id, 0), e.status, coalesce(e.owner_id, 0), e.quantity, e.value,
        coalesce(e.line_id, 0), extract(epoch FROM e.recorded_at))
    FROM inventory_stockentry e WHERE e.recorded_at >= %s::timestamptz AND e.recorded_at < %s::timestamptz""",
}
HEADS = {"journal": "billing_journal", "stock": "inventory_stockposting"}


def digests(ledger: str) -> str:
    """SELECT of (day, rows, digest) for each day with rows between two instants, which are given twice."""
    return f"""SELECT r.day, count(*) AS n, encode(sha256(convert_to(string_agg(r.line, E'\\n' ORDER BY r.part, r.id),
        'UTF8')), 'hex') AS digest FROM ({ROWS[ledger]}) r GROUP BY r.day"""


EMPTY = hashlib.sha256(b"").hexdigest()  # of a day without rows


class Link(NamedTuple):
    """One day of a chain."""

    day: date
    rows: int
    digest: str
    previous: str
    hash: str


def chain(
    found: Iterable[tuple[date, int, str]], *, since: date, until: date, previous: str = FIRST
) -> list[Link]:
    """Every day from `since` to `until` chained to the one before; days that nothing was recorded on are links, too."""
    days = {day: (rows, digest) for day, rows, digest in found}
    links = []
    day = since
    while day <= until:
        rows, digest = days.get(day, (0, EMPTY))
        # As the schema says it: constraint ledger_seal_hash.
        text = f"{previous}|{(day - EPOCH).days}|{rows}|{digest}"
        links.append(Link(day, rows, digest, previous, hashlib.sha256(text.encode()).hexdigest()))
        previous = links[-1].hash
        day += DAY
    return links
