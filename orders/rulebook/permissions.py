"""Who reads the order rules, who writes them and who approves what somebody else wrote."""

from erp.kernel.access import permit

VIEW_RULES = permit(
    "orders.view_rules",
    "customer_service", "warehouse", "procurement", "finance", "data_steward", "executive", "process_owner",
)  # fmt: skip
WRITE_RULES = permit("orders.write_rules", "process_owner")
APPROVE_RULES = permit("orders.approve_rules", "process_owner", "executive")
