"""A long past for measuring: finished orders by the million, written set-based, consistent by construction.

Each order of five lines was accepted, shipped, invoiced and paid on its day. What it took out of stock was put there
on the first day of its stretch, at the same quantity and value, so that today's balances stay as they are; its invoices
have a number series of their own, so that the present one stays in the order of its dates.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from time import perf_counter
from typing import Any

from django.db import connection, transaction

from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from erp.kernel.clock import now
from masterdata.models import AccountingPeriod, Company
from reporting.demo.aside import in_parallel, put_aside, put_back
from reporting.demo.copies import TABLES, Stencil, copy, cut, know_days, marks
from reporting.facts.actions.refresh_facts import refresh_facts
from reporting.facts.actions.roll_up import roll_up, value_stock_history

LINES_AN_ORDER = 5
FEWEST_ORDERS = 100  # of a stretch that is worth copying
WEEK = 7  # a copy keeps its days of the week
MOST_DAYS = 900
STRIDE = 7919  # a prime: neighbours get distant customers and items


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was written, in how many seconds, the facts and their roll-up included."""

    orders: int
    lines: int
    seconds: float

    @property
    def lines_a_second(self) -> int:
        return round(self.lines / self.seconds) if self.seconds else 0


def load_history(
    company: Company, *, lines: int, tell: Callable[[str], object] = lambda _text: None
) -> Loaded:
    """Write at least `lines` finished order lines (whole orders of five) for a company that has masters and stock.

    The past spans up to 900 days and ends yesterday at the latest; all proofs stay green. Its first weeks are written
    from the masters, the others are their copies. Works as the owner of the schema, alone: keys are put aside
    meanwhile. Raises ValueError when the company has no open period in the past or no item in stock without lot.
    """
    started, wanted = perf_counter(), -(-lines // LINES_AN_ORDER)
    put_back()
    last = now().date() - timedelta(days=1)
    first = _first_day(company, last)
    span = (last - first).days + 1
    copies = max(1, min(span // WEEK, wanted // FEWEST_ORDERS))
    days, orders = span // copies // WEEK * WEEK or span, -(-wanted // copies)
    with transaction.atomic():
        stencil = _write_first(company, first, last, orders=orders, days=days, copies=copies - 1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        put_aside(TABLES)
    tell(f"{orders * LINES_AN_ORDER:,} lines in {perf_counter() - started:.0f} s")

    def write(number: int) -> None:
        copy(stencil, number)
        if number % 10 == 0:
            tell(
                f"about {(number + 1) * orders * LINES_AN_ORDER:,} lines in {perf_counter() - started:.0f} s"
            )

    in_parallel(write, range(1, copies))
    put_back()
    tell(f"keys in {perf_counter() - started:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(TABLES)}, reporting_rollupday")
    roll_up()
    value_stock_history()
    return Loaded(copies * orders, copies * orders * LINES_AN_ORDER, perf_counter() - started)


def _write_first(
    company: Company, first: date, last: date, *, orders: int, days: int, copies: int
) -> Stencil:
    """The first days' orders with all that became of them, as a stencil for the copies."""
    names: dict[str, Any] = {"company": company.pk, "currency": company.currency, "series": _series(company)}
    names |= {"first": first, "span": days, "begin": 0, "end": orders, "orders": orders}
    with connection.cursor() as cursor:
        know_days(company.pk, first, last, days)
        marked = marks()
        cursor.execute(POOL, [company.pk])
        cursor.execute("SELECT count(*) FROM volume_pool")
        if not cursor.fetchone()[0]:
            raise ValueError(f"{company.code} has no stock to ship from: seed or build it first.")
        for statement in STATEMENTS:
            cursor.execute(statement, names)
        cursor.execute(f"ANALYZE {', '.join(TABLES)}")
        cursor.execute("SELECT array_agg(order_id) FROM volume_order")
        (order_ids,) = cursor.fetchone()
        batch = Batch(Actor.system("volume"), now())
        refresh_facts(batch, order_ids=order_ids)
        batch.close()
        cursor.execute("DROP TABLE volume_pool, volume_order, volume_line")
        roll_up()
        cursor.execute(LAST_NUMBER, {**names, "rest": copies * orders, "move": copies * days})
    return cut(company.pk, marked, first, orders=orders, days=days, copies=copies)


def _first_day(company: Company, last: date) -> date:
    """The first day of the company's earliest run of open periods, at most 900 days back."""
    found = AccountingPeriod.objects.filter(company=company, closed_at=None, starts_on__lte=last)
    starts = found.order_by("starts_on").values_list("starts_on", flat=True).first()
    if starts is None:
        raise ValueError(f"{company.code} has no open accounting period before {last}.")
    return max(starts, last - timedelta(days=MOST_DAYS - 1))


def _series(company: Company) -> str:
    """A number series that no invoice uses yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_numberseries (scope, code, prefix, next_number) SELECT %(scope)s, 'past' || n, "
            "'P' || %(company)s || '-' || n || '-', 1 FROM (SELECT count(*) + 1 AS n FROM kernel_numberseries "
            "WHERE scope = %(scope)s AND code LIKE 'past%%') t RETURNING code",
            {"scope": f"company:{company.pk}", "company": company.pk},
        )
        return str(cursor.fetchone()[0])


# The copies' numbers follow the stencil's.
LAST_NUMBER = """
UPDATE kernel_numberseries SET next_number = next_number + %(rest)s, last_on = last_on + %(move)s::int
WHERE scope = 'company:' || %(company)s AND code = %(series)s"""

# Items that lie in a bin without lot, numbered per site, with their price, tax class and accounts.
POOL = """
CREATE TEMP TABLE volume_pool ON COMMIT DROP AS
SELECT b.site_id, row_number() OVER (PARTITION BY b.site_id ORDER BY b.item_id) - 1 AS place,
    count(*) OVER (PARTITION BY b.site_id) AS size, dense_rank() OVER (ORDER BY b.site_id) - 1 AS site_place,
    b.id AS balance_id, b.bin_id, b.item_id, i.item_class_id, i.name, i.stock_unit_id, i.tax_class,
    greatest(round(i.standard_cost, 2), 0.01) AS cost, greatest(round(i.standard_cost * 1.45, 2), 0.02) AS price
FROM (SELECT DISTINCT ON (x.site_id, x.item_id) x.* FROM inventory_stockbalance x
      WHERE x.lot_id IS NULL AND x.owner_id IS NULL AND x.status = 'available' ORDER BY x.site_id, x.item_id, x.id) b
JOIN masterdata_site s ON s.id = b.site_id AND s.company_id = %s
JOIN masterdata_item i ON i.id = b.item_id AND i.kind = 'stocked'"""

ORDERS = f"""
CREATE TEMP TABLE volume_order ON COMMIT DROP AS
WITH place AS (SELECT site_id, site_place, min(size) AS size FROM volume_pool GROUP BY 1, 2),
customer AS (
    SELECT c.id, coalesce(c.bill_to_id, c.id) AS bill_to_id, c.party_id, c.tax_treatment, c.ship_rule, t.days,
        p.party_id AS payer_party_id, (SELECT st.id FROM masterdata_shipto st WHERE st.customer_id = c.id
            ORDER BY st.is_default DESC, st.id LIMIT 1) AS ship_to_id, g.priority,
        row_number() OVER (ORDER BY c.id) - 1 AS place, count(*) OVER () AS size
    FROM masterdata_customer c JOIN masterdata_customergroup g ON g.id = c.group_id
    JOIN masterdata_customer p ON p.id = coalesce(c.bill_to_id, c.id) JOIN masterdata_paymentterms t ON t.id = p.terms_id
    WHERE c.company_id = %(company)s AND c.currency = %(currency)s),
wanted AS (
    SELECT n, %(first)s::date + (n * %(span)s::bigint / %(orders)s::bigint)::int AS day
    FROM generate_series(%(begin)s::bigint, %(end)s::bigint - 1) AS n)
SELECT w.n, w.day, s.id AS site_id, s.time_zone, c.id AS customer_id, c.bill_to_id, c.party_id, c.payer_party_id,
    c.ship_to_id, c.tax_treatment, c.ship_rule, c.priority, c.days, p.size,
    (w.day + time '09:00') AT TIME ZONE s.time_zone AS taken_at, (w.day + time '14:00') AT TIME ZONE s.time_zone AS left_at,
    nextval('orders_salesorder_id_seq') AS order_id, nextval('inventory_demandgroup_id_seq') AS group_id,
    nextval('inventory_shipment_id_seq') AS shipment_id, nextval('inventory_stockposting_id_seq') AS posting_id,
    nextval('billing_invoice_id_seq') AS invoice_id, nextval('billing_openitem_id_seq') AS item_id
FROM wanted w
JOIN place p ON p.site_place = w.n %% (SELECT count(*) FROM place)
JOIN masterdata_site s ON s.id = p.site_id
JOIN customer c ON c.place = w.n * {STRIDE} %% c.size
ORDER BY w.n"""

LINES = f"""
CREATE TEMP TABLE volume_line ON COMMIT DROP AS
SELECT o.n, l.line, o.order_id, o.group_id, o.shipment_id, o.posting_id, o.invoice_id, o.site_id, o.day, o.left_at,
    p.balance_id, p.bin_id, p.item_id, p.item_class_id, p.name, p.stock_unit_id, p.price, p.cost,
    q.quantity, round(q.quantity * p.price, 2) AS net, round(q.quantity * p.cost, 2) AS value,
    tax.tax_code_id, coalesce(tax.rate_percent, 0) AS rate,
    nextval('orders_orderline_id_seq') AS line_id, nextval('inventory_demand_id_seq') AS demand_id,
    nextval('inventory_shipmentline_id_seq') AS shipment_line_id, nextval('billing_billable_id_seq') AS billable_id
FROM volume_order o
CROSS JOIN generate_series(1, {LINES_AN_ORDER}) AS l(line)
JOIN volume_pool p ON p.site_id = o.site_id AND p.place = (o.n * {STRIDE} + l.line * 13) %% o.size
CROSS JOIN LATERAL (SELECT (1 + (o.n * 31 + l.line * 17) %% 9)::numeric AS quantity) q
LEFT JOIN LATERAL (
    SELECT r.tax_code_id, c.rate_percent FROM masterdata_taxrule r JOIN masterdata_taxcode c ON c.id = r.tax_code_id
    WHERE r.company_id = %(company)s AND r.tax_treatment = o.tax_treatment AND r.tax_class = p.tax_class
      AND r.valid_from <= o.day ORDER BY r.valid_from DESC LIMIT 1) tax ON true
ORDER BY o.n, l.line"""

# Tax is rounded once per document and rate; totals are what its lines and taxes add up to.
TAXES = """
SELECT order_id, invoice_id, rate, min(tax_code_id) AS tax_code_id, sum(net) AS base, round(sum(net) * rate / 100, 2) AS tax
FROM volume_line GROUP BY order_id, invoice_id, rate"""
TOTALS = f"SELECT order_id, sum(base) AS net, sum(tax) AS tax FROM ({TAXES}) t GROUP BY order_id"

DOCUMENTS = (
    """INSERT INTO inventory_demandgroup (id, company_id, site_id, document, party_id, ship_to_id, carrier_service,
        ship_rule, minimum_life_days, priority, ship_on, created_at)
    SELECT group_id, %(company)s, site_id, 'SO-' || order_id, party_id, ship_to_id, '', ship_rule, 0, priority, day, taken_at
    FROM volume_order ORDER BY n""",
    f"""INSERT INTO orders_salesorder (id, number, company_id, site_id, customer_id, bill_to_id, ship_to_id, group_id,
        channel, customer_po, po_unique, requested_on, state, currency, line_count, net, tax, gross, open_net, open_gross,
        note, submitted_at, submitted_by)
    SELECT o.order_id, 'SO-' || o.order_id, %(company)s, o.site_id, o.customer_id, o.bill_to_id, o.ship_to_id, o.group_id,
        'conversion', '', false, o.day, 'submitted', %(currency)s, {LINES_AN_ORDER}, t.net, t.tax, t.net + t.tax, 0, 0, '',
        o.taken_at, 'system:volume'
    FROM volume_order o JOIN ({TOTALS}) t USING (order_id) ORDER BY o.n""",
    """INSERT INTO orders_orderline (id, order_id, line, item_id, description, quantity, unit_id, stock_quantity, unit_price,
        price_source, price_reason, net, tax_code_id, tax_rate_percent, unit_cost, requested_on)
    SELECT line_id, order_id, line, item_id, name, quantity, stock_unit_id, quantity, price, 'conversion', 'Past', net,
        tax_code_id, rate, cost, day FROM volume_line ORDER BY n, line""",
    """INSERT INTO inventory_demand (id, group_id, item_id, site_id, ordered, reserved, picked, shipped, cancelled,
        requested_on, first_promised_on, promised_on)
    SELECT demand_id, group_id, item_id, site_id, quantity, 0, quantity, quantity, 0, day, day, day FROM volume_line
    ORDER BY n, line""",
    """INSERT INTO inventory_promiseevent (demand_id, new_on, cause, actor, effective_at)
    SELECT l.demand_id, l.day, 'first', 'system:volume', o.taken_at FROM volume_line l JOIN volume_order o USING (n)
    ORDER BY l.n, l.line""",
    """INSERT INTO orders_linedemand (line_id, demand_id, role) SELECT line_id, demand_id, 'original' FROM volume_line
    ORDER BY n, line""",
    """INSERT INTO inventory_shipment (id, number, company_id, site_id, group_id, state, ship_on, carrier_service,
        tracking_number, released_at, picked_at, packed_at, shipped_at)
    SELECT shipment_id, 'SH-' || shipment_id, %(company)s, site_id, group_id, 'shipped', day, '', '', taken_at, left_at,
        left_at, left_at FROM volume_order ORDER BY n""",
    """INSERT INTO inventory_shipmentline (id, shipment_id, demand_id, item_id, quantity, picked, shipped)
    SELECT shipment_line_id, shipment_id, demand_id, item_id, quantity, quantity, quantity FROM volume_line
    ORDER BY n, line""",
    """INSERT INTO inventory_pick (shipment_id, line_id, balance_id, quantity, picked, picked_at, picked_by)
    SELECT shipment_id, shipment_line_id, balance_id, quantity, quantity, left_at, 'system:volume' FROM volume_line
    ORDER BY n, line""",
)

# What leaves was taken in on the first day, to the same bins at the same value: balances do not move.
STOCK = (
    """INSERT INTO inventory_stockposting (id, kind, company_id, site_id, source, source_id, effective_at, accounting_on,
        actor)
    SELECT posting_id, 'issue', %(company)s, site_id, 'inventory.shipment', shipment_id, left_at, day, 'system:volume'
    FROM volume_order ORDER BY n""",
    """INSERT INTO inventory_stockentry (posting_id, item_id, site_id, bin_id, status, quantity, value, line_id)
    SELECT posting_id, item_id, site_id, bin_id, 'available', -quantity, -value, shipment_line_id FROM volume_line
    ORDER BY n, line""",
    """WITH taken AS (
        INSERT INTO inventory_stockposting (kind, company_id, site_id, source, source_id, effective_at, accounting_on, actor)
        SELECT 'opening', %(company)s, site_id, 'masterdata.site', site_id, min(taken_at), min(day), 'system:volume'
        FROM volume_order GROUP BY site_id RETURNING id, site_id)
    INSERT INTO inventory_stockentry (posting_id, item_id, site_id, bin_id, status, quantity, value)
    SELECT t.id, l.item_id, l.site_id, l.bin_id, 'available', sum(l.quantity), sum(l.value)
    FROM volume_line l JOIN taken t USING (site_id) GROUP BY t.id, l.item_id, l.site_id, l.bin_id""",
)

BILLING = (
    """INSERT INTO billing_billable (id, company_id, site_id, kind, source_id, shipment_id, order_id, order_line_id, quantity,
        billed, cost, earned_at)
    SELECT billable_id, %(company)s, site_id, 'shipment', shipment_line_id, shipment_id, order_id, line_id, quantity,
        quantity, value, left_at FROM volume_line ORDER BY n, line""",
    f"""WITH series AS (
        UPDATE kernel_numberseries SET next_number = next_number + (SELECT count(*) FROM volume_order),
            last_on = (SELECT max(day) FROM volume_order)
        WHERE scope = 'company:' || %(company)s AND code = %(series)s
        RETURNING next_number - (SELECT count(*) FROM volume_order) AS first, prefix)
    INSERT INTO billing_invoice (id, kind, company_id, site_id, series, sequence, number, issued_on, due_on, customer_id,
        bill_to_id, order_id, shipment_id, reason, customer_po, currency, line_count, net, tax, gross, earned_at,
        effective_at, posted_by)
    SELECT o.invoice_id, 'invoice', %(company)s, o.site_id, %(series)s, s.first + o.n - %(begin)s,
        s.prefix || lpad((s.first + o.n - %(begin)s)::text, 8, '0'), o.day, o.day + o.days, o.customer_id, o.bill_to_id,
        o.order_id, o.shipment_id, '', '', %(currency)s, {LINES_AN_ORDER}, t.net, t.tax, t.net + t.tax, o.left_at,
        o.left_at + interval '1 minute', 'system:volume'
    FROM volume_order o CROSS JOIN series s JOIN ({TOTALS}) t USING (order_id) ORDER BY o.n""",
    """INSERT INTO billing_invoiceline (invoice_id, line, billable_id, order_line_id, item_id, description, quantity, unit_id,
        stock_quantity, unit_price, net, cost, tax_code_id, tax_rate_percent)
    SELECT invoice_id, line, billable_id, line_id, item_id, name, quantity, stock_unit_id, quantity, price, net, value,
        tax_code_id, rate FROM volume_line ORDER BY n, line""",
    f"""INSERT INTO billing_invoicetax (invoice_id, tax_code_id, rate_percent, base, tax)
    SELECT invoice_id, tax_code_id, rate, base, tax FROM ({TAXES}) t ORDER BY invoice_id, rate""",
    """INSERT INTO billing_openitem (id, company_id, customer_id, invoice_id, currency, amount, open, due_on)
    SELECT o.item_id, %(company)s, o.bill_to_id, o.invoice_id, %(currency)s, i.gross, 0, i.due_on
    FROM volume_order o JOIN billing_invoice i ON i.id = o.invoice_id ORDER BY o.n""",
    """WITH paid AS (
        INSERT INTO billing_cashreceipt (id, number, company_id, customer_id, currency, amount, unapplied, received_on,
            reference, received_by)
        SELECT id, 'CR-' || id, %(company)s, bill_to_id, %(currency)s, gross, 0, day, 'Past', 'system:volume'
        FROM (SELECT nextval('billing_cashreceipt_id_seq') AS id, g.* FROM (
            SELECT o.bill_to_id, sum(i.gross) AS gross, max(o.day) AS day
            FROM volume_order o JOIN billing_invoice i ON i.id = o.invoice_id GROUP BY 1 HAVING sum(i.gross) > 0) g) r
        RETURNING id, customer_id)
    INSERT INTO billing_cashapplication (receipt_id, item_id, amount, applied_at, applied_by)
    SELECT p.id, o.item_id, i.gross, o.left_at, 'system:volume'
    FROM volume_order o JOIN billing_invoice i ON i.id = o.invoice_id JOIN paid p ON p.customer_id = o.bill_to_id
    WHERE i.gross <> 0""",
)

# The class's own rule, else the company's, as account determination has it.
ACCOUNT = """(SELECT r.account_id FROM billing_accountrule r WHERE r.company_id = %(company)s AND r.purpose = '{purpose}'
    AND (r.item_class_id = {item_class} OR r.item_class_id IS NULL) ORDER BY r.item_class_id NULLS LAST LIMIT 1)"""


def _account(purpose: str, item_class: str = "NULL") -> str:
    return ACCOUNT.format(purpose=purpose, item_class=item_class)


def _journals(kind: str, source: str, documents: str, amounts: str) -> str:
    """Journals of `documents` (id, effective_at, day) and their lines from `amounts` (id, account, site, party, amount)."""
    return f"""
    WITH document AS ({documents}),
    posted AS (
        INSERT INTO billing_journal (kind, company_id, currency, source, source_id, effective_at, accounting_on, actor)
        SELECT '{kind}', %(company)s, %(currency)s, '{source}', id, effective_at, day, 'system:volume' FROM document
        RETURNING id, source_id, accounting_on)
    INSERT INTO billing_journalline (journal_id, company_id, account_id, amount, site_id, party_id, accounting_on)
    SELECT p.id, %(company)s, a.account_id, sum(a.amount), a.site_id, a.party_id, p.accounting_on
    FROM ({amounts}) a JOIN posted p ON p.source_id = a.id
    GROUP BY p.id, a.account_id, a.site_id, a.party_id, p.accounting_on HAVING sum(a.amount) <> 0"""


BY_CLASS = "SELECT {id} AS id, site_id, item_class_id, sum(net) AS net, sum(value) AS value FROM volume_line GROUP BY 1, 2, 3"
TAKEN = """SELECT p.id, p.effective_at, p.accounting_on AS day, p.site_id FROM inventory_stockposting p
    WHERE p.actor = 'system:volume' AND p.kind = 'opening' AND p.company_id = %(company)s
      AND NOT EXISTS (SELECT FROM billing_journal j WHERE j.source = 'inventory.stockposting' AND j.source_id = p.id)"""

BOOKS = (
    _journals(
        "stock",
        "inventory.stockposting",
        "SELECT posting_id AS id, left_at AS effective_at, day FROM volume_order",
        f"""SELECT id, {_account("cogs", "c.item_class_id")} AS account_id, site_id, NULL::bigint AS party_id, value AS amount
        FROM ({BY_CLASS.format(id="posting_id")}) c
        UNION ALL SELECT id, {_account("inventory", "c.item_class_id")}, site_id, NULL, -value
        FROM ({BY_CLASS.format(id="posting_id")}) c""",
    ),
    _journals(
        "stock",
        "inventory.stockposting",
        TAKEN,
        f"""SELECT d.id, {_account("inventory", "c.item_class_id")} AS account_id, d.site_id, NULL::bigint AS party_id,
            c.value AS amount
        FROM document d JOIN (SELECT site_id, item_class_id, sum(value) AS value FROM volume_line GROUP BY 1, 2) c
            USING (site_id)
        UNION ALL SELECT d.id, {_account("opening", "c.item_class_id")}, d.site_id, NULL, -c.value
        FROM document d JOIN (SELECT site_id, item_class_id, sum(value) AS value FROM volume_line GROUP BY 1, 2) c
            USING (site_id)""",
    ),
    _journals(
        "invoice",
        "billing.invoice",
        "SELECT invoice_id AS id, left_at AS effective_at, day FROM volume_order",
        f"""SELECT i.id, {_account("receivable")} AS account_id, i.site_id, o.payer_party_id AS party_id, i.gross AS amount
        FROM volume_order o JOIN billing_invoice i ON i.id = o.invoice_id
        UNION ALL SELECT c.id, {_account("revenue", "c.item_class_id")}, c.site_id, NULL, -c.net
        FROM ({BY_CLASS.format(id="invoice_id")}) c
        UNION ALL SELECT i.id, {_account("tax")}, i.site_id, NULL, -i.tax
        FROM volume_order o JOIN billing_invoice i ON i.id = o.invoice_id""",
    ),
    _journals(
        "cash",
        "billing.cashreceipt",
        """SELECT r.id, max(o.left_at) AS effective_at, r.received_on AS day, r.customer_id, r.amount, min(o.payer_party_id)
            AS party_id
        FROM volume_order o JOIN billing_cashapplication a ON a.item_id = o.item_id
        JOIN billing_cashreceipt r ON r.id = a.receipt_id GROUP BY r.id, r.received_on, r.customer_id, r.amount""",
        f"""SELECT id, {_account("cash")} AS account_id, NULL::bigint AS site_id, NULL::bigint AS party_id, amount
        FROM document
        UNION ALL SELECT id, {_account("receivable")}, NULL, party_id, -amount FROM document""",
    ),
)

STATEMENTS = (
    ORDERS,
    LINES,
    "ANALYZE volume_order",
    "ANALYZE volume_line",
    *DOCUMENTS,
    *STOCK,
    *BILLING,
    *BOOKS,
)
