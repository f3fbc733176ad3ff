"""Who puts goods away, and who says who does."""

from erp.kernel.access import permit

VIEW_PUTAWAY = permit("inventory.view_putaway", "warehouse", "procurement", "process_owner")
PUT_AWAY = permit("inventory.put_away", "warehouse")
ASSIGN_PUTAWAY = permit("inventory.assign_putaway", "warehouse", "process_owner")
