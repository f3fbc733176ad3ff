"""Who sees stock, and who sees what it is worth."""

from erp.kernel.access import permit

VIEW_STOCK = permit(
    "inventory.view_stock",
    "warehouse", "procurement", "customer_service", "finance", "executive", "process_owner",
)  # fmt: skip
VIEW_VALUE = permit("inventory.view_stock_value", "procurement", "finance", "executive", "process_owner")
