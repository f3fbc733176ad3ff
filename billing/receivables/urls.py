from django.urls import path

from . import views
from .lists import CashList, ReceivableList

urlpatterns = [
    path("receivables/", ReceivableList.as_view(), name="receivable_list"),
    path("customers/<int:pk>/", views.customer_account, name="customer_account"),
    path("cash/", CashList.as_view(), name="cash_list"),
    path("cash/receive/", views.receive, name="cash_receive"),
    path("cash/<int:pk>/", views.receipt, name="receipt"),
    path("cash/<int:pk>/apply/", views.apply, name="cash_apply"),
    path("cash/<int:pk>/applications/<int:application>/reverse/", views.reverse_one, name="cash_reverse"),
]
