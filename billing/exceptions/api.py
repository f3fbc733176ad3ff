"""Invoice exceptions for programs: read, accept, correct, assign."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from billing.exceptions.actions.accept_exceptions import accept_exceptions
from billing.exceptions.actions.assign_exceptions import assign_exceptions
from billing.exceptions.actions.correct_exceptions import LinePrice, correct_exceptions
from billing.exceptions.models import InvoiceException
from billing.exceptions.permissions import (
    ACCEPT_EXCEPTION,
    ASSIGN_EXCEPTION,
    CORRECT_EXCEPTION,
    VIEW_EXCEPTION,
)
from billing.exceptions.queries import exception_list
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.flat import FlatListMixin
from erp.kernel.models import User
from erp.kernel.shapes import CodeField, MoneyField, StrictSerializer, body_of


class ExceptionOut(serializers.ModelSerializer[InvoiceException]):
    shipment = serializers.CharField(source="shipment.number")
    order = serializers.CharField(source="order.number")
    customer = serializers.CharField(source="order.customer.party.code")
    owner = serializers.CharField(source="owner.username", default=None)

    class Meta:
        model = InvoiceException
        fields = [
            "id", "shipment", "order", "customer", "kind", "detail", "amount", "variance", "currency", "owner",
            "opened_at", "due_on", "resolved_at", "resolved_by", "resolution", "reason", "version",
        ]  # fmt: skip


class ResolvedOut(serializers.Serializer[Any]):
    exception_ids = serializers.ListField(child=serializers.IntegerField())
    invoice_ids = serializers.ListField(child=serializers.IntegerField())
    stopped = serializers.ListField(child=serializers.IntegerField(), help_text="Shipments that still wait.")


class AcceptIn(StrictSerializer):
    reason = CodeField(max_length=200)


class LinePriceIn(StrictSerializer):
    order_line = serializers.IntegerField(min_value=1)
    unit_price = MoneyField()


class CorrectIn(StrictSerializer):
    reason = CodeField(max_length=200, default="", allow_blank=True)
    prices = LinePriceIn(many=True, required=False)
    customer_po = CodeField(default="", allow_blank=True)
    tax_code = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    delivered_on = serializers.DateField(required=False, allow_null=True)
    delivered_to = CodeField(max_length=80, default="", allow_blank=True)


class AssignIn(StrictSerializer):
    owner = serializers.SlugRelatedField(
        slug_field="username", queryset=User.objects.filter(is_active=True), allow_null=True
    )


class ExceptionFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=InvoiceException.Kind.choices)
    owner = django_filters.CharFilter(field_name="owner__username")
    shipment = django_filters.CharFilter(field_name="shipment__number")
    open = django_filters.BooleanFilter(field_name="resolved_at", lookup_expr="isnull")


class ExceptionViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[InvoiceException]):
    serializer_class = ExceptionOut
    filterset_class = ExceptionFilter
    RIGHTS = {"accept": ACCEPT_EXCEPTION, "correct": CORRECT_EXCEPTION, "assign": ASSIGN_EXCEPTION}

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.RIGHTS.get(self.action, VIEW_EXCEPTION))()]

    def get_queryset(self) -> QuerySet[InvoiceException]:
        return exception_list(user=self.request.user)

    @extend_schema(request=AcceptIn, responses={200: ResolvedOut})
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Bill as it is; never by whoever submitted the order."""
        given = body_of(self.request, AcceptIn)
        result = accept_exceptions(self._by(), exception_ids=[self.get_object().pk], reason=given["reason"])
        return Response(ResolvedOut(result).data)

    @extend_schema(request=CorrectIn, responses={200: ResolvedOut})
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, pk: str) -> Response:
        """Take the new price, set prices, enter the PO, choose the tax code or record the delivery; then the rules
        run again."""
        given = body_of(self.request, CorrectIn)
        result = correct_exceptions(
            self._by(),
            exception_ids=[self.get_object().pk],
            reason=given["reason"],
            prices=[LinePrice(row["order_line"], row["unit_price"]) for row in given.get("prices", ())],
            customer_po=given["customer_po"],
            tax_code_id=given.get("tax_code"),
            delivered_on=given.get("delivered_on"),
            delivered_to=given["delivered_to"],
        )
        return Response(ResolvedOut(result).data)

    @extend_schema(request=AssignIn, responses={200: ExceptionOut})
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give it to a user who may resolve it, or to nobody."""
        owner = body_of(self.request, AssignIn)["owner"]
        assign_exceptions(self._by(), exception_ids=[self.get_object().pk], owner_id=owner and owner.pk)
        return Response(ExceptionOut(self.get_object()).data)

    def _by(self) -> By:
        return By(Actor.of(self.request.user), key=key_of(self.request))
