"""Stock for programs."""

import django_filters
from django.db.models import QuerySet
from rest_framework import mixins, serializers, viewsets
from rest_framework.permissions import BasePermission

from erp.kernel.api import has_perm
from erp.kernel.flat import FlatListMixin
from inventory.stock.models import SiteStock
from inventory.stock.permissions import VIEW_STOCK
from inventory.stock.queries import stock_on_hand


class SiteStockOut(serializers.ModelSerializer[SiteStock]):
    item = serializers.CharField(source="item.code")
    site = serializers.CharField(source="site.code")
    unit = serializers.CharField(source="item.stock_unit_id")
    free = serializers.DecimalField(
        max_digits=18, decimal_places=6, help_text="Available and promised to nobody."
    )

    class Meta:
        model = SiteStock
        fields = ["id", "item", "site", "unit", "on_hand", "available", "reserved", "free"]


class SiteStockFilter(django_filters.FilterSet):
    item = django_filters.CharFilter(field_name="item__code")
    site = django_filters.CharFilter(field_name="site__code")


class SiteStockViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[SiteStock]):
    """What each site holds, may promise and has promised, in the item's stock unit."""

    serializer_class = SiteStockOut
    filterset_class = SiteStockFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(VIEW_STOCK)()]

    def get_queryset(self) -> QuerySet[SiteStock]:
        return stock_on_hand(user=self.request.user)
