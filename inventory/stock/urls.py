from django.urls import path

from . import views
from .lists import StockList

urlpatterns = [
    path("stock/", StockList.as_view(), name="stock_list"),
    path("stock/<int:pk>/", views.stock, name="stock"),
]
