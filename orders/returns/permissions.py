"""Who sees returns and carrier claims; each verb names its own right."""

from erp.kernel.access import permit

VIEW_RETURN = permit(
    "orders.view_return", "customer_service", "warehouse", "finance", "executive", "process_owner"
)
