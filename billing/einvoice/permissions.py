"""Who reads e-invoices, who works those that failed, and who says what became of them."""

from erp.kernel.access import permit

VIEW_EINVOICE = permit("billing.view_einvoice", "finance", "customer_service", "executive", "process_owner")
WORK_EINVOICE = permit("billing.work_einvoice", "finance")
REPORT_EINVOICE = permit("billing.report_einvoice", "finance")
