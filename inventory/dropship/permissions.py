"""Who says that a supplier has sent goods to a customer, and who takes that back."""

from erp.kernel.access import permit

CONFIRM_DROP = permit("inventory.confirm_drop_shipment", "procurement", "warehouse")
