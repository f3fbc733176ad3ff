"""Pages of credit limits."""

from django.urls import path

from . import views

urlpatterns = [
    path("credit-accounts/", views.AccountList.as_view(), name="credit_account_list"),
    path("credit-accounts/<int:pk>/", views.AccountRecord.as_view(), name="credit_account"),
    path("customers/<int:pk>/credit-limit/", views.CustomerLimit.as_view(), name="credit_limit"),
    path(
        "customer-groups/<int:pk>/credit-limit/<int:company>/", views.GroupLimit.as_view(), name="group_limit"
    ),
]
