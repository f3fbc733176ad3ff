"""The kernel's pages. Their names stand without a namespace: every template of the shell uses them."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from .pages import account, home, jobs, sessions

urlpatterns = [
    path("", home.home, name="home"),
    path("jump/", home.jump, name="jump"),
    path("role/", home.choose_role, name="role"),
    path("login/", account.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("preferences/", account.preferences, name="preferences"),
    path("preference/", account.preference, name="preference"),
    path("password/", account.PasswordChange.as_view(), name="password_change"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("news/", jobs.news, name="news"),
    path("jobs/", jobs.recent, name="job_list"),
    path("jobs/recent/", jobs.recent, name="job_recent"),
    path("jobs/<uuid:public_id>/", jobs.progress, name="job"),
    path("jobs/<uuid:public_id>/cancel/", jobs.cancel, name="job_cancel"),
    path("jobs/<uuid:public_id>/file/", jobs.artefact, name="job_file"),
]
