"""The app's part of the REST API: the rooms' viewsets, gathered."""

from django.urls import path

from erp.kernel.routes import ResourceRouter

from .asof.api import StockAsOfView
from .tracing.api import LotViewSet

router = ResourceRouter()
router.register("lots", LotViewSet, "api-lot")
urlpatterns = [*router.urls, path("stock-as-of/", StockAsOfView.as_view(), name="api-stock-as-of")]
