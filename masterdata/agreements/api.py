"""Prices for programs."""

import django_filters
from django.db.models import Q, QuerySet
from rest_framework import serializers, viewsets

from erp.kernel.api import has_perm

from .models import Price
from .permissions import VIEW_PRICE
from .queries import price_list


class PriceOut(serializers.ModelSerializer[Price]):
    scope = serializers.CharField(source="scope.code")
    currency = serializers.CharField(source="scope.currency")
    item = serializers.CharField(source="item.code", default=None)
    item_class = serializers.CharField(source="item_class.code", default=None)
    unit = serializers.CharField(source="unit_id", allow_null=True)

    class Meta:
        model = Price
        fields = [
            "id", "scope", "currency", "item", "item_class", "method", "value", "unit", "min_quantity", "valid_from",
            "valid_to",
        ]  # fmt: skip


class PriceFilter(django_filters.FilterSet):
    """`on` leaves the prices that hold on a day."""

    scope = django_filters.CharFilter(field_name="scope__code")
    item = django_filters.CharFilter(field_name="item__code")
    on = django_filters.DateFilter(method="holding_on")

    def holding_on(self, rows: QuerySet[Price], name: str, value: object) -> QuerySet[Price]:
        return rows.filter(Q(valid_to=None) | Q(valid_to__gt=value), valid_from__lte=value)


class PriceViewSet(viewsets.ReadOnlyModelViewSet[Price]):
    permission_classes = [has_perm(VIEW_PRICE)]
    serializer_class = PriceOut
    filterset_class = PriceFilter

    def get_queryset(self) -> QuerySet[Price]:
        return price_list(user=self.request.user)
