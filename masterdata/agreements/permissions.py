"""Who reads prices and who sets them."""

from erp.kernel.access import permit

VIEW_PRICE = permit(
    "masterdata.view_price",
    "customer_service", "finance", "data_steward", "executive", "process_owner", "administrator",
)  # fmt: skip
SET_PRICE = permit("masterdata.set_price", "data_steward")
VIEW_REBATE = permit(
    "masterdata.view_rebate", "procurement", "finance", "data_steward", "executive", "process_owner"
)
SET_REBATE = permit("masterdata.set_rebate", "procurement", "data_steward")
