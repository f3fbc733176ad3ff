"""The floor: order, reserve, ship, invoice, ledger with nothing in between.

A hand-written schema and one PL/pgSQL function per step do the least durable work that the order-to-ledger loop
asks for; each step is one call and one committed transaction. What Meridian reaches, as a share of this figure on
the same machine and server in the same run, is the price of its framework and features.
"""

import random
import time

import psycopg2
from psycopg2.extensions import connection as Connection

CUSTOMERS, PRODUCTS, WAREHOUSES, LINES, HISTORY = 200, 1000, 2, 5, 10_000
STEPS = ["order", "reserve", "ship", "invoice"]

SCHEMA = """
DROP SCHEMA IF EXISTS floor CASCADE;
CREATE SCHEMA floor;
SET search_path = floor;

CREATE TABLE customer (
    id int PRIMARY KEY, name text NOT NULL,
    credit_limit numeric(14,2) NOT NULL, open_amount numeric(14,2) NOT NULL);
CREATE TABLE product (
    id int PRIMARY KEY, sku text UNIQUE NOT NULL,
    price numeric(12,2) NOT NULL, cost numeric(12,2) NOT NULL);
CREATE TABLE balance (
    warehouse_id int, product_id int REFERENCES product,
    on_hand numeric(14,3) NOT NULL, reserved numeric(14,3) NOT NULL,
    PRIMARY KEY (warehouse_id, product_id),
    CHECK (reserved BETWEEN 0 AND on_hand)) WITH (fillfactor = 70);
CREATE TABLE sale (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id int NOT NULL REFERENCES customer, warehouse_id int NOT NULL,
    state text NOT NULL, total numeric(14,2) NOT NULL,
    created timestamptz NOT NULL DEFAULT now()) WITH (fillfactor = 80);
CREATE INDEX ON sale (customer_id);
CREATE TABLE sale_line (
    sale_id bigint REFERENCES sale, line smallint,
    product_id int NOT NULL REFERENCES product,
    quantity numeric(12,3) NOT NULL, price numeric(12,2) NOT NULL,
    PRIMARY KEY (sale_id, line));
CREATE INDEX ON sale_line (product_id);
CREATE TABLE stock_move (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sale_id bigint NOT NULL, line smallint NOT NULL,
    product_id int NOT NULL REFERENCES product, warehouse_id int NOT NULL,
    quantity numeric(12,3) NOT NULL, cost numeric(12,2) NOT NULL,
    moved timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (sale_id, line) REFERENCES sale_line);
CREATE INDEX ON stock_move (sale_id);
CREATE INDEX ON stock_move (product_id, warehouse_id);
CREATE TABLE invoice (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number int UNIQUE NOT NULL, sale_id bigint NOT NULL REFERENCES sale,
    customer_id int NOT NULL REFERENCES customer,
    total numeric(14,2) NOT NULL, posted timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON invoice (sale_id);
CREATE INDEX ON invoice (customer_id);
CREATE TABLE invoice_line (
    invoice_id bigint REFERENCES invoice, line smallint,
    product_id int NOT NULL REFERENCES product,
    quantity numeric(12,3) NOT NULL, amount numeric(14,2) NOT NULL,
    PRIMARY KEY (invoice_id, line));
CREATE TABLE journal (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    invoice_id bigint NOT NULL REFERENCES invoice,
    posted timestamptz NOT NULL DEFAULT now());
CREATE TABLE journal_line (
    journal_id bigint REFERENCES journal, line smallint,
    account smallint NOT NULL, amount numeric(14,2) NOT NULL,
    PRIMARY KEY (journal_id, line));
CREATE INDEX ON journal_line (account);
CREATE TABLE counter (name text PRIMARY KEY, value int NOT NULL)
    WITH (fillfactor = 10);

INSERT INTO counter VALUES ('invoice', 0);
INSERT INTO customer SELECT i, 'Customer ' || i, 1e9, 0
    FROM generate_series(1, %(customers)s) i;
INSERT INTO product SELECT i, 'P' || i, 10 + i %% 90, 5 + i %% 40
    FROM generate_series(1, %(products)s) i;
INSERT INTO balance SELECT w, p, 1000000, 0
    FROM generate_series(1, %(warehouses)s) w, generate_series(1, %(products)s) p;

-- Past orders, so that the planner sees tables of a real size.
INSERT INTO sale (customer_id, warehouse_id, state, total)
    SELECT 1 + i %% %(customers)s, 1, 'invoiced', 0 FROM generate_series(1, %(history)s) i;
INSERT INTO sale_line SELECT s.id, n, 1 + (s.id * 7 + n * 131) %% %(products)s, 1, 0
    FROM sale s, generate_series(1, %(lines)s) n;
INSERT INTO stock_move (sale_id, line, product_id, warehouse_id, quantity, cost)
    SELECT sale_id, line, product_id, 1, -quantity, 0 FROM sale_line;
INSERT INTO invoice (number, sale_id, customer_id, total)
    SELECT id, id, customer_id, 0 FROM sale;
INSERT INTO invoice_line SELECT id, n, 1 + (id * 7 + n * 131) %% %(products)s, 1, 0
    FROM invoice, generate_series(1, %(lines)s) n;
INSERT INTO journal (invoice_id) SELECT id FROM invoice;
INSERT INTO journal_line SELECT id, n, n, 0 FROM journal, generate_series(1, 4) n;
UPDATE counter SET value = %(history)s;

-- Price each line; hold the customer's row while the credit limit is checked.
CREATE FUNCTION place_order(buyer int, warehouse int, products int[], quantities int[])
RETURNS bigint LANGUAGE plpgsql SET search_path = floor AS $$
DECLARE new_id bigint; amount numeric;
BEGIN
    SELECT sum(p.price * q) INTO amount
        FROM unnest(products, quantities) AS l(product, q) JOIN product p ON p.id = l.product;
    UPDATE customer SET open_amount = open_amount + amount
        WHERE id = buyer AND open_amount + amount <= credit_limit;
    IF NOT FOUND THEN RAISE 'over the credit limit'; END IF;
    INSERT INTO sale (customer_id, warehouse_id, state, total)
        VALUES (buyer, warehouse, 'confirmed', amount) RETURNING id INTO new_id;
    INSERT INTO sale_line SELECT new_id, l.n, p.id, l.q, p.price
        FROM unnest(products, quantities) WITH ORDINALITY AS l(product, q, n)
        JOIN product p ON p.id = l.product;
    RETURN new_id;
END $$;

-- Lock the balances in item order, so that two orders can't deadlock.
CREATE FUNCTION reserve(order_id bigint) RETURNS void
LANGUAGE plpgsql SET search_path = floor AS $$
BEGIN
    PERFORM 1 FROM balance b JOIN sale_line l USING (product_id) JOIN sale s ON s.id = l.sale_id
        WHERE s.id = order_id AND b.warehouse_id = s.warehouse_id
        ORDER BY b.product_id FOR UPDATE OF b;
    UPDATE balance b SET reserved = b.reserved + l.quantity
        FROM sale s JOIN sale_line l ON l.sale_id = s.id
        WHERE s.id = order_id AND s.state = 'confirmed'
        AND b.warehouse_id = s.warehouse_id AND b.product_id = l.product_id;
    IF NOT FOUND THEN RAISE 'nothing to reserve'; END IF;
    UPDATE sale SET state = 'reserved' WHERE id = order_id;
END $$;

CREATE FUNCTION ship(order_id bigint) RETURNS void
LANGUAGE plpgsql SET search_path = floor AS $$
BEGIN
    PERFORM 1 FROM balance b JOIN sale_line l USING (product_id) JOIN sale s ON s.id = l.sale_id
        WHERE s.id = order_id AND b.warehouse_id = s.warehouse_id
        ORDER BY b.product_id FOR UPDATE OF b;
    INSERT INTO stock_move (sale_id, line, product_id, warehouse_id, quantity, cost)
        SELECT s.id, l.line, l.product_id, s.warehouse_id, -l.quantity, p.cost
        FROM sale s JOIN sale_line l ON l.sale_id = s.id JOIN product p ON p.id = l.product_id
        WHERE s.id = order_id AND s.state = 'reserved';
    IF NOT FOUND THEN RAISE 'nothing to ship'; END IF;
    UPDATE balance b SET on_hand = b.on_hand + m.quantity, reserved = b.reserved + m.quantity
        FROM stock_move m WHERE m.sale_id = order_id
        AND b.warehouse_id = m.warehouse_id AND b.product_id = m.product_id;
    UPDATE sale SET state = 'shipped' WHERE id = order_id;
END $$;

-- Gapless invoice numbers; accounts: 1 receivable, 2 revenue, 3 cost of goods, 4 stock.
CREATE FUNCTION invoice(order_id bigint) RETURNS void
LANGUAGE plpgsql SET search_path = floor AS $$
DECLARE invoice_id bigint; journal_id bigint; amount numeric; cost numeric; number int;
BEGIN
    UPDATE sale SET state = 'invoiced' WHERE id = order_id AND state = 'shipped'
        RETURNING total INTO amount;
    IF NOT FOUND THEN RAISE 'nothing to invoice'; END IF;
    SELECT -sum(m.quantity * m.cost) INTO cost FROM stock_move m WHERE m.sale_id = order_id;
    UPDATE counter SET value = value + 1 WHERE name = 'invoice' RETURNING value INTO number;
    INSERT INTO invoice (number, sale_id, customer_id, total)
        SELECT number, s.id, s.customer_id, s.total FROM sale s WHERE s.id = order_id
        RETURNING id INTO invoice_id;
    INSERT INTO invoice_line SELECT invoice_id, l.line, l.product_id, l.quantity, l.quantity * l.price
        FROM sale_line l WHERE l.sale_id = order_id;
    INSERT INTO journal (invoice_id) VALUES (invoice_id) RETURNING id INTO journal_id;
    INSERT INTO journal_line VALUES
        (journal_id, 1, 1, amount), (journal_id, 2, 2, -amount),
        (journal_id, 3, 3, cost), (journal_id, 4, 4, -cost);
END $$;
"""

CHECKS = """
SELECT (SELECT coalesce(sum(amount), 0) FROM floor.journal_line),
    (SELECT sum(1000000 - on_hand) FROM floor.balance)
        - (SELECT coalesce(sum(quantity), 0) FROM floor.sale_line WHERE sale_id > %(history)s),
    (SELECT sum(reserved) FROM floor.balance)
"""


def connect(dsn: str) -> Connection:
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    return connection


def build(dsn: str) -> None:
    """The schema "floor" anew, with its past orders."""
    with connect(dsn).cursor() as cursor:
        cursor.execute(
            SCHEMA,
            {
                "customers": CUSTOMERS,
                "products": PRODUCTS,
                "warehouses": WAREHOUSES,
                "lines": LINES,
                "history": HISTORY,
            },
        )
        cursor.execute("VACUUM ANALYZE")


def check(dsn: str) -> None:
    """The floor's own proof: journals balance, what left was ordered, nothing is reserved."""
    with connect(dsn).cursor() as cursor:
        cursor.execute(CHECKS, {"history": HISTORY})
        assert cursor.fetchone() == (0, 0, 0)


class FloorClient:
    """One client's loop."""

    def __init__(self, dsn: str, seed: int) -> None:
        self.cursor = connect(dsn).cursor()
        self.random = random.Random(seed)

    def orders(self, count: int, lines: int = LINES) -> dict[str, list[float]]:
        """Carry `count` orders through the steps; seconds of each step."""
        times: dict[str, list[float]] = {step: [] for step in STEPS}

        def step(name: str, query: str, *args: object) -> None:
            start = time.perf_counter()
            self.cursor.execute(query, args)
            times[name].append(time.perf_counter() - start)

        for _ in range(count):
            step(
                "order",
                "SELECT floor.place_order(%s, %s, %s, %s)",
                self.random.randint(1, CUSTOMERS),
                self.random.randint(1, WAREHOUSES),
                [self.random.randint(1, PRODUCTS) for _ in range(lines)]
                if lines > PRODUCTS
                else self.random.sample(range(1, PRODUCTS + 1), lines),
                [self.random.randint(1, 10) for _ in range(lines)],
            )
            (sale_id,) = self.cursor.fetchone() or (None,)
            for name in STEPS[1:]:
                step(name, f"SELECT floor.{name}(%s)", sale_id)
        return times
