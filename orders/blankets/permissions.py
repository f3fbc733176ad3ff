"""Who reads blanket orders, who agrees them and who calls off; prices beyond an authority need another's approval."""

from erp.kernel.access import permit

VIEW_BLANKET = permit(
    "orders.view_blanket", "customer_service", "finance", "executive", "process_owner", "procurement"
)
WRITE_BLANKET = permit("orders.write_blanket", "customer_service", "process_owner")
APPROVE_BLANKET = permit("orders.approve_blanket", "process_owner", "finance")
