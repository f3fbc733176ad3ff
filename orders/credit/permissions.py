"""Who may see and set what a payer may owe."""

from erp.kernel.access import permit

VIEW_CREDIT = permit("orders.view_credit", "customer_service", "finance", "executive", "process_owner")
SET_LIMIT = permit("orders.set_credit_limit", "finance", "process_owner")
