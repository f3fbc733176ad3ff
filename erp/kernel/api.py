"""API base."""

from rest_framework.authentication import TokenAuthentication as TokenAuthentication
from rest_framework.pagination import CursorPagination
from rest_framework.views import exception_handler as problem_response  # noqa: F401


class KeysetPagination(CursorPagination):
    page_size = 50
    ordering = "-pk"
