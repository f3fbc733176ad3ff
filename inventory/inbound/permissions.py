"""Who sees what came in."""

from erp.kernel.access import permit

VIEW_RECEIPT = permit(
    "inventory.view_receipt", "warehouse", "procurement", "finance", "executive", "process_owner"
)
