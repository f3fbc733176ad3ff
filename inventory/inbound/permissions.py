"""Who sees what came in, who says what was wrong with it, and who clears that."""

from erp.kernel.access import permit

VIEW_RECEIPT = permit(
    "inventory.view_receipt", "warehouse", "procurement", "finance", "executive", "process_owner"
)
REPORT_DIFFERENCE = permit("inventory.report_receipt_difference", "warehouse", "procurement")
RESOLVE_DIFFERENCE = permit("inventory.resolve_receipt_difference", "procurement", "process_owner")
