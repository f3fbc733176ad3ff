"""The app's part of the REST API: the rooms' viewsets, gathered."""

from django.urls import path

from erp.kernel.routes import ResourceRouter

from .adjustments.api import AdjustmentViewSet, StatusChangeViewSet, StockBalanceViewSet
from .commitments.api import AllocationPolicyViewSet, AvailabilityView, QuotaViewSet
from .counting.api import CountTaskViewSet
from .dropship.api import DropShipmentViewSet
from .inbound.api import GoodsReceiptViewSet
from .inbound.difference_api import ReceiptDifferenceViewSet
from .outbound.api import ShipmentViewSet, ToReleaseViewSet
from .purchasing.api import PurchaseOrderViewSet
from .purchasing.need_api import LineToBuyViewSet
from .putaway.api import PutawayTaskViewSet
from .replenishment.api import ForecastViewSet, PlanningRunView, ReplenishmentViewSet, StockingPolicyViewSet
from .stock.api import SiteStockViewSet
from .supplier_returns.api import SupplierReturnViewSet
from .tasks.api import TaskViewSet
from .transfers.api import TransferViewSet
from .transfers.difference_api import ProposalViewSet, TransferDifferenceViewSet
from .unloading.api import UnloadingViewSet

router = ResourceRouter()
router.register("deliveries-to-release", ToReleaseViewSet, "api-to-release")
router.register("shipments", ShipmentViewSet, "api-shipment")
router.register("purchase-orders", PurchaseOrderViewSet, "api-purchase-order")
router.register("lines-to-buy", LineToBuyViewSet, "api-line-to-buy")
router.register("drop-shipments", DropShipmentViewSet, "api-drop-shipment")
router.register("receipts", GoodsReceiptViewSet, "api-receipt")
router.register("receipt-differences", ReceiptDifferenceViewSet, "api-receipt-difference")
router.register("tasks", TaskViewSet, "api-task")
router.register("unloadings", UnloadingViewSet, "api-unloading")
router.register("putaways", PutawayTaskViewSet, "api-putaway")
router.register("stock", SiteStockViewSet, "api-stock")
router.register("stock-balances", StockBalanceViewSet, "api-stock-balance")
router.register("status-changes", StatusChangeViewSet, "api-status-change")
router.register("adjustments", AdjustmentViewSet, "api-adjustment")
router.register("counts", CountTaskViewSet, "api-count")
router.register("supplier-returns", SupplierReturnViewSet, "api-supplier-return")
router.register("transfers", TransferViewSet, "api-transfer")
router.register("transfer-differences", TransferDifferenceViewSet, "api-transfer-difference")
router.register("transfer-proposals", ProposalViewSet, "api-transfer-proposal")
router.register("replenishments", ReplenishmentViewSet, "api-replenishment")
router.register("forecasts", ForecastViewSet, "api-forecast")
router.register("stocking-policies", StockingPolicyViewSet, "api-stocking-policy")
router.register("allocation-policies", AllocationPolicyViewSet, "api-allocation-policy")
router.register("quotas", QuotaViewSet, "api-quota")

urlpatterns = [
    *router.urls,
    path("availability/", AvailabilityView.as_view(), name="api-availability"),
    path("planning-runs/", PlanningRunView.as_view(), name="api-planning-run"),
]
