"""Who may read orders."""

from erp.kernel.access import permit

VIEW_ORDER = permit(
    "orders.view_order",
    "customer_service",
    "warehouse",
    "procurement",
    "finance",
    "executive",
    "process_owner",
    "data_steward",
)
