"""Pages of companies, sites and bins."""

from django.urls import path

from . import calendar_views, seller_views, views

urlpatterns = [
    path("companies/", views.CompanyList.as_view(), name="company_list"),
    path("companies/<int:pk>/", views.CompanyRecord.as_view(), name="company"),
    path("companies/<int:pk>/seller/", seller_views.SellerDetailsSet.as_view(), name="seller_details"),
    path("periods/", views.PeriodList.as_view(), name="period_list"),
    path("sites/", views.SiteList.as_view(), name="site_list"),
    path("sites/new/", views.SiteCreate.as_view(), name="site_create"),
    path("sites/<int:pk>/", views.SiteRecord.as_view(), name="site"),
    path("sites/<int:pk>/change/", views.SiteChange.as_view(), name="site_change"),
    path("sites/<int:pk>/zones/new/", views.ZoneCreate.as_view(), name="zone_create"),
    path("sites/<int:pk>/bins/generate/", views.BinsGenerate.as_view(), name="bins_generate"),
    path("bins/", views.BinList.as_view(), name="bin_list"),
    path("bins/<int:pk>/", views.BinRecord.as_view(), name="bin"),
    path("bins/<int:pk>/change/", views.BinChange.as_view(), name="bin_change"),
    path("holidays/", calendar_views.HolidayList.as_view(), name="holiday_list"),
    path("holidays/new/", calendar_views.HolidayAdd.as_view(), name="holiday_create"),
    path("holidays/<int:pk>/", calendar_views.HolidayRecord.as_view(), name="holiday"),
    path("holidays/<int:pk>/change/", calendar_views.HolidayChange.as_view(), name="holiday_change"),
    path("holidays/<int:pk>/remove/", calendar_views.holiday_remove, name="holiday_remove"),
]
