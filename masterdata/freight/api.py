"""Freight tariffs for programs: read them, set their rates."""

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.shapes import CodeField, MoneyField, StrictSerializer, body_of

from .actions.set_rate import set_rate
from .models import FreightRate, FreightTariff
from .permissions import CHANGE_FREIGHT, VIEW_FREIGHT
from .queries import tariff_list


class RateOut(serializers.ModelSerializer[FreightRate]):
    class Meta:
        model = FreightRate
        fields = ["id", "country", "postal_prefix", "from_amount", "charge", "per_unit"]


class FreightTariffOut(serializers.ModelSerializer[FreightTariff]):
    company = serializers.CharField(source="company.code")
    item = serializers.CharField(source="item.code")
    rates = RateOut(many=True)

    class Meta:
        model = FreightTariff
        fields = [
            "id", "company", "code", "name", "item", "basis", "free_from", "surcharge_percent", "valid_from",
            "valid_to", "rates", "version",
        ]  # fmt: skip


class RateIn(StrictSerializer):
    """One break; one that is there with the same destination and from_amount is replaced."""

    country = CodeField(max_length=2, default="", allow_blank=True)
    postal_prefix = CodeField(max_length=10, default="", allow_blank=True)
    from_amount = serializers.DecimalField(max_digits=14, decimal_places=4, min_value=0)
    charge = MoneyField(min_value=0, decimal_places=2)
    per_unit = serializers.DecimalField(max_digits=16, decimal_places=6, min_value=0, default=0)


class TariffFilter(django_filters.FilterSet):
    company = django_filters.CharFilter(field_name="company__code")
    code = django_filters.CharFilter(lookup_expr="iexact")


class FreightTariffViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[FreightTariff]
):
    serializer_class = FreightTariffOut
    filterset_class = TariffFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(VIEW_FREIGHT if self.action in ("list", "retrieve") else CHANGE_FREIGHT)()]

    def get_queryset(self) -> QuerySet[FreightTariff]:
        return tariff_list(user=self.request.user).prefetch_related("rates")

    @extend_schema(request=RateIn, responses=FreightTariffOut)
    @action(detail=True, methods=["post"])
    def rate(self, request: Request, pk: str) -> Response:
        given = body_of(request, RateIn)
        row = get_object_or_404(self.get_queryset(), pk=pk)
        set_rate(By(Actor.of(request.user), key=key_of(request)), tariff_id=row.pk, **given)
        return Response(self.get_serializer(self.get_object()).data)
