"""Every page of the app: each room's urls.py, gathered."""

from django.urls import URLPattern, URLResolver

from .inbound import urls as inbound
from .outbound import urls as outbound
from .purchasing import urls as purchasing

app_name = "inventory"
urlpatterns: list[URLPattern | URLResolver] = [
    *outbound.urlpatterns,
    *purchasing.urlpatterns,
    *inbound.urlpatterns,
]
