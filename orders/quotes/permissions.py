"""Who reads quotes and who writes them; prices beyond an authority need another's approval."""

from erp.kernel.access import permit

VIEW_QUOTE = permit(
    "orders.view_quote", "customer_service", "finance", "executive", "process_owner", "data_steward"
)
WRITE_QUOTE = permit("orders.write_quote", "customer_service", "process_owner")
APPROVE_QUOTE = permit("orders.approve_quote", "process_owner", "finance")
