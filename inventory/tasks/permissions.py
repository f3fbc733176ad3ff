"""Who sees the floor's work, who takes it, and who says who does what."""

from erp.kernel.access import permit

VIEW_TASKS = permit("inventory.view_tasks", "warehouse", "process_owner")
TAKE_TASKS = permit("inventory.take_tasks", "warehouse")
ASSIGN_TASKS = permit("inventory.assign_tasks", "warehouse", "process_owner")
