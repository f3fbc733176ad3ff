"""Who works the closing of a month, and who lets it close over what is open."""

from erp.kernel.access import permit

WORK_CLOSE = permit("billing.work_close", "finance")
WAIVE_CLOSE_TASK = permit("billing.waive_close_task", "finance", "process_owner")
