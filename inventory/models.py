"""The app's face: it only gathers the rooms' rows."""

from .adjustments.models import Adjustment, StatusChange
from .commitments.models import (
    AllocationPolicy,
    AllocationQuota,
    Commitment,
    Demand,
    DemandGroup,
    PromiseEvent,
    Supply,
)
from .counting.models import CountLine, CountPlan, CountTask
from .inbound.models import Receipt, ReceiptDifference, ReceiptLine
from .outbound.models import Carton, Pick, Shipment, ShipmentLine
from .purchasing.models import PurchaseOrder, PurchaseOrderLine
from .putaway.models import PutawayTask
from .replenishment.models import DemandForecast, ReplenishmentProposal, StockingPolicy
from .stock.models import Lot, SiteStock, StockBalance, StockEntry, StockPosting
from .supplier_returns.models import SupplierReturn, SupplierReturnLine
from .tasks.models import Task, TaskAssignment
from .transfers.models import (
    RebalanceProposal,
    TransferContent,
    TransferDifference,
    TransferLine,
    TransferOrder,
)
from .unloading.models import UnloadedLine, Unloading

__all__ = [
    "Adjustment", "AllocationPolicy", "AllocationQuota", "Carton", "Commitment", "CountLine", "CountPlan",
    "CountTask", "Demand", "DemandForecast", "DemandGroup", "Lot", "Pick", "PromiseEvent", "PurchaseOrder",
    "PurchaseOrderLine", "PutawayTask", "RebalanceProposal", "Receipt", "ReceiptDifference", "ReceiptLine",
    "ReplenishmentProposal", "Shipment", "ShipmentLine", "SiteStock", "StatusChange", "StockBalance", "StockEntry",
    "StockPosting", "StockingPolicy", "SupplierReturn", "SupplierReturnLine", "Supply", "Task", "TaskAssignment",
    "TransferContent", "TransferDifference", "TransferLine", "TransferOrder", "UnloadedLine", "Unloading",
]  # fmt: skip
