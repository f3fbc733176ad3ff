"""Who reads customers and suppliers, and who keeps them."""

from erp.kernel.access import permit

VIEW_CUSTOMER = permit(
    "masterdata.view_customer",
    "customer_service", "warehouse", "finance", "data_steward", "executive", "process_owner", "administrator",
)  # fmt: skip
CHANGE_CUSTOMER = permit("masterdata.change_customer", "data_steward", "finance")
CHANGE_GROUP = permit("masterdata.change_group", "data_steward")
CHANGE_SHIP_TO = permit("masterdata.change_ship_to", "data_steward", "customer_service")
VIEW_SUPPLIER = permit(
    "masterdata.view_supplier",
    "procurement", "warehouse", "finance", "data_steward", "executive", "process_owner", "administrator",
)  # fmt: skip
CHANGE_SUPPLIER = permit("masterdata.change_supplier", "data_steward", "procurement")
