from django.urls import path

from . import need_views, views
from .candidate_lists import CandidateList
from .lists import PurchaseOrderList
from .need_lists import NeedList

urlpatterns = [
    path("stock-candidates/", CandidateList.as_view(), name="stock_candidate_list"),
    path("to-buy/", NeedList.as_view(), name="to_buy_list"),
    path("to-buy/<int:pk>/", need_views.to_buy, name="to_buy"),
    path("purchase-orders/", PurchaseOrderList.as_view(), name="purchase_order_list"),
    path("purchase-orders/new/", views.new, name="purchase_order_new"),
    path("purchase-orders/<int:pk>/", views.purchase_order, name="purchase_order"),
    path("purchase-orders/<int:pk>/lines/<int:line>/cancel/", views.cancel_line, name="purchase_line_cancel"),
]
