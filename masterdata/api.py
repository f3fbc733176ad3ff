"""The app's part of the REST API: the rooms' viewsets, gathered."""

from rest_framework.routers import SimpleRouter

from .agreements.api import PriceViewSet
from .items.api import ItemViewSet
from .parties.api import CustomerViewSet
from .places.api import SiteViewSet

router = SimpleRouter()
router.register("items", ItemViewSet, "api-item")
router.register("customers", CustomerViewSet, "api-customer")
router.register("sites", SiteViewSet, "api-site")
router.register("prices", PriceViewSet, "api-price")

urlpatterns = router.urls
