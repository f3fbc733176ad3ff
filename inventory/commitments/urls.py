from django.urls import path

from . import views
from .allocation_lists import AllocationList, QuotaList
from .lists import BackorderList

urlpatterns = [
    path("backorders/", BackorderList.as_view(), name="backorder_list"),
    path("allocation/", AllocationList.as_view(), name="allocation_list"),
    path("allocation/new/", views.AllocationPolicyPage.as_view(), name="allocation_new"),
    path("quotas/", QuotaList.as_view(), name="quota_list"),
    path("quotas/new/", views.QuotaPage.as_view(), name="quota_new"),
]
