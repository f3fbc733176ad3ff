"""Addresses of messages to customers."""

from django.urls import path

from . import views
from .lists import DocumentList, MessageList

urlpatterns = [
    path("notices/", MessageList.as_view(), name="message_list"),
    path("notices/documents/", DocumentList.as_view(), name="document_list"),
    path("notices/<int:pk>/", views.message, name="message"),
    path("notices/<int:pk>/send/", views.send, name="message_send"),
    path("notices/<int:pk>/waive/", views.waive, name="message_waive"),
]
