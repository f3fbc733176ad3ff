"""Who may see the queue of held orders; which hold each may release is decided by its kind (rules.py)."""

from erp.kernel.access import permit

VIEW_HOLDS = permit("orders.view_holds", "customer_service", "finance", "process_owner", "executive")
RELEASE_HOLDS = permit("orders.release_holds", "customer_service", "finance", "process_owner")
