"""Who sees what the warehouse was told to send."""

from erp.kernel.access import permit

VIEW_SHIPMENT = permit(
    "inventory.view_shipment",
    "warehouse", "procurement", "customer_service", "finance", "executive", "process_owner",
)  # fmt: skip
