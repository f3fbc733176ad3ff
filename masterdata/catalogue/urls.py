"""Pages of suppliers' catalogues."""

from django.urls import path

from . import views

urlpatterns = [
    path("catalogue/", views.CatalogueList.as_view(), name="catalogue_list"),
    path("catalogue/load/", views.load, name="catalogue_load"),
    path("catalogue/template.csv", views.template, name="catalogue_template"),
    path("catalogue/<int:pk>/", views.CatalogueRecord.as_view(), name="catalogue"),
    path("catalogue/<int:pk>/set-up/", views.SetUp.as_view(), name="catalogue_set_up"),
    path("promotions/", views.PromotionList.as_view(), name="promotion_list"),
]
