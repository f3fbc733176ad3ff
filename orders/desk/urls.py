"""Addresses of the order desk."""

from django.urls import path, re_path

from . import item_views, price_views, shortage_views, source_views, views
from .lists import DraftList

urlpatterns = [
    re_path(
        r"^(?P<number>[A-Z]+-\d+)/shortages/(?P<line>\d+)/$",
        shortage_views.substitute,
        name="order_substitute",
    ),
    path("drafts/", DraftList.as_view(), name="draft_list"),
    path("price-check/", price_views.price_check, name="price_check"),
    path("new/", views.desk_new, name="order_new"),
    re_path(r"^(?P<number>[A-Z]+-\d+)/copy/$", views.copy, name="order_copy"),
    path("new/customers/", views.customers, name="customer_lookup"),
    path("drafts/<uuid:public_id>/", views.desk, name="draft"),
    path("drafts/<uuid:public_id>/header/", views.save_header, name="draft_header"),
    path("drafts/<uuid:public_id>/lines/<int:number>/", views.save_line, name="draft_line"),
    path(
        "drafts/<uuid:public_id>/lines/<int:number>/substitute/",
        views.take_substitute,
        name="draft_substitute",
    ),
    path(
        "drafts/<uuid:public_id>/lines/<int:number>/catalogue/",
        item_views.take_catalogue_row,
        name="draft_catalogue",
    ),
    path("drafts/<uuid:public_id>/paste/", views.paste_lines, name="draft_paste"),
    path("drafts/<uuid:public_id>/items/", item_views.items, name="draft_items"),
    path("drafts/<uuid:public_id>/inspect/<int:number>/", views.inspect, name="draft_inspect"),
    path("drafts/<uuid:public_id>/sources/", source_views.draft_sources, name="draft_sources"),
    path("drafts/<uuid:public_id>/submit/", views.submit, name="draft_submit"),
    path("drafts/<uuid:public_id>/discard/", views.discard, name="draft_discard"),
    path("drafts/<uuid:public_id>/restore/", views.restore, name="draft_restore"),
]
