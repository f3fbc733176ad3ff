"""Who reads what suppliers charge, who enters it, who decides on what does not match, and who takes it back."""

from erp.kernel.access import permit

VIEW_PAYABLE = permit("billing.view_payable", "finance", "procurement", "executive", "process_owner")
CAPTURE_INVOICE = permit("billing.capture_supplier_invoice", "finance")
WORK_MATCH = permit("billing.work_match", "procurement", "finance", "process_owner")
ACCEPT_MATCH = permit("billing.accept_match", "procurement", "process_owner")
REVERSE_SUPPLIER_INVOICE = permit("billing.reverse_supplier_invoice", "finance")
