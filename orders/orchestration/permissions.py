"""Who looks at scarce stock and shares it anew, and who tries order rules on the past."""

from erp.kernel.access import permit

VIEW_SCARCITY = permit(
    "orders.view_scarcity", "customer_service", "procurement", "executive", "process_owner"
)
REALLOCATE = permit("orders.reallocate", "process_owner")
TRY_RULES = permit("orders.try_rules", "process_owner", "executive")
