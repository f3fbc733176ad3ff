"""Every page of the app: each room's urls.py, gathered."""

from django.urls import URLPattern, URLResolver

from .exceptions import urls as exceptions

app_name = "billing"
urlpatterns: list[URLPattern | URLResolver] = [*exceptions.urlpatterns]
