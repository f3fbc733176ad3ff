"""Who sees what was ordered from suppliers."""

from erp.kernel.access import permit

VIEW_PURCHASE_ORDER = permit(
    "inventory.view_purchase_order", "procurement", "warehouse", "finance", "executive", "process_owner"
)
