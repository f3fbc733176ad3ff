"""The app's part of the REST API: the rooms' viewsets, gathered."""

from erp.kernel.routes import ResourceRouter

from .agreements.api import AgreementViewSet, PriceViewSet
from .agreements.assignment_api import AssignmentViewSet
from .agreements.coupon_api import CouponViewSet
from .agreements.rebate_api import RebateViewSet
from .catalogue.api import CatalogueItemViewSet, CatalogueLoadViewSet, PromotionViewSet
from .freight.api import FreightTariffViewSet
from .items.api import ItemViewSet
from .items.component_api import KitComponentViewSet
from .items.setup_api import ItemClassViewSet, UnitViewSet
from .items.substitute_api import SubstituteViewSet
from .parties.api import CustomerViewSet
from .parties.setup_api import CustomerGroupViewSet, PaymentTermsViewSet
from .places.api import HolidayViewSet, SiteViewSet

router = ResourceRouter()
router.register("items", ItemViewSet, "api-item")
router.register("substitutes", SubstituteViewSet, "api-substitute")
router.register("kit-components", KitComponentViewSet, "api-kit-component")
router.register("customers", CustomerViewSet, "api-customer")
router.register("sites", SiteViewSet, "api-site")
router.register("item-classes", ItemClassViewSet, "api-item-class")
router.register("units", UnitViewSet, "api-unit")
router.register("customer-groups", CustomerGroupViewSet, "api-customer-group")
router.register("payment-terms", PaymentTermsViewSet, "api-payment-terms")
router.register("holidays", HolidayViewSet, "api-holiday")
router.register("freight-tariffs", FreightTariffViewSet, "api-freight-tariff")
router.register("prices", PriceViewSet, "api-price")
router.register("agreements", AgreementViewSet, "api-agreement")
router.register("agreement-assignments", AssignmentViewSet, "api-agreement-assignment")
router.register("coupons", CouponViewSet, "api-coupon")
router.register("supplier-rebates", RebateViewSet, "api-supplier-rebate")
router.register("catalogue-items", CatalogueItemViewSet, "api-catalogue-item")
router.register("catalogue-loads", CatalogueLoadViewSet, "api-catalogue-load")
router.register("promotions", PromotionViewSet, "api-promotion")

urlpatterns = router.urls
