"""Who reads dunning letters, who has them written, who keeps the levels, and who stops dunning."""

from erp.kernel.access import permit

VIEW_DUNNING = permit("billing.view_dunning", "finance", "customer_service", "executive", "process_owner")
DUN = permit("billing.dun", "finance")
CHANGE_DUNNING = permit("billing.change_dunning", "process_owner", "finance")
STOP_DUNNING = permit("billing.stop_dunning", "finance", "process_owner")
