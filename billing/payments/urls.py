from django.urls import path, re_path

from . import views
from .lists import BankDetailsList, PaymentList, PaymentRunList

urlpatterns = [
    path("payment-runs/", PaymentRunList.as_view(), name="payment_run_list"),
    path("payment-runs/new/", views.new, name="payment_run_new"),
    path("payment-runs/<int:pk>/", views.run, name="payment_run"),
    path("payment-runs/<int:pk>/file/", views.file, name="payment_file"),
    re_path(
        r"^payment-runs/(?P<pk>\d+)/(?P<verb>edit|approve|cancel)/$", views.decide, name="payment_run_decide"
    ),
    path("payments/", PaymentList.as_view(), name="payment_list"),
    path("payments/<int:pk>/reverse/", views.take_back, name="payment_reverse"),
    path("bank-details/", BankDetailsList.as_view(), name="bank_details_list"),
    path("bank-details/new/", views.details_new, name="bank_details_new"),
]
