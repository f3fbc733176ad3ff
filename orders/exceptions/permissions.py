"""Who reads the exception inbox, who works it, and who gives its entries to others."""

from erp.kernel.access import permit

VIEW_EXCEPTIONS = permit("orders.view_exceptions", "customer_service", "process_owner", "executive")
WORK_EXCEPTIONS = permit("orders.work_exceptions", "customer_service", "process_owner")
ASSIGN_EXCEPTIONS = permit("orders.assign_exceptions", "process_owner")
