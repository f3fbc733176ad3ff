"""A period that is closed was ready for it."""

from erp.kernel.proofs import proof

proof(
    "G12",
    "No period was closed over a blocking task that is neither green nor done nor waived by a second person",
    """SELECT c.id AS close, t.id AS task, t.title, t.found, t.books, t.documents FROM billing_closetask t
    JOIN billing_periodclose c ON c.id = t.close_id JOIN masterdata_accountingperiod p ON p.id = c.period_id
    WHERE p.closed_at IS NOT NULL AND t.is_blocking AND t.waived_by = '' AND CASE t.check_key
        WHEN '' THEN t.done_at IS NULL ELSE t.found <> 0 OR t.books IS DISTINCT FROM t.documents END""",
)
