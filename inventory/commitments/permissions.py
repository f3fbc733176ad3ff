"""Who sees what waits for goods."""

from erp.kernel.access import permit

VIEW_BACKORDER = permit(
    "inventory.view_backorder", "warehouse", "procurement", "customer_service", "executive", "process_owner"
)
VIEW_ALLOCATION = permit(
    "inventory.view_allocation", "warehouse", "procurement", "customer_service", "executive", "process_owner"
)
