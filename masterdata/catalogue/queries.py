"""Catalogues as a reader sees them, and the offers that buying chooses from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from erp.kernel.batch import constant
from erp.kernel.quantity import UnitFactor
from masterdata.items.lookups import TRIGRAM, escaped, normal
from masterdata.parties.models import Supplier

from .models import CatalogueItem, Promotion
from .rules import CatalogueRow, Comparison, Offer, compare

# Offers of the catalogue first; a supplier that is only known by its number for the item sells it in our buy unit at
# our standard cost, as far as anyone knows.
OFFERS = """
SELECT c.item_id, s.id, p.name, c.code, u.unit_id, u.numerator, u.denominator, n.decimals, c.cost,
    coalesce(c.lead_time_days, s.lead_time_days), c.returnable, c.rank::int, c.id
FROM masterdata_catalogueitem c
JOIN masterdata_supplier s ON s.id = c.supplier_id AND s.company_id = %s::bigint AND NOT s.is_blocked
JOIN masterdata_party p ON p.id = s.party_id
JOIN masterdata_itemunit u ON u.item_id = c.item_id AND u.unit_id = c.unit_id
JOIN masterdata_unit n ON n.code = u.unit_id WHERE c.item_id = ANY(%s::bigint[])
UNION ALL
SELECT i.id, s.id, p.name, r.code, u.unit_id, u.numerator, u.denominator, n.decimals,
    round(i.standard_cost * u.numerator / u.denominator, 6), s.lead_time_days, true, 100, r.id
FROM masterdata_itemreference r JOIN masterdata_item i ON i.id = r.item_id
JOIN masterdata_supplier s ON s.party_id = r.party_id AND s.company_id = %s::bigint AND NOT s.is_blocked
JOIN masterdata_party p ON p.id = s.party_id
JOIN masterdata_itemunit u ON u.item_id = i.id AND u.unit_id = i.buy_unit_id
JOIN masterdata_unit n ON n.code = u.unit_id
WHERE r.kind = 'supplier' AND r.item_id = ANY(%s::bigint[]) AND NOT EXISTS (
    SELECT FROM masterdata_catalogueitem c WHERE c.item_id = i.id AND c.supplier_id = s.id)
ORDER BY 1, 12, 13"""

# Rows that are no item of ours yet: the one of that number, then those that begin with what was typed among the first
# that hold every word. It stops at these, so that a word in half the catalogue costs no more than a rare one.
LOOKUP = """
WITH seller AS MATERIALIZED (
    SELECT s.id, p.name FROM masterdata_supplier s JOIN masterdata_party p ON p.id = s.party_id
    WHERE s.company_id = %(company)s::bigint AND NOT s.is_blocked),
found AS (
    SELECT c.id FROM masterdata_catalogueitem c
    WHERE c.supplier_id = ANY(ARRAY(SELECT id FROM seller)) AND upper(c.code) = %(exact)s AND c.item_id IS NULL
    UNION
    (SELECT c.id FROM masterdata_catalogueitem c
    WHERE c.search LIKE ALL(%(words)s) AND c.search LIKE %(found)s AND c.item_id IS NULL
      AND c.supplier_id = ANY(ARRAY(SELECT id FROM seller))
    LIMIT %(looked)s))
SELECT c.id, c.code, c.name, c.unit_id, s.name
FROM found f JOIN masterdata_catalogueitem c ON c.id = f.id JOIN seller s ON s.id = c.supplier_id
ORDER BY upper(c.code) <> %(exact)s, c.search NOT LIKE %(prefix)s, c.code COLLATE "C", c.id LIMIT %(limit)s"""

LOOKED_AT = 64  # rows, to choose the best few of

KNOWN = """
SELECT upper(c.code), c.id, c.name, c.unit_id, c.cost, c.lead_time_days, c.returnable, c.rank, c.item_id
FROM masterdata_catalogueitem c WHERE c.supplier_id = %s::bigint AND upper(c.code) = ANY(%s::text[])"""


def catalogue_list(*, user: Any) -> QuerySet[CatalogueItem]:
    """Rows of the catalogues in the reader's scope."""
    return CatalogueItem.objects.visible_to(user).select_related(
        "supplier__party", "supplier__company", "item"
    )


def sellers(request: Any) -> QuerySet[Supplier]:
    """Whose catalogues the reader sees; none where nobody reads."""
    rows = Supplier.objects.filter(catalogue__isnull=False).distinct().select_related("party")
    return rows.visible_to(request.user) if request is not None else rows.none()


@dataclass(frozen=True, slots=True)
class CatalogueHit:
    """A supplier's row for what was typed, which is no item of ours yet."""

    id: int
    code: str
    name: str
    unit: str
    supplier: str


def catalogue_lookup(text: str, *, company_id: int, limit: int) -> list[CatalogueHit]:
    """At most `limit` rows of a company's suppliers for what was typed; one query, none for less than three letters."""
    words = [escaped(word) for word in normal(text).split()]
    longest = max(words, key=len, default="")
    if limit <= 0 or len(longest) < TRIGRAM:
        return []
    parameters: dict[str, Any] = {
        "company": company_id,
        "exact": normal(text),
        "prefix": f"{' '.join(words)}%",
        "found": f"%{longest}%",
        "words": [f"%{word}%" for word in words],
        "looked": LOOKED_AT,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(LOOKUP, parameters)
        return [CatalogueHit(*row) for row in cursor.fetchall()]


def offers_of(company_id: int, item_ids: Iterable[int]) -> dict[int, list[Offer]]:
    """Who sells us the items, the one to take first; one statement."""
    found: defaultdict[int, list[Offer]] = defaultdict(list)
    items = sorted(set(item_ids))
    for row in constant(OFFERS, company_id, items, company_id, items):
        item_id, supplier_id, name, code, unit, numerator, denominator, decimals, cost, days, returnable = (
            row[:11]
        )
        factor = UnitFactor(unit, numerator, denominator, decimals)
        found[item_id].append(Offer(item_id, supplier_id, name, code, factor, cost, days, returnable))
    return found


def compared(supplier_id: int, rows: Sequence[CatalogueRow]) -> Comparison:
    """What a list would change; one statement, whatever its length."""
    columns = ("name", "unit_id", "cost", "lead_time_days", "returnable", "rank", "item_id")
    known = {
        row[0]: (row[1], dict(zip(columns, row[2:], strict=True)))
        for row in constant(KNOWN, supplier_id, [each.code.upper() for each in rows])
    }
    return compare(rows, known)


def open_promotions() -> QuerySet[Promotion]:
    return Promotion.objects.filter(decided_at=None).select_related("item", "proposed_by")
