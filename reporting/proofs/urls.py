from django.urls import path

from . import views

urlpatterns = [
    path("proofs/", views.proof_list, name="proofs"),
    path("proofs/run/", views.run_now, name="proofs_run"),
]
