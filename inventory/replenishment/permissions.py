"""Who plans what is kept where, and who turns proposals into orders (PU01 to PU04)."""

from erp.kernel.access import permit

VIEW_PLAN = permit("inventory.view_plan", "procurement", "finance", "executive", "process_owner")
PLAN = permit("inventory.plan_replenishment", "procurement", "process_owner")
DECIDE = permit("inventory.decide_replenishment", "procurement", "process_owner")
SET_STOCKING = permit("inventory.set_stocking_policy", "procurement", "process_owner")
