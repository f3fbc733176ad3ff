"""Who reads tax codes and who keeps them."""

from erp.kernel.access import permit

VIEW_TAX = permit(
    "masterdata.view_tax", "finance", "data_steward", "executive", "process_owner", "administrator"
)
CHANGE_TAX = permit("masterdata.change_tax", "finance")
