"""The first read of submit: everything that needs no lock (performance.md 2.2 and 2.3)."""

import json
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from fractions import Fraction

from erp.kernel.batch import Batch, Row
from erp.kernel.errors import NotFound
from erp.kernel.quantity import UnitFactor
from orders.pricing.rules import Candidate, replacement_cost

from .kits import COMPONENTS, Component, components_of, cost_of
from .rules import LineRequest, OrderRequest

# One row per line: the item, the unit, the tax code and the candidates of its price. The first row carries the
# header. A price may apply when somebody who holds it is the customer (at this ship-to, for this job) or a node above
# it, its dates cover the day and its quantity is reached; its target is the item, its class or the class above
# (minus the id). Of each set of prices the nearest target's highest break comes along, at most twelve in all.
CANDIDATES = """
    SELECT json_agg(json_build_array(c.id, c.method, c.value, c.rank, c.numerator, c.denominator, c.reached,
        c.nearness, c.place, c.scope_id, c.currency, c.stacking, c.allowance ->> 0, c.allowance ->> 1))::text AS found
    FROM (
        SELECT DISTINCT ON (s.rank, s.nearness, s.scope_id, p.target) p.id, p.method, p.value, s.rank,
            coalesce(pu.numerator, 1) AS numerator, coalesce(pu.denominator, 1) AS denominator,
            p.min_quantity * coalesce(pu.numerator, 1) / coalesce(pu.denominator, 1) AS reached,
            s.nearness, array_position(t.targets, p.target) AS place, s.scope_id, s.currency, s.stacking,
            CASE WHEN s.metered THEN (SELECT json_build_array(a.id, a.most - a.used) FROM masterdata_allowance a
                WHERE a.scope_id = s.scope_id AND (a.item_id = i.id OR a.item_id IS NULL) LIMIT 1) END AS allowance
        FROM scopes s
        JOIN masterdata_price p ON p.scope_id = s.scope_id AND p.target = ANY (t.targets)
        LEFT JOIN masterdata_itemunit pu ON pu.item_id = i.id AND pu.unit_id = p.unit_id
        WHERE p.valid_from <= s.on_day AND (p.valid_to IS NULL OR p.valid_to > s.on_day)
          AND p.min_quantity * coalesce(pu.numerator, 1) / coalesce(pu.denominator, 1)
              <= l.quantity * u.numerator / u.denominator
        ORDER BY s.rank, s.nearness, s.scope_id, p.target, p.min_quantity DESC LIMIT 12) c"""

# What a supplier pays back of the item's cost, per stock unit: by the rebate that is nearest to the item. Of several
# suppliers' the least counts, since nobody knows who will deliver the next.
REBATE = """
    SELECT CASE rb.method WHEN 'percent' THEN round(i.standard_cost * rb.value / 100, 6) ELSE rb.value END AS amount
    FROM masterdata_supplierrebate rb
    WHERE rb.company_id = h.company_id AND rb.target = ANY (t.targets)
      AND rb.valid_from <= h.on_day AND (rb.valid_to IS NULL OR rb.valid_to > h.on_day)
    ORDER BY array_position(t.targets, rb.target), amount LIMIT 1"""


# What a coupon opens is held by nobody: it stands with what groups have. Its dates and limits are asked under its lock.
COUPON = """
    UNION ALL
    SELECT ps.id, 4, h.on_day, ps.currency, ps.stacking, 3,
        EXISTS (SELECT FROM masterdata_allowance a WHERE a.scope_id = ps.id)
    FROM h JOIN masterdata_coupon cp ON cp.company_id = h.company_id AND cp.code = upper(%s::text)
    JOIN masterdata_pricescope ps ON ps.id = cp.scope_id"""


def _facts(*, order: str, line: str, demand: str, coupon: str = "") -> str:
    """The text of the unlocked read. The arguments are the columns that give ids to what will be written, and what
    reads the sets of prices that a coupon opens."""
    # Put together from constants of this file only.
    return f"""
WITH h AS MATERIALIZED (
    SELECT c.id AS customer_id, c.company_id, c.party_id, coalesce(c.bill_to_id, c.id) AS bill_to_id, c.currency,
        c.tax_treatment, c.ship_rule, c.minimum_fill_percent, c.maximum_shipments, c.freight_terms, c.is_blocked,
        c.po_required, c.po_unique, g.priority, g.id AS class_id,
        s.id AS site_id, s.time_zone, s.cut_off, s.ship_days, s.working_days,
        (%s::timestamptz AT TIME ZONE co.time_zone)::date AS on_day,
        (%s::timestamptz AT TIME ZONE s.time_zone) AS site_clock,
        (SELECT array_agg(hd.on) FROM masterdata_holiday hd WHERE hd.site_id = s.id
            AND hd.on >= %s::date) AS holidays,
        (SELECT st.id FROM masterdata_shipto st WHERE st.customer_id = c.id AND st.is_active
            AND (st.id = %s::bigint OR (%s::bigint IS NULL AND st.is_default)) LIMIT 1) AS ship_to_id,
        CASE WHEN c.po_unique THEN (SELECT o.number FROM orders_salesorder o WHERE o.customer_id = c.id
            AND upper(o.customer_po) = upper(%s::text) AND o.customer_po <> '' AND o.po_unique
            AND o.state = 'submitted' LIMIT 1) END AS po_used_on,
        ARRAY[c.id, -g.id, -g.parent_id, -gp.parent_id] AS holders,
        {order}
    FROM masterdata_customer c
    JOIN masterdata_company co ON co.id = c.company_id
    JOIN masterdata_customergroup g ON g.id = c.group_id
    LEFT JOIN masterdata_customergroup gp ON gp.id = g.parent_id
    JOIN masterdata_site s ON s.id = coalesce(%s::bigint, c.preferred_site_id,
        (SELECT min(x.id) FROM masterdata_site x WHERE x.company_id = c.company_id AND x.is_active))
        AND s.company_id = c.company_id
    WHERE c.id = %s::bigint),
scopes AS MATERIALIZED (
    SELECT cs.scope_id, cs.rank, h.on_day, ps.currency, ps.stacking,
        cs.nearness + greatest(array_position(h.holders, cs.holder) - 2, 0) AS nearness,
        EXISTS (SELECT FROM masterdata_allowance a WHERE a.scope_id = cs.scope_id) AS metered
    FROM h JOIN masterdata_customerpricescope cs ON cs.holder = ANY (h.holders)
    JOIN masterdata_pricescope ps ON ps.id = cs.scope_id AND ps.company_id = h.company_id
    WHERE cs.valid_from <= h.on_day AND (cs.valid_to IS NULL OR cs.valid_to > h.on_day)
      AND (cs.ship_to_id IS NULL OR cs.ship_to_id = h.ship_to_id) AND (cs.job = '' OR cs.job = upper(%s::text)){coupon})
SELECT l.n, i.id, i.code, i.name, i.kind, i.status, i.standard_cost, u.unit_id, u.numerator, u.denominator,
    un.decimals, tc.id, tc.rate_percent, prices.found,
    {line}, {demand}, rebate.amount, i.stocking,
    CASE WHEN i.kind = 'kit' THEN ({COMPONENTS.format(demand=demand)}) END,
    CASE WHEN l.n = 1 THEN row_to_json(h)::text END
FROM unnest(%s::bigint[], %s::numeric[], %s::text[]) WITH ORDINALITY AS l(item_id, quantity, unit, n)
CROSS JOIN h
LEFT JOIN masterdata_item i ON i.id = l.item_id
LEFT JOIN masterdata_itemclass k ON k.id = i.item_class_id
CROSS JOIN LATERAL (SELECT ARRAY[i.id, -k.id, -k.parent_id] AS targets) t
LEFT JOIN masterdata_itemunit u ON u.item_id = i.id AND u.unit_id = coalesce(nullif(l.unit, ''), i.sell_unit_id)
LEFT JOIN masterdata_unit un ON un.code = u.unit_id
LEFT JOIN LATERAL (SELECT r.tax_code_id FROM masterdata_taxrule r WHERE r.company_id = h.company_id
    AND r.tax_treatment = h.tax_treatment AND r.tax_class = i.tax_class AND r.valid_from <= h.on_day
    ORDER BY r.valid_from DESC LIMIT 1) rule ON true
LEFT JOIN masterdata_taxcode tc ON tc.id = rule.tax_code_id
LEFT JOIN LATERAL ({CANDIDATES}) prices ON true
LEFT JOIN LATERAL ({REBATE}) rebate ON true
ORDER BY l.n"""


DRAWN = {
    "order": "nextval('orders_salesorder_id_seq') AS order_id, nextval('inventory_demandgroup_id_seq') AS group_id",
    "line": "nextval('orders_orderline_id_seq')",
    "demand": "nextval('inventory_demand_id_seq')",
}
LOOKED_AT = {
    "order": "0 AS order_id, 0 AS group_id",
    "line": "0",
    "demand": "0",
}  # the same facts, for a look
# By (whether it is a look, whether the order carries a coupon).
FACTS = {
    (preview, keyed): _facts(**(LOOKED_AT if preview else DRAWN), coupon=COUPON if keyed else "")
    for preview in (False, True)
    for keyed in (False, True)
}

# The lines of the request, in its order; free goods and charges were added to them.
WANTED_LINES = """
SELECT l.id FROM orders_orderline l WHERE l.order_id = %s::bigint AND l.price_source NOT IN ('freight', 'fee', 'free')
ORDER BY l.line"""

NOTHING = LineRequest(0, Decimal(1))


@dataclass(frozen=True, slots=True)
class Header:
    """What the customer and the site bring to an order."""

    order_id: int
    group_id: int
    company_id: int
    customer_id: int
    bill_to_id: int
    party_id: int
    ship_to_id: int | None
    site_id: int
    currency: str
    ship_rule: str
    minimum_fill_percent: int
    maximum_shipments: int
    freight_terms: str
    priority: int
    class_id: int
    is_blocked: bool
    po_required: bool
    po_unique: bool
    po_used_on: str | None
    on_day: date
    site_clock: str  # the site's local date and time, ISO 8601
    cut_off: time
    ship_days: int
    working_days: str
    holidays: frozenset[date]


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What master data says about one wanted line. What a kit costs is what its components cost."""

    line_id: int
    demand_id: int
    item_id: int | None
    code: str
    name: str
    kind: str
    status: str
    unit_cost: Decimal  # replacement cost per stock unit: what margins and floors are taken on
    factor: UnitFactor | None  # None: the item is not sold in that unit
    tax_code_id: int | None
    tax_rate: Decimal | None
    candidates: list[Candidate]
    stocking: str = ""  # Item.Stocking
    components: tuple[Component, ...] = ()  # of a kit

    @property
    def is_goods(self) -> bool:
        """Whether something leaves for it."""
        return self.kind == "stocked" or bool(self.components)

    @property
    def goods_ids(self) -> frozenset[int]:
        """The items that leave for it, and its own."""
        return frozenset({self.item_id or 0, *(each.item_id for each in self.components)})


def read_facts(
    batch: Batch, request: OrderRequest, *, preview: bool = False
) -> tuple[Header, list[LineFacts]]:
    """Header and lines of a wanted order, unlocked, with ids drawn for what will be written (not for a preview).

    The header comes with the first line, so an order without lines asks for nothing once.
    """
    lines, coupon = request.lines or [NOTHING], request.coupon.strip()
    rows = batch.read(
        FACTS[preview, bool(coupon)],
        batch.now,
        batch.now,
        batch.now.date(),
        request.ship_to_id,
        request.ship_to_id,
        request.customer_po,
        request.site_id,
        request.customer_id,
        request.job,
        *((coupon,) if coupon else ()),
        [line.item_id for line in lines],
        [line.quantity for line in lines],
        [line.unit for line in lines],
    )
    if not rows:
        raise NotFound(what="customer or site", reference=request.customer_id)
    return _header(rows[0][-1]), [_line(row, line) for row, line in zip(rows, request.lines, strict=False)]


def _header(text: str) -> Header:
    found = json.loads(text)
    return Header(
        **{name: found[name] for name in Header.__slots__ if name not in ("on_day", "cut_off", "holidays")},
        on_day=date.fromisoformat(found["on_day"]),
        cut_off=time.fromisoformat(found["cut_off"]),
        holidays=frozenset(map(date.fromisoformat, found["holidays"] or ())),
    )


def _line(row: Row, line: LineRequest) -> LineFacts:
    (
        _,
        item_id,
        code,
        name,
        kind,
        status,
        cost,
        unit,
        numerator,
        denominator,
        decimals,
        tax_code,
        tax_rate,
    ) = row[:13]
    components = components_of(row[18])
    return LineFacts(
        line_id=row[14],
        demand_id=row[15],
        item_id=item_id,
        code=code or str(line.item_id),
        name=name or "",
        kind=kind or "",
        status=status or "",
        unit_cost=cost_of(components)
        if components
        else replacement_cost(cost or Decimal(0), rebate=row[16] or Decimal(0)),
        factor=UnitFactor(unit, numerator, denominator, decimals) if unit else None,
        tax_code_id=tax_code,
        tax_rate=tax_rate,
        candidates=candidates_of(row[13]),
        stocking=row[17] or "",
        components=components,
    )


def candidates_of(text: str | None) -> list[Candidate]:
    """Prices as the resolving query lists them."""
    return [
        Candidate(
            price_id=price_id,
            method=method,
            value=value,
            rank=rank,
            factor=Fraction(numerator, denominator),
            reached=Decimal(reached),
            nearness=nearness,
            place=place,
            scope_id=scope_id,
            currency=currency,
            stacking=stacking,
            allowance_id=int(allowance_id) if allowance_id is not None else None,
            left=Decimal(left) if left is not None else None,
        )
        for (
            price_id, method, value, rank, numerator, denominator, reached, nearness, place, scope_id, currency,
            stacking, allowance_id, left,
        ) in (json.loads(text, parse_float=Decimal) if text else ())
    ]  # fmt: skip
