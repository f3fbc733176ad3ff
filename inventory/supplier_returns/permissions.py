"""Who sees what goes back to suppliers, who sends it, and who notes what they answer."""

from erp.kernel.access import permit

VIEW_SUPPLIER_RETURN = permit(
    "inventory.view_supplier_return", "warehouse", "procurement", "finance", "process_owner"
)
SEND_BACK = permit("inventory.send_back", "procurement", "process_owner")
SETTLE_SUPPLIER_RETURN = permit("inventory.settle_supplier_return", "procurement", "finance", "process_owner")
