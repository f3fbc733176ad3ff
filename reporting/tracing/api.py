"""Lots for programs: which there are, and one followed both ways."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.api import has_perm
from erp.kernel.flat import FlatListMixin
from inventory.models import Lot, StockBalance
from reporting.tracing.permissions import TRACE_LOTS
from reporting.tracing.queries import lot_list, trace

QUANTITY: dict[str, Any] = {"max_digits": 18, "decimal_places": 6}


class LotOut(serializers.ModelSerializer[Lot]):
    item = serializers.CharField(source="item.code")
    unit = serializers.CharField(source="item.stock_unit_id")
    on_hand = serializers.DecimalField(**QUANTITY, help_text="At the sites that the caller sees.")

    class Meta:
        model = Lot
        fields = ["id", "code", "item", "unit", "on_hand", "expires_on", "received_at"]


class ArrivalOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    how = serializers.CharField(help_text="receipt, drop or opening.")
    number = serializers.CharField()
    site = serializers.CharField()
    supplier = serializers.CharField(allow_null=True)
    purchase_order = serializers.CharField(allow_null=True)
    delivery_note = serializers.CharField()
    quantity = serializers.DecimalField(**QUANTITY)


class LotPlaceOut(serializers.ModelSerializer[StockBalance]):
    site = serializers.CharField(source="site.code")
    bin = serializers.CharField(source="bin.code")

    class Meta:
        model = StockBalance
        fields = ["site", "bin", "status", "quantity", "allocated"]


class DepartureOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    number = serializers.CharField()
    document = serializers.CharField()
    customer = serializers.CharField(source="customer_code")
    site = serializers.CharField()
    quantity = serializers.DecimalField(**QUANTITY)
    delivered_on = serializers.DateField(allow_null=True)


class ContactOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    country = serializers.CharField()
    shipments = serializers.IntegerField()
    last_at = serializers.DateTimeField()
    sent = serializers.DecimalField(**QUANTITY)
    returned = serializers.DecimalField(**QUANTITY)
    kept = serializers.DecimalField(**QUANTITY)


class TraceOut(serializers.Serializer[Any]):
    lot = LotOut()
    arrivals = ArrivalOut(many=True)
    places = LotPlaceOut(many=True)
    departures = DepartureOut(many=True, help_text="The newest 200.")
    shipments = serializers.IntegerField(help_text="How many there are.")
    contacts = ContactOut(many=True)


class LotFilter(django_filters.FilterSet):
    code = django_filters.CharFilter()
    item = django_filters.CharFilter(field_name="item__code")


class LotViewSet(FlatListMixin, viewsets.GenericViewSet[Lot]):
    """Lots that the caller's sites hold or have held."""

    serializer_class = LotOut
    filterset_class = LotFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(TRACE_LOTS)()]

    def get_queryset(self) -> QuerySet[Lot]:
        return lot_list(user=self.request.user)

    @extend_schema(responses=TraceOut)
    @action(detail=True, methods=["get"], url_path="trace", url_name="trace")
    def both_ways(self, request: Request, pk: str) -> Response:
        """Where it came from, where it lies, where it went, and whom a recall would call."""
        return Response(TraceOut(trace(self.get_object(), user=request.user)).data)
