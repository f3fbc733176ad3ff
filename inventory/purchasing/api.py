"""Purchase orders for programs."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import (
    BusinessDateField,
    CodeField,
    MoneyField,
    QuantityField,
    StrictSerializer,
    body_of,
)
from inventory.purchasing.actions.create_purchase_order import ORDER, PurchaseLine, create_purchase_order
from inventory.purchasing.models import PurchaseOrder, PurchaseOrderLine
from inventory.purchasing.permissions import VIEW_PURCHASE_ORDER
from inventory.purchasing.queries import purchase_order_list
from masterdata.items.lookups import resolve_codes
from masterdata.parties.models import Supplier
from masterdata.places.queries import site_list


class PurchaseOrderLineOut(serializers.ModelSerializer[PurchaseOrderLine]):
    item = serializers.CharField(source="item.code")
    unit = serializers.CharField(source="unit_id")
    expected = serializers.DecimalField(source="supply.expected", max_digits=18, decimal_places=6)
    received = serializers.DecimalField(source="supply.received", max_digits=18, decimal_places=6)
    cancelled = serializers.DecimalField(source="supply.cancelled", max_digits=18, decimal_places=6)
    due_on = serializers.DateField(source="supply.due_on")
    bought_for = serializers.CharField(
        source="demand.group.document", default=None, help_text="The order that it is bought for."
    )

    class Meta:
        model = PurchaseOrderLine
        fields = [
            "id", "line", "item", "quantity", "unit", "unit_cost", "supply", "expected", "received", "cancelled",
            "due_on", "bought_for",
        ]  # fmt: skip


class PurchaseOrderOut(serializers.ModelSerializer[PurchaseOrder]):
    site = serializers.CharField(source="site.code")
    supplier = serializers.CharField(source="supplier.party.code")
    due_on = serializers.DateField(allow_null=True, help_text="The earliest date of what is open.")
    open_lines = serializers.IntegerField(source="open_count")
    drop_ship_for = serializers.CharField(
        source="group.document", default=None, help_text="The order whose customer the supplier sends it to."
    )

    class Meta:
        model = PurchaseOrder
        fields = [
            "id",
            "number",
            "site",
            "supplier",
            "currency",
            "ordered_at",
            "due_on",
            "open_lines",
            "drop_ship_for",
            "version",
        ]


class PurchaseOrderDetailOut(PurchaseOrderOut):
    lines = PurchaseOrderLineOut(many=True)

    class Meta(PurchaseOrderOut.Meta):
        fields = [*PurchaseOrderOut.Meta.fields, "lines"]


class PurchaseLineIn(StrictSerializer):
    item = CodeField(help_text="Any number that names the item.")
    quantity = QuantityField()
    unit = CodeField(max_length=3, default="", allow_blank=True, help_text="Blank: the item's buy unit.")
    unit_cost = MoneyField(min_value=0)


class PurchaseOrderIn(StrictSerializer):
    supplier = CodeField()
    site = CodeField()
    due_on = BusinessDateField()
    lines = PurchaseLineIn(many=True, min_length=1, max_length=1000)


class PurchaseOrderFilter(django_filters.FilterSet):
    number = django_filters.CharFilter()
    site = django_filters.CharFilter(field_name="site__code")
    supplier = django_filters.CharFilter(field_name="supplier__party__code")


class PurchaseOrderViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[PurchaseOrder]):
    serializer_class = PurchaseOrderOut
    filterset_class = PurchaseOrderFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(ORDER if self.action == "create" else VIEW_PURCHASE_ORDER)()]

    def get_queryset(self) -> QuerySet[PurchaseOrder]:
        rows = purchase_order_list(user=self.request.user)
        return (
            rows
            if self.action == "list"
            else rows.prefetch_related("lines__item", "lines__supply", "lines__demand__group")
        )

    def get_serializer_class(self) -> type[PurchaseOrderOut]:
        return PurchaseOrderOut if self.action == "list" else PurchaseOrderDetailOut

    @extend_schema(request=PurchaseOrderIn, responses={201: PurchaseOrderDetailOut})
    def create(self, request: Request) -> Response:
        """Order goods; every line is a dated supply from then on."""
        given = body_of(request, PurchaseOrderIn)
        site = site_list(user=request.user).filter(code=given["site"]).first()
        if site is None:
            raise NotFound(what="site", reference=given["site"])
        supplier = Supplier.objects.filter(company=site.company_id, party__code=given["supplier"]).first()
        if supplier is None:
            raise NotFound(what="supplier", reference=given["supplier"])
        made = create_purchase_order(
            By(Actor.of(request.user), key=key_of(request)),
            supplier_id=supplier.pk,
            site_id=site.pk,
            lines=purchase_lines(given["lines"]),
            due_on=given["due_on"],
        )
        order = self.get_queryset().get(pk=made.purchase_order_id)
        return Response(PurchaseOrderDetailOut(order).data, status=status.HTTP_201_CREATED)


def purchase_lines(given: list[dict[str, Any]]) -> list[PurchaseLine]:
    """The lines with their items found; an unknown or ambiguous number answers 400 with the line's place."""
    known = resolve_codes(line["item"] for line in given)
    lines, problems = [], {}
    for place, line in enumerate(given):
        item_id = known.get(line["item"])
        if item_id is None:
            problems[place] = {"item": [f"There is no one item {line['item']}."]}
        else:
            lines.append(PurchaseLine(item_id, line["quantity"], line["unit"], line["unit_cost"]))
    if problems:
        raise serializers.ValidationError(
            {"lines": {str(place): problem for place, problem in problems.items()}}
        )
    return lines
