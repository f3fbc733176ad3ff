"""Pages of items."""

from django.urls import path

from . import component_views, setup_views, substitute_views, views

urlpatterns = [
    path("items/", views.ItemList.as_view(), name="item_list"),
    path("items/new/", views.ItemCreate.as_view(), name="item_create"),
    path("items/lookup/", views.lookup, name="item_lookup"),
    path("items/<int:pk>/", views.ItemRecord.as_view(), name="item"),
    path("items/<int:pk>/change/", views.ItemChange.as_view(), name="item_change"),
    path("items/<int:pk>/block/", views.ItemBlock.as_view(), name="item_block"),
    path("items/<int:pk>/units/", views.ItemUnitSet.as_view(), name="item_unit_set"),
    path("items/<int:pk>/units/<str:unit>/remove/", views.unit_remove, name="item_unit_remove"),
    path("items/<int:pk>/numbers/", views.ItemReferenceAdd.as_view(), name="item_reference_add"),
    path(
        "items/<int:pk>/numbers/<int:reference>/remove/", views.reference_remove, name="item_reference_remove"
    ),
    path("item-classes/", setup_views.ItemClassList.as_view(), name="item_class_list"),
    path("item-classes/new/", setup_views.ItemClassCreate.as_view(), name="item_class_create"),
    path("item-classes/<int:pk>/", setup_views.ItemClassRecord.as_view(), name="item_class"),
    path("item-classes/<int:pk>/change/", setup_views.ItemClassChange.as_view(), name="item_class_change"),
    path("units/", setup_views.UnitList.as_view(), name="unit_list"),
    path("units/new/", setup_views.UnitCreate.as_view(), name="unit_create"),
    path("units/<str:pk>/", setup_views.UnitRecord.as_view(), name="unit"),
    path("units/<str:pk>/change/", setup_views.UnitChange.as_view(), name="unit_change"),
    path("substitutes/", substitute_views.SubstituteList.as_view(), name="substitute_list"),
    path("substitutes/new/", substitute_views.SubstituteCreate.as_view(), name="substitute_create"),
    path("substitutes/<int:pk>/", substitute_views.SubstituteRecord.as_view(), name="substitute"),
    path(
        "substitutes/<int:pk>/change/", substitute_views.SubstituteChange.as_view(), name="substitute_change"
    ),
    path("substitutes/<int:pk>/end/", substitute_views.SubstituteEnd.as_view(), name="substitute_end"),
    path("kit-components/", component_views.ComponentList.as_view(), name="kit_component_list"),
    path("kit-components/new/", component_views.ComponentAdd.as_view(), name="kit_component_add"),
    path("kit-components/<int:pk>/", component_views.ComponentRecord.as_view(), name="kit_component"),
    path(
        "kit-components/<int:pk>/change/",
        component_views.ComponentChange.as_view(),
        name="kit_component_change",
    ),
    path("kit-components/<int:pk>/end/", component_views.ComponentEnd.as_view(), name="kit_component_end"),
]
