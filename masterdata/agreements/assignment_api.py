"""Who gets which prices, for programs: read, change the days, end."""

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.shapes import BusinessDateField, CodeField, StrictSerializer, body_of

from .actions.end_price_scope import end_price_scope
from .actions.redate_price_scope import redate_price_scope
from .models import CustomerPriceScope
from .permissions import SET_PRICE, VIEW_PRICE
from .queries import holders_of


class AssignmentOut(serializers.ModelSerializer[CustomerPriceScope]):
    scope = serializers.CharField(source="scope.code")
    customer = serializers.CharField(source="customer.party.code", default=None)
    group = serializers.CharField(source="group.code", default=None)
    ship_to = serializers.CharField(source="ship_to.code", default=None)

    class Meta:
        model = CustomerPriceScope
        fields = ["id", "scope", "customer", "group", "ship_to", "job", "valid_from", "valid_to", "version"]


class DatesIn(StrictSerializer):
    """From `valid_from` until before `valid_to`; left out: without an end. What has begun keeps its first day."""

    version = serializers.IntegerField(min_value=1)
    valid_from = BusinessDateField()
    valid_to = BusinessDateField(required=False, allow_null=True)
    reason = CodeField(max_length=200, default="", allow_blank=True)


class EndAssignmentIn(StrictSerializer):
    """`on`: the first day without it."""

    on = BusinessDateField()
    reason = CodeField(max_length=200, default="", allow_blank=True)


class AssignmentFilter(django_filters.FilterSet):
    scope = django_filters.CharFilter(field_name="scope__code")
    customer = django_filters.CharFilter(field_name="customer__party__code")


class AssignmentViewSet(viewsets.ReadOnlyModelViewSet[CustomerPriceScope]):
    """Who gets which prices, and when."""

    serializer_class = AssignmentOut
    filterset_class = AssignmentFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(SET_PRICE if self.action in ("dates", "end") else VIEW_PRICE)()]

    def get_queryset(self) -> QuerySet[CustomerPriceScope]:
        return holders_of(user=self.request.user)

    @extend_schema(request=DatesIn, responses=AssignmentOut)
    @action(detail=True, methods=["post"])
    def dates(self, request: Request, pk: str) -> Response:
        """Let it hold on other days."""
        given = body_of(request, DatesIn)
        by = By(Actor.of(request.user), key=key_of(request), reason=given.pop("reason"))
        redate_price_scope(by, assignment_id=self.get_object().pk, **given)
        return Response(AssignmentOut(self.get_object()).data)

    @extend_schema(request=EndAssignmentIn, responses={204: None})
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Let it end; one that had not begun goes."""
        given = body_of(request, EndAssignmentIn)
        by = By(Actor.of(request.user), key=key_of(request), reason=given["reason"])
        end_price_scope(by, assignment_id=self.get_object().pk, on=given["on"])
        return Response(status=status.HTTP_204_NO_CONTENT)
