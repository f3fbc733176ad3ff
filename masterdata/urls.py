"""Every page of the app: each room's urls.py, gathered."""

from .items.urls import urlpatterns as items

app_name = "masterdata"
urlpatterns = [*items]
