from django.urls import path

from . import views
from .lists import LetterList, LevelList, StopList

urlpatterns = [
    path("dunning/", LetterList.as_view(), name="dunning_letter_list"),
    path("dunning/run/", views.run, name="dunning_run"),
    path("dunning/<int:pk>/", views.letter, name="dunning_letter"),
    path("dunning/<int:pk>/pdf/", views.pdf, name="dunning_letter_pdf"),
    path("dunning-levels/", LevelList.as_view(), name="dunning_level_list"),
    path("dunning-levels/new/", views.new_level, name="dunning_level_create"),
    path("dunning-levels/<int:pk>/", views.level, name="dunning_level"),
    path("dunning-levels/<int:pk>/text/", views.text, name="dunning_text"),
    path("dunning-stops/", StopList.as_view(), name="dunning_stop_list"),
    path("collections/<int:pk>/stop/", views.stop_payer, name="dunning_stop_payer"),
    path("open-items/<int:pk>/stop/", views.stop_item, name="dunning_stop_item"),
]
