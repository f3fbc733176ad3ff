"""Who moves goods between our sites, and whose word it needs (TR01, TR02, TR03)."""

from erp.kernel.access import permit

VIEW_TRANSFER = permit(
    "inventory.view_transfer",
    "warehouse", "procurement", "customer_service", "finance", "executive", "process_owner",
)  # fmt: skip
# At either end: the one that needs goods, or the one that has too many.
REQUEST_TRANSFER = permit(
    "inventory.request_transfer", "warehouse", "procurement", "customer_service", "process_owner"
)
# At the site that gives the goods away.
APPROVE_TRANSFER = permit("inventory.approve_transfer", "procurement", "process_owner")
SHIP_TRANSFER = permit("inventory.ship_transfer", "warehouse")
# At the site that gets them.
RECEIVE_TRANSFER = permit("inventory.receive_transfer", "warehouse")
# Proposals of the house: what is too much at one site and missing at another.
REBALANCE = permit("inventory.rebalance", "procurement", "process_owner")
