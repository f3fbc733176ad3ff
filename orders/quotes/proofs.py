"""A quote's figures are its newest revision's, and what it counts as ordered became order lines (OC10)."""

from erp.kernel.proofs import proof, prove_keys

from .models import Quote, QuoteLine

proof(
    "Q1",
    "A quote's figures are those of its newest revision and of that revision's lines",
    """SELECT q.number, q.net, r.net AS written, l.net AS of_lines, q.line_count, l.n
    FROM orders_quote q
    LEFT JOIN orders_quoterevision r ON r.quote_id = q.id AND r.revision = q.revision
    LEFT JOIN (SELECT quote_id, revision, sum(net) AS net, count(*) AS n FROM orders_quoteline GROUP BY 1, 2) l
        ON l.quote_id = q.id AND l.revision = q.revision
    WHERE (q.net, q.tax, q.gross, q.valid_until, q.line_count, q.beyond)
            IS DISTINCT FROM (r.net, r.tax, r.gross, r.valid_until, r.line_count, r.beyond)
        OR q.net IS DISTINCT FROM l.net OR q.line_count IS DISTINCT FROM l.n""",
)
proof(
    "Q2",
    "What a quote counts as ordered is the net of its lines that became order lines, of its own customer",
    """SELECT q.number, q.ordered_net, coalesce(l.net, 0) AS ordered FROM orders_quote q
    LEFT JOIN (SELECT x.quote_id, sum(x.net) AS net, bool_and(o.customer_id = y.customer_id AND ol.item_id = x.item_id)
            AS own
        FROM orders_quoteline x JOIN orders_quote y ON y.id = x.quote_id
        JOIN orders_orderline ol ON ol.id = x.order_line_id JOIN orders_salesorder o ON o.id = ol.order_id
        GROUP BY 1) l ON l.quote_id = q.id
    WHERE q.ordered_net <> coalesce(l.net, 0) OR NOT coalesce(l.own, true)""",
)
proof(
    "Q3",
    "A price quoted beyond its writer's authority was approved by somebody else before it was sent or held",
    """SELECT q.number, q.beyond, q.revised_by, q.approved_by FROM orders_quote q
    WHERE q.beyond <> '' AND (q.approved_by = q.revised_by OR q.approved_by = '' AND (q.state = 'sent'
        OR EXISTS (SELECT FROM orders_quoteline l JOIN orders_orderline ol ON ol.id = l.order_line_id
            WHERE l.quote_id = q.id AND ol.price_source = 'quote')))""",
)
prove_keys("K8", "Quotes name masters that exist", Quote, QuoteLine)
