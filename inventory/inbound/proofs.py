"""What must hold of what came in."""

from erp.kernel.proofs import proof, prove_keys

from .models import ReceiptDifference

proof(
    "S42",
    "A receipt difference is of a line of the order that was received, at its site, and of the line's item",
    """SELECT d.number, p.number AS purchase_order, d.kind FROM inventory_receiptdifference d
    JOIN inventory_purchaseorderline l ON l.id = d.line_id JOIN inventory_purchaseorder p ON p.id = l.order_id
    LEFT JOIN inventory_receipt r ON r.id = d.receipt_id
    WHERE p.site_id <> d.site_id OR p.company_id <> d.company_id OR r.purchase_order_id <> p.id
        OR (d.kind = 'wrong_item') = (d.item_id IS NOT DISTINCT FROM l.item_id)""",
)
prove_keys("K22", "Receipt differences name masters that exist", ReceiptDifference)
