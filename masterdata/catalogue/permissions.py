"""Who reads suppliers' catalogues, who keeps them, who sells from them, and who makes stock items of them."""

from erp.kernel.access import permit

VIEW_CATALOGUE = permit(
    "masterdata.view_catalogue", "customer_service", "procurement", "data_steward", "process_owner"
)
CHANGE_CATALOGUE = permit("masterdata.change_catalogue", "procurement", "data_steward")
SELL_FROM_CATALOGUE = permit(
    "masterdata.sell_from_catalogue", "customer_service", "procurement", "data_steward"
)
PROMOTE_ITEM = permit("masterdata.promote_item", "procurement", "data_steward", "process_owner")
