"""Who works the closing of a month, and who lets it close over what is open."""

from erp.kernel.access import permit

WORK_CLOSE = permit("billing.work_close", "finance")
CLOSE_YEAR = permit("billing.close_year", "finance")
REVERSE_YEAR = permit("billing.reverse_year", "finance", "process_owner")
WAIVE_CLOSE_TASK = permit("billing.waive_close_task", "finance", "process_owner")
