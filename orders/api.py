"""The app's part of the REST API: the rooms' viewsets, gathered."""

from django.urls import path

from erp.kernel.routes import ResourceRouter

from .blankets.api import BlanketViewSet
from .channels.api import OrderViewSet
from .channels.intake_api import IntakeDocumentViewSet
from .credit.api import CreditAccountViewSet
from .desk.api import OrderPreviewView, PriceCheckView
from .desk.sourcing_api import LineSourcesView, OrderSourcesView
from .entry.why_api import OrderWhyView
from .exceptions.api import OrderExceptionViewSet
from .holds.api import HoldViewSet
from .messages.api import NoticeViewSet
from .orchestration.api import RunLineViewSet, RunViewSet
from .orchestration.rules_api import OrderRuleViewSet
from .partners.api import TradingPartnerViewSet
from .proposals.api import PriceProposalViewSet
from .quotes.api import QuoteViewSet
from .returns.api import ReturnViewSet

router = ResourceRouter()
router.register("orders", OrderViewSet, "api-order")
router.register("intake-documents", IntakeDocumentViewSet, "api-intake-document")
router.register("trading-partners", TradingPartnerViewSet, "api-trading-partner")
router.register("holds", HoldViewSet, "api-hold")
router.register("order-exceptions", OrderExceptionViewSet, "api-order-exception")
router.register("returns", ReturnViewSet, "api-return")
router.register("quotes", QuoteViewSet, "api-quote")
router.register("blanket-orders", BlanketViewSet, "api-blanket-order")
router.register("price-proposals", PriceProposalViewSet, "api-price-proposal")
router.register("order-rules", OrderRuleViewSet, "api-order-rule")
router.register("credit-accounts", CreditAccountViewSet, "api-credit-account")
router.register("customer-notices", NoticeViewSet, "api-customer-notice")
router.register("reallocation-runs", RunViewSet, "api-reallocation-run")
router.register("reallocation-lines", RunLineViewSet, "api-reallocation-line")

urlpatterns = [
    *router.urls,
    path("orders/<str:number>/why/", OrderWhyView.as_view(), name="api-order-why"),
    path("line-sources/", LineSourcesView.as_view(), name="api-line-sources"),
    path("order-sources/", OrderSourcesView.as_view(), name="api-order-sources"),
    path("price-check/", PriceCheckView.as_view(), name="api-price-check"),
    path("order-preview/", OrderPreviewView.as_view(), name="api-order-preview"),
]
