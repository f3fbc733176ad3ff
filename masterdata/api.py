"""The app's part of the REST API: the rooms' viewsets, gathered."""

from rest_framework.routers import SimpleRouter

from .agreements.api import AgreementViewSet, AssignmentViewSet, PriceViewSet
from .items.api import ItemViewSet
from .parties.api import CustomerViewSet
from .places.api import SiteViewSet

router = SimpleRouter()
router.register("items", ItemViewSet, "api-item")
router.register("customers", CustomerViewSet, "api-customer")
router.register("sites", SiteViewSet, "api-site")
router.register("prices", PriceViewSet, "api-price")
router.register("agreements", AgreementViewSet, "api-agreement")
router.register("agreement-assignments", AssignmentViewSet, "api-agreement-assignment")

urlpatterns = router.urls
