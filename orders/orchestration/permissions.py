"""Who looks at scarce stock and shares it anew."""

from erp.kernel.access import permit

VIEW_SCARCITY = permit(
    "orders.view_scarcity", "customer_service", "procurement", "executive", "process_owner"
)
REALLOCATE = permit("orders.reallocate", "process_owner")
