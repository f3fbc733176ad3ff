"""Every address of the house: programs' first, then the kernel's pages and the apps' from the ground floor up."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from erp.kernel import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("api/v1/", include("masterdata.api")),
    path("api/v1/", include("inventory.api")),
    path("api/v1/", include("orders.api")),
    path("api/v1/", include("billing.api")),
    path("api/v1/", include("reporting.api")),
    path("", include("erp.kernel.urls")),
    path("masterdata/", include("masterdata.urls")),
    path("inventory/", include("inventory.urls")),
    path("orders/", include("orders.urls")),
    path("billing/", include("billing.urls")),
    path("reporting/", include("reporting.urls")),
    path("admin/", admin.site.urls),
]

handler403 = "erp.kernel.web.forbidden"
handler404 = "erp.kernel.web.not_found"
handler500 = "erp.kernel.web.failed"
