"""Lines to buy for programs: what waits, who sells it, and its order."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.shapes import (
    BusinessDateField,
    CodeField,
    MoneyField,
    QuantityField,
    StrictSerializer,
    body_of,
)
from inventory.commitments.models import Demand, SupplyMethod
from masterdata.parties.models import Supplier

from .actions.buy_lines import Buy, buy_lines
from .actions.create_purchase_order import ORDER
from .needs import to_buy_list


class NeedOut(serializers.ModelSerializer[Demand]):
    """An order line that something is bought for: `to_buy` in the stock unit, `buy_by` the last day to order it."""

    order = serializers.CharField(source="group.document")
    customer = serializers.CharField(source="group.party.code")
    site = serializers.CharField(source="site.code")
    item = serializers.CharField(source="item.code")
    unit = serializers.CharField(source="item.stock_unit_id")
    supply = serializers.CharField(source="supply_method")
    to_buy = serializers.DecimalField(max_digits=18, decimal_places=6)
    seller = serializers.CharField(allow_null=True)
    buy_by = serializers.DateField()

    class Meta:
        model = Demand
        fields = [
            "id", "order", "customer", "site", "item", "unit", "supply", "to_buy", "seller", "buy_by", "requested_on",
        ]  # fmt: skip


class BuyIn(StrictSerializer):
    """`need`: the id of the line to buy. Quantity and cost are per `unit`, one of the item's."""

    need = serializers.IntegerField(min_value=1)
    quantity = QuantityField()
    unit = CodeField(max_length=3)
    unit_cost = MoneyField(min_value=0)
    due_on = BusinessDateField()


class BuyLinesIn(StrictSerializer):
    """One purchase order to one supplier: special orders of one site, or the drop ship lines of one order."""

    supplier = CodeField()
    lines = BuyIn(many=True, min_length=1, max_length=1000)  # type: ignore[call-arg]  # the list's own


class NotBoughtOut(serializers.Serializer[Any]):
    order = serializers.CharField()
    reason = serializers.CharField()


class BoughtOut(serializers.Serializer[Any]):
    """`purchase_order` null: everything was kept back."""

    purchase_order = serializers.CharField(allow_null=True)
    refused = NotBoughtOut(many=True)


class NeedFilter(django_filters.FilterSet):
    site = django_filters.CharFilter(field_name="site__code")
    order = django_filters.CharFilter(field_name="group__document")
    supply = django_filters.ChoiceFilter(field_name="supply_method", choices=SupplyMethod.choices[1:])


class LineToBuyViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Demand]):
    """Order lines that wait to be bought for."""

    serializer_class = NeedOut
    filterset_class = NeedFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(ORDER)()]

    def get_queryset(self) -> QuerySet[Demand]:
        return to_buy_list(user=self.request.user).order_by("pk")

    @extend_schema(request=BuyLinesIn, responses=BoughtOut)
    @action(detail=False, methods=["post"])
    def buy(self, request: Request) -> Response:
        """Order from a supplier; every line is kept for the order line that it is bought for."""
        given = body_of(request, BuyLinesIn)
        ids = [each["need"] for each in given["lines"]]
        rows = {row.pk: row for row in to_buy_list(user=request.user).filter(pk__in=ids)}
        if unknown := [each for each in ids if each not in rows]:
            raise NotFound(what="line to buy", reference=unknown[0])
        places = {
            (row.site_id, row.group_id if row.supply_method == SupplyMethod.DROP else None)
            for row in rows.values()
        }
        if len(places) > 1:
            raise BadInput(field="lines", reason="One site, and for drop shipments one order, at a time.")
        ((site_id, group_id),) = places
        company = next(iter(rows.values())).group.company_id
        supplier = Supplier.objects.filter(company=company, party__code=given["supplier"]).first()
        if supplier is None:
            raise NotFound(what="supplier", reference=given["supplier"])
        done = buy_lines(
            By(Actor.of(request.user), key=key_of(request)),
            site_id=site_id,
            supplier_id=supplier.pk,
            buys=[
                Buy(each["need"], each["quantity"], each["unit"], each["unit_cost"], each["due_on"])
                for each in given["lines"]
            ],
            group_id=group_id,
        )
        answer = {
            "purchase_order": done.number or None,
            "refused": [{"order": document, "reason": reason} for document, reason in done.refused],
        }
        return Response(BoughtOut(answer).data)
