"""Addresses of intake."""

from django.urls import path

from . import document_views, views
from .keyed import KeyedList, keyed
from .lists import ParkedList
from .queue import DocumentList, MessageList

urlpatterns = [
    path("intake/", views.upload, name="intake_upload"),
    path("intake/template.<str:kind>", views.template, name="intake_template"),
    path("intake/documents/", DocumentList.as_view(), name="intake_list"),
    path("intake/documents/<int:pk>/", document_views.document, name="intake_document"),
    path("intake/documents/<int:pk>/raw/", document_views.raw, name="intake_raw"),
    path("intake/documents/<int:pk>/again/", document_views.again, name="intake_again"),
    path("intake/documents/<int:pk>/drop/", document_views.drop, name="intake_drop"),
    path("intake/documents/<int:pk>/owner/", document_views.owner, name="intake_owner"),
    path("intake/desk/", KeyedList.as_view(), name="intake_desk_list"),
    path("intake/desk/<uuid:public_id>/", keyed, name="intake_keyed"),
    path("intake/messages/", MessageList.as_view(), name="outbound_message_list"),
    path("intake/messages/<int:pk>/", document_views.message, name="outbound_message"),
    path("intake/messages/<int:pk>/file/", document_views.message_file, name="outbound_message_file"),
    path("intake/parked/", ParkedList.as_view(), name="parked_list"),
    path("intake/parked/<int:pk>/", views.parked_line, name="parked_line"),
    path("intake/parked/<int:pk>/drop/", views.drop, name="parked_drop"),
]
