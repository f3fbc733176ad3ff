"""Who reads items, who keeps them, who sees what they cost."""

from erp.kernel.access import permit

VIEW_ITEM = permit(
    "masterdata.view_item",
    "customer_service", "warehouse", "procurement", "finance", "data_steward", "executive", "process_owner",
    "administrator",
)  # fmt: skip
CHANGE_ITEM = permit("masterdata.change_item", "data_steward")
CHANGE_CLASS = permit("masterdata.change_class", "data_steward")
CHANGE_UNIT = permit("masterdata.change_unit", "data_steward")
REMEMBER_NUMBER = permit("masterdata.remember_number", "customer_service", "process_owner", "data_steward")
SET_SUBSTITUTE = permit("masterdata.set_substitute", "data_steward")
SET_COMPONENT = permit("masterdata.set_component", "data_steward")
VIEW_COST = permit("masterdata.view_cost", "finance", "executive", "data_steward", "procurement")
