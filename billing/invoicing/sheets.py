"""Invoices as programs read them at once after the verb: one statement, its answer made by the server."""

from collections.abc import Sequence
from typing import Any

from billing.invoicing.models import Invoice
from erp.kernel.access import access_of
from erp.kernel.batch import constant

SHEETS = """
SELECT json_build_object(
    'id', i.id, 'number', i.number, 'kind', i.kind, 'company', c.code, 'bill_to', p.code, 'order', o.number,
    'shipment', s.number, 'credits', i.credits_id, 'reason', i.reason, 'customer_po', i.customer_po,
    'issued_on', i.issued_on, 'due_on', i.due_on, 'currency', i.currency, 'line_count', i.line_count,
    'net', i.net::text, 'tax', i.tax::text, 'gross', i.gross::text, 'open', r.open::text, 'posted_by', i.posted_by)
FROM billing_invoice i
JOIN masterdata_company c ON c.id = i.company_id
JOIN masterdata_customer b ON b.id = i.bill_to_id JOIN masterdata_party p ON p.id = b.party_id
JOIN billing_openitem r ON r.invoice_id = i.id
JOIN orders_salesorder o ON o.id = i.order_id
JOIN inventory_shipment s ON s.id = i.shipment_id
WHERE i.id = ANY(%s::bigint[])
  AND (%s::bool OR i.company_id = ANY(%s::bigint[]) OR i.site_id = ANY(%s::bigint[]))
ORDER BY i.issued_on DESC, i.id DESC"""


def invoice_sheets(invoice_ids: Sequence[int], *, user: Any) -> list[dict[str, Any]]:
    """The headers of these documents in the reader's scope, newest first."""
    rows = constant(SHEETS, list(invoice_ids), *access_of(user).holding(*Invoice.READ).bounds())
    return [sheet for (sheet,) in rows]
