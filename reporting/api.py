"""The app's part of the REST API: the rooms' viewsets, gathered."""

from erp.kernel.routes import ResourceRouter

from .tracing.api import LotViewSet

router = ResourceRouter()
router.register("lots", LotViewSet, "api-lot")
urlpatterns = router.urls
