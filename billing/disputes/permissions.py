"""Who reads disputes, who opens and works them, and whose word a write-off needs (ADR 28)."""

from erp.kernel.access import permit

VIEW_DISPUTE = permit("billing.view_dispute", "finance", "customer_service", "executive", "process_owner")
OPEN_DISPUTE = permit("billing.open_dispute", "finance", "customer_service")
WORK_DISPUTE = permit("billing.work_dispute", "finance", "process_owner")
WRITE_OFF = permit("billing.write_off_dispute", "finance", "process_owner")
APPROVE_WRITE_OFF = permit("billing.approve_write_off", "finance", "process_owner")
