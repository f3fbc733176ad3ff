"""The app's part of the REST API: the rooms' viewsets, gathered."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from .blankets.api import BlanketViewSet
from .channels.api import OrderViewSet
from .channels.intake_api import IntakeDocumentViewSet
from .credit.api import CreditAccountViewSet
from .desk.api import OrderPreviewView, PriceCheckView
from .exceptions.api import OrderExceptionViewSet
from .holds.api import HoldViewSet
from .orchestration.api import OrderRuleViewSet
from .partners.api import TradingPartnerViewSet
from .quotes.api import QuoteViewSet
from .returns.api import ReturnViewSet

router = SimpleRouter()
router.register("orders", OrderViewSet, "api-order")
router.register("intake-documents", IntakeDocumentViewSet, "api-intake-document")
router.register("trading-partners", TradingPartnerViewSet, "api-trading-partner")
router.register("holds", HoldViewSet, "api-hold")
router.register("order-exceptions", OrderExceptionViewSet, "api-order-exception")
router.register("returns", ReturnViewSet, "api-return")
router.register("quotes", QuoteViewSet, "api-quote")
router.register("blanket-orders", BlanketViewSet, "api-blanket-order")
router.register("order-rules", OrderRuleViewSet, "api-order-rule")
router.register("credit-accounts", CreditAccountViewSet, "api-credit-account")

urlpatterns = [
    *router.urls,
    path("price-check/", PriceCheckView.as_view(), name="api-price-check"),
    path("order-preview/", OrderPreviewView.as_view(), name="api-order-preview"),
]
