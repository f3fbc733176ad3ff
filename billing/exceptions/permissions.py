"""Who reads the exception queue, and who works it."""

from erp.kernel.access import permit

VIEW_EXCEPTION = permit("billing.view_exception", "finance", "customer_service", "executive", "process_owner")
ACCEPT_EXCEPTION = permit("billing.accept_exception", "finance")
CORRECT_EXCEPTION = permit("billing.correct_exception", "finance")
ASSIGN_EXCEPTION = permit("billing.assign_exception", "finance", "process_owner")
