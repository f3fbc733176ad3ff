from django.urls import path

from . import views

urlpatterns = [
    path("dock/", views.dock, name="dock"),
    path("purchase-orders/<int:pk>/unload/", views.unload, name="unload"),
    path("purchase-orders/<int:pk>/unload/begin/", views.begin, name="unloading_begin"),
    path("unloadings/<int:pk>/", views.unloading, name="unloading"),
    path("unloadings/<int:pk>/scan/", views.scan, name="unloading_scan"),
    path("unloadings/<int:pk>/typed/", views.typed, name="unloading_typed"),
    path("unloadings/<int:pk>/post/", views.post, name="unloading_post"),
    path("unloadings/<int:pk>/give-up/", views.give_up, name="unloading_give_up"),
]
