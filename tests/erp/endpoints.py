"""Addresses that exist in tests only: each fails, asks or answers in one particular way."""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from erp.kernel.api import KeysetPagination, has_perm, key_of, throttle
from erp.kernel.errors import Busy, DomainError
from erp.kernel.models import User
from erp.kernel.shapes import (
    BusinessDateField,
    CodeField,
    MoneyField,
    NoteField,
    QuantityField,
    StrictSerializer,
    body_of,
)


class Short(DomainError):
    code = "tests.short"
    message = "Item {item} is short by {missing}."


class LineIn(StrictSerializer):
    item = CodeField()
    quantity = QuantityField()
    price = MoneyField(required=False)


class OrderIn(StrictSerializer):
    reference = CodeField()
    wanted_on = BusinessDateField(required=False)
    note = NoteField()
    lines = LineIn(many=True, allow_empty=False)


class UserOut(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "username"]


class Open(APIView):
    permission_classes = [AllowAny]


class Orders(Open):
    def post(self, request: Request) -> Response:
        given = body_of(request, OrderIn)
        return Response({"key": key_of(request), "order": OrderIn(given).data}, status=201)


class Users(Open):
    def get(self, request: Request) -> Response:
        pages = KeysetPagination()
        page = pages.paginate_queryset(User.objects.all(), request, self)
        return pages.get_paginated_response(UserOut(page, many=True).data)


class Failing(Open):
    def get(self, request: Request, how: str) -> Response:
        return Response(fail(how))


class Guarded(APIView):
    permission_classes = [has_perm("kernel.administer")]

    def get(self, request: Request) -> Response:
        return Response({"user": request.user.username})


class Rare(Open):
    throttle_classes = [throttle("export")]

    def get(self, request: Request) -> Response:
        return Response({})


def fail(how: str) -> str:
    """Raise what `how` names; a SQL statement fails in the database."""
    raised = {
        "short": Short(item="A-1", missing=Decimal("2.50")),
        "busy": Busy(),
        "missing": Http404(),
        "forbidden": PermissionDenied(),
        "deep": RecursionError(),
        "defect": ZeroDivisionError("secret detail"),
    }
    if how in raised:
        raise raised[how]
    statements = {
        "state-55P03": "DO $$ BEGIN RAISE SQLSTATE '55P03'; END $$",
        "state-57014": "DO $$ BEGIN RAISE SQLSTATE '57014'; END $$",
        "state-53100": "DO $$ BEGIN RAISE SQLSTATE '53100'; END $$",
        "range": "SELECT 99999999999999::int",
        "unique": "INSERT INTO kernel_numberseries (scope, code, prefix, next_number)"
        " SELECT 'twice', 'i', '', 1 FROM generate_series(1, 2)",
        "killed": "SELECT pg_terminate_backend(pg_backend_pid())",
    }
    with connection.cursor() as cursor:
        cursor.execute(statements.get(how, "SELECT 1"))
    return how


def page(request: HttpRequest, how: str) -> HttpResponse:
    return HttpResponse(fail(how))


def whoami(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.get_username() or "nobody")


def slow_page(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT 2")
    return HttpResponse("two")


urlpatterns = [
    path("api/orders", Orders.as_view()),
    path("api/users", Users.as_view()),
    path("api/guarded", Guarded.as_view()),
    path("api/rare", Rare.as_view()),
    path("api/fail/<str:how>", Failing.as_view()),
    path("fail/<str:how>", page),
    path("whoami", whoami),
    path("two", slow_page),
]
