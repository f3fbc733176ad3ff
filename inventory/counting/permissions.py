"""Who counts, and who says what is counted."""

from erp.kernel.access import permit

COUNT_STOCK = permit("inventory.count_stock", "warehouse")
PLAN_COUNTS = permit("inventory.plan_counts", "warehouse", "process_owner")
