"""Pages of prices."""

from django.urls import path

from . import coupon_views, rebate_views, views

urlpatterns = [
    path("prices/", views.PriceList.as_view(), name="price_list"),
    path("price-lists/", views.PriceScopeList.as_view(), name="price_scope_list"),
    path("price-lists/new/", views.PriceScopeCreate.as_view(), name="price_scope_create"),
    path("price-lists/<int:pk>/", views.PriceScopeRecord.as_view(), name="price_scope"),
    path("price-lists/<int:pk>/set/", views.PriceSetPage.as_view(), name="price_set"),
    path("price-lists/<int:pk>/groups/", views.PriceAssignGroup.as_view(), name="price_assign_group"),
    path("price-lists/<int:pk>/allowance/", views.AllowancePage.as_view(), name="price_allowance"),
    path("price-lists/<int:pk>/coupons/", coupon_views.CouponIssue.as_view(), name="coupon_issue"),
    path("coupons/", coupon_views.CouponList.as_view(), name="coupon_list"),
    path("coupons/<int:pk>/change/", coupon_views.CouponChange.as_view(), name="coupon_change"),
    path("price-assignments/<int:pk>/dates/", views.PriceAssignRedate.as_view(), name="price_assign_redate"),
    path("price-assignments/<int:pk>/end/", views.PriceAssignEnd.as_view(), name="price_assign_end"),
    path("supplier-rebates/", rebate_views.RebateList.as_view(), name="rebate_list"),
    path("supplier-rebates/new/", rebate_views.RebateSetPage.as_view(), name="rebate_set"),
    path("supplier-rebates/<int:pk>/end/", rebate_views.RebateEndPage.as_view(), name="rebate_end"),
    path("customer-hierarchy/", views.GroupParentPage.as_view(), name="customer_hierarchy"),
    path("customers/<int:pk>/prices/", views.PriceAssign.as_view(), name="price_assign"),
]
