from django.urls import path

from . import views
from .lists import SupplierReturnList

urlpatterns = [
    path("supplier-returns/", SupplierReturnList.as_view(), name="supplier_return_list"),
    path("supplier-returns/new/", views.choose, name="supplier_return_choose"),
    path("supplier-returns/new/<int:site>/<int:supplier>/", views.new, name="supplier_return_new"),
    path("supplier-returns/<int:pk>/", views.supplier_return, name="supplier_return"),
    path("supplier-returns/<int:pk>/request.pdf", views.request_pdf, name="supplier_return_pdf"),
]
