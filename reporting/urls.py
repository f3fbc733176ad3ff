"""Every page of the app: each room's urls.py, gathered."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "reporting"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("reporting.dashboards.urls")),
    path("", include("reporting.kpis.urls")),
    path("", include("reporting.proofs.urls")),
    path("", include("reporting.tracing.urls")),
    path("", include("reporting.asof.urls")),
]
