"""Who changes stock without a document, and whose word it needs (ADR 19)."""

from erp.kernel.access import permit

# Takes goods out of what may be sold, or from one kind of blocked to another.
BLOCK_STOCK = permit("inventory.block_stock", "warehouse", "procurement", "process_owner")
# Lets goods be sold again that were only looked at.
RELEASE_STOCK = permit("inventory.release_stock", "warehouse", "process_owner")
# Lets goods out of a status that somebody decided on: quarantine, damaged, expired.
CLEAR_STOCK = permit("inventory.clear_stock", "process_owner")

ADJUST_STOCK = permit("inventory.adjust_stock", "warehouse", "finance", "process_owner")
APPROVE_ADJUSTMENTS = permit("inventory.approve_adjustments", "finance", "process_owner")
