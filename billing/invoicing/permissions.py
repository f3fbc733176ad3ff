"""Who reads invoices and what waits to be invoiced."""

from erp.kernel.access import permit

VIEW_INVOICE = permit("billing.view_invoice", "finance", "customer_service", "executive", "process_owner")
