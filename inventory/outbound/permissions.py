"""Who sees what the warehouse was told to send."""

from erp.kernel.access import permit

VIEW_SHIPMENT = permit(
    "inventory.view_shipment",
    "warehouse", "procurement", "customer_service", "finance", "executive", "process_owner",
)  # fmt: skip
CHANGE_SHIP_RULE = permit("inventory.change_ship_rule", "customer_service", "process_owner")
CONFIRM_DELIVERY = permit("inventory.confirm_delivery", "warehouse", "customer_service", "finance")
WITHDRAW_DELIVERY = permit("inventory.withdraw_delivery", "warehouse", "finance", "process_owner")
