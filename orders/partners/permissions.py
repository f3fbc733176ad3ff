"""Who reads trading partners, and who keeps them."""

from erp.kernel.access import permit

VIEW_PARTNER = permit(
    "orders.view_partner",
    "customer_service", "data_steward", "executive", "process_owner", "administrator",
)  # fmt: skip
CHANGE_PARTNER = permit("orders.change_partner", "data_steward", "process_owner")
