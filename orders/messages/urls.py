"""Addresses of messages to customers."""

from django.urls import path

from .lists import MessageList

urlpatterns = [path("notices/", MessageList.as_view(), name="message_list")]
