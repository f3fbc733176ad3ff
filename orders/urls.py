"""Every page of the app: each room's urls.py, gathered."""

from django.urls import URLPattern, URLResolver

from .channels import urls as channels
from .desk import urls as desk
from .entry import urls as entry
from .holds import urls as holds
from .proposals import urls as proposals

app_name = "orders"
urlpatterns: list[URLPattern | URLResolver] = [
    *channels.urlpatterns,
    *desk.urlpatterns,
    *holds.urlpatterns,
    *proposals.urlpatterns,
    *entry.urlpatterns,
]
