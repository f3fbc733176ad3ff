"""Who reads invoices and what waits to be invoiced."""

from erp.kernel.access import permit

VIEW_INVOICE = permit("billing.view_invoice", "finance", "customer_service", "executive", "process_owner")
VIEW_SERIES = permit("billing.view_series", "finance", "executive", "process_owner", "administrator")
CHANGE_SERIES = permit("billing.change_series", "finance")
