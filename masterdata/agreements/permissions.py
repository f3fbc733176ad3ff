"""Who reads prices and who sets them."""

from erp.kernel.access import permit

VIEW_PRICE = permit(
    "masterdata.view_price",
    "customer_service", "finance", "data_steward", "executive", "process_owner", "administrator",
)  # fmt: skip
SET_PRICE = permit("masterdata.set_price", "data_steward")
