from django.urls import path

from . import views
from .lists import AdjustmentList, BalanceList, CauseList, ChangeList

urlpatterns = [
    path("balances/", BalanceList.as_view(), name="balance_list"),
    path("balances/<int:pk>/", views.balance, name="balance"),
    path("statuses/", views.matrix, name="status_matrix"),
    path("status-changes/", ChangeList.as_view(), name="status_change_list"),
    path("status-changes/<int:pk>/", views.status_change, name="status_change"),
    path("status-changes/<int:pk>/undo/", views.status_change_undo, name="status_change_undo"),
    path("adjustments/", AdjustmentList.as_view(), name="adjustment_list"),
    path("adjustments/new/", views.adjust, name="adjust"),
    path("adjustments/causes/", CauseList.as_view(), name="adjustment_causes"),
]
