"""The app's face: it only gathers the rooms' rows."""

from .commitments.models import (
    AllocationPolicy,
    AllocationQuota,
    Commitment,
    Demand,
    DemandGroup,
    PromiseEvent,
    Supply,
)
from .inbound.models import Receipt, ReceiptLine
from .outbound.models import Carton, Pick, Shipment, ShipmentLine
from .purchasing.models import PurchaseOrder, PurchaseOrderLine
from .stock.models import Lot, SiteStock, StockBalance, StockEntry, StockPosting

__all__ = [
    "AllocationPolicy", "AllocationQuota", "Carton", "Commitment", "Demand", "DemandGroup", "Lot", "Pick",
    "PromiseEvent", "PurchaseOrder", "PurchaseOrderLine", "Receipt", "ReceiptLine", "Shipment",
    "ShipmentLine", "SiteStock", "StockBalance", "StockEntry", "StockPosting", "Supply",
]  # fmt: skip
