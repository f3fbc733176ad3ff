from django.urls import path

from . import views
from .lists import AgeingList, PromiseList, Worklist

urlpatterns = [
    path("ageing/", AgeingList.as_view(), name="ageing_list"),
    path("collections/", Worklist.as_view(), name="collection_list"),
    path("collections/<int:pk>/", views.collection, name="collection"),
    path("collections/<int:pk>/note/", views.note, name="collection_note"),
    path("collections/<int:pk>/promise/", views.promise, name="collection_promise"),
    path("collections/<int:pk>/assign/", views.assign, name="collection_assign"),
    path("collections/<int:pk>/promises/<int:promise>/end/", views.withdraw, name="promise_end"),
    path("payment-promises/", PromiseList.as_view(), name="promise_list"),
]
