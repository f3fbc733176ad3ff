"""Who reads freight tariffs and who keeps them."""

from erp.kernel.access import permit

VIEW_FREIGHT = permit(
    "masterdata.view_freight", "customer_service", "finance", "data_steward", "executive", "process_owner"
)
CHANGE_FREIGHT = permit("masterdata.change_freight", "finance", "process_owner")
