"""Who sees what is to be collected, and who collects it."""

from erp.kernel.access import permit

VIEW_COLLECTION = permit(
    "billing.view_collection", "finance", "customer_service", "executive", "process_owner"
)
COLLECT = permit("billing.collect", "finance")
