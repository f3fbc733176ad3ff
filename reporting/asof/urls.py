from django.urls import path

from . import views

urlpatterns = [
    path("stock-as-of/", views.stock, name="stock_as_of"),
    path("stock-as-of/file/", views.start, name="stock_as_of_file"),
]
