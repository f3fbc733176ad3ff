"""Finding items by what people type, scan and paste: fast, and never guessing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from erp.kernel.batch import constant

from .models import Item

TRIGRAM = 3
STRONG = 1  # of the strengths that RESOLVE gives: smaller is stronger


@dataclass(frozen=True, slots=True)
class ItemHit:
    """One line of the type-ahead: `number` is the customer's own or another number by which it was found."""

    id: int
    code: str
    name: str
    status: str
    sell_unit: str
    stock_unit: str
    gtin: str
    number: str = ""

    @property
    def may_be_sold(self) -> bool:
        return self.status != Item.Status.BLOCKED


@dataclass(frozen=True, slots=True)
class Resolution:
    """What pasted or scanned codes mean, all in upper case."""

    items: dict[str, int] = field(default_factory=dict)  # code → item id
    units: dict[str, str] = field(default_factory=dict)  # codes that name a packing too: a box's own barcode
    ambiguous: dict[str, list[int]] = field(default_factory=dict)  # code → the items it could be

    def __getitem__(self, code: str) -> int:
        return self.items[normal(code)]

    def get(self, code: str) -> int | None:
        return self.items.get(normal(code))

    def unit(self, code: str) -> str:
        """The packing that a code names; empty when it names none."""
        return self.units.get(normal(code), "")

    def meanings(self, code: str) -> int:
        """How many items an ambiguous code could be; 0 for every other."""
        return len(self.ambiguous.get(normal(code), ()))


def normal(code: str) -> str:
    """A code as it is compared: without outer blanks, upper case."""
    return code.strip().upper()


def item_lookup(user: Any, text: str, customer: int | None = None, limit: int = 8) -> list[ItemHit]:
    """At most `limit` items for what was typed, one query.

    First exact codes, barcodes and numbers (of other customers only when no `customer` is named), then codes
    that begin with the text, then items that contain every word. Items are one catalogue for all companies;
    `user` is whoever asks, and must be signed in.
    """
    words = [escaped(word) for word in normal(text).split()]
    if not words or not getattr(user, "is_active", False):
        return []
    whole, longest = " ".join(words), max(words, key=len)
    parameters = {
        "exact": normal(text),
        "prefix": f"{whole}%",
        "name": f"%\n{whole}%",
        # Two letters are in half the catalogue: they find only what begins with them.
        "found": f"%{longest}%" if len(longest) >= TRIGRAM else f"{words[0]}%",
        "words": [f"%{word}%" for word in words],
        "customer": customer,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(LOOKUP, parameters)
        return [ItemHit(*row) for row in cursor.fetchall()]


def resolve_codes(codes: Iterable[str], customer: int | None = None) -> Resolution:
    """The items that `codes` name, in one query however many there are; unknown codes are left out.

    An item's own code, its barcodes and the customer's own numbers are strong; suppliers' and former numbers
    count only where nothing strong matches. A code that could be two items is reported, never guessed.
    """
    found = Resolution()
    for code, by_strength in _matches(codes, customer).items():
        meanings = by_strength[min(by_strength)]
        items = sorted({item_id for item_id, _ in meanings})
        if len(items) > 1:
            found.ambiguous[code] = items
            continue
        found.items[code] = items[0]
        units = {unit for _, unit in meanings} - {""}
        if len(units) == 1:
            found.units[code] = units.pop()
    return found


def strong_meanings(codes: Iterable[str], customer: int) -> dict[str, set[int]]:
    """The items that each code, in upper case, means by itself: as an item's own code, a barcode or the customer's own
    number. Codes without a meaning are left out; one query."""
    return {
        code: {item_id for item_id, _unit in by_strength[STRONG]}
        for code, by_strength in _matches(codes, customer).items()
        if STRONG in by_strength
    }


def _matches(codes: Iterable[str], customer: int | None) -> dict[str, dict[int, set[tuple[int, str]]]]:
    """code → strength → the items and packings that it could be."""
    matches: defaultdict[str, dict[int, set[tuple[int, str]]]] = defaultdict(lambda: defaultdict(set))
    if wanted := sorted({normal(code) for code in codes} - {""}):
        for code, item_id, strength, unit in constant(RESOLVE, wanted, wanted, wanted, wanted, customer):
            matches[code][strength].add((item_id, unit))
    return matches


def escaped(word: str) -> str:
    """A word as LIKE takes it literally."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


RESOLVE = """
SELECT upper(code), id, 1, '' FROM masterdata_item WHERE upper(code) = ANY(%s::text[])
UNION
SELECT gtin, id, 1, '' FROM masterdata_item WHERE gtin = ANY(%s::text[]) AND gtin <> ''
UNION
SELECT gtin, item_id, 1, unit_id FROM masterdata_itemunit WHERE gtin = ANY(%s::text[]) AND gtin <> ''
UNION
SELECT upper(r.code), r.item_id, CASE WHEN r.kind = 'customer' THEN 1 ELSE 2 END, ''
FROM masterdata_itemreference r
WHERE upper(r.code) = ANY(%s::text[]) AND (
    r.kind <> 'customer'
    OR r.party_id = (SELECT party_id FROM masterdata_customer WHERE id = %s::bigint)
)
"""

# `search` is the code, a line break, the name, and every further number: one trigram index serves all of it.
# What contains the words is cut to the best few before it is joined, and compared by bytes.
LOOKUP = """
WITH exact AS (
    SELECT id, '' AS number FROM masterdata_item WHERE upper(code) = %(exact)s
    UNION ALL
    SELECT id, '' FROM masterdata_item WHERE gtin = %(exact)s AND gtin <> ''
    UNION ALL
    SELECT item_id, gtin FROM masterdata_itemunit WHERE gtin = %(exact)s AND gtin <> ''
    UNION ALL
    SELECT r.item_id, r.code FROM masterdata_itemreference r
    WHERE upper(r.code) = %(exact)s AND (
        r.kind <> 'customer' OR %(customer)s::bigint IS NULL
        OR r.party_id = (SELECT party_id FROM masterdata_customer WHERE id = %(customer)s::bigint)
    )
), containing AS (
    SELECT id, CASE WHEN search LIKE %(prefix)s THEN 1 WHEN search LIKE %(name)s THEN 2 ELSE 3 END AS rank
    FROM masterdata_item WHERE search LIKE %(found)s AND search LIKE ALL(%(words)s)
    ORDER BY rank, status = 'blocked', code COLLATE "C" LIMIT %(limit)s
), best AS (
    SELECT id, min(rank) AS rank, max(number) AS number
    FROM (
        SELECT id, 0, number FROM exact UNION ALL SELECT id, rank, '' FROM containing
    ) AS found (id, rank, number)
    GROUP BY id
)
SELECT i.id, i.code, i.name, i.status, i.sell_unit_id, i.stock_unit_id, i.gtin, b.number
FROM best b JOIN masterdata_item i ON i.id = b.id
ORDER BY b.rank, i.status = 'blocked', i.code COLLATE "C" LIMIT %(limit)s
"""
