"""The kernel's pages. Their names stand without a namespace: every template of the shell uses them."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from .pages import account, attachments, audit, home, jobs, outbox, sessions, users

urlpatterns = [
    path("", home.home, name="home"),
    path("jump/", home.jump, name="jump"),
    path("pages/", home.all_pages, name="pages"),
    path("role/", home.choose_role, name="role"),
    path("workplace/", home.choose_place, name="workplace"),
    path("login/", account.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("preferences/", account.preferences, name="preferences"),
    path("preference/", account.preference, name="preference"),
    path("password/", account.PasswordChange.as_view(), name="password_change"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("news/", jobs.news, name="news"),
    path("jobs/", jobs.JobList.as_view(), name="job_list"),
    path("jobs/recent/", jobs.recent, name="job_recent"),
    path("jobs/<uuid:public_id>/", jobs.detail, name="job"),
    path("jobs/<uuid:public_id>/row/", jobs.progress, name="job_row"),
    path("jobs/<uuid:public_id>/cancel/", jobs.cancel, name="job_cancel"),
    path("jobs/<uuid:public_id>/resume/", jobs.resume, name="job_resume"),
    path("jobs/<uuid:public_id>/file/", jobs.artefact, name="job_file"),
    path("attachments/<str:subject>/<int:pk>/", attachments.add, name="attachment_add"),
    path("attachment-files/<int:pk>/", attachments.download, name="attachment"),
    path("attachment-files/<int:pk>/remove/", attachments.remove, name="attachment_remove"),
    path("outbox/", outbox.OutboxList.as_view(), name="outbox_list"),
    path("outbox/<int:pk>/", outbox.outbox_entry, name="outbox_entry"),
    path("audit/", audit.AuditList.as_view(), name="audit_list"),
    path("audit/<int:pk>/", audit.audit_event, name="audit_event"),
    path("users/", users.UserList.as_view(), name="user_list"),
    path("users/<int:pk>/", users.user_page, name="user"),
    path("users/<int:pk>/grants/<int:grant>/revoke/", users.revoke, name="grant_revoke"),
    path("roles/", users.role_matrix, name="role_matrix"),
]
