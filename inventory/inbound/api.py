"""Receipts for programs."""

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
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import BusinessDateField, CodeField, QuantityField, StrictSerializer, body_of
from inventory.inbound.actions.post_receipt import RECEIVE, ReceiptLineRequest, post_receipt
from inventory.inbound.forms import bins_of
from inventory.inbound.models import Receipt, ReceiptLine
from inventory.inbound.permissions import VIEW_RECEIPT
from inventory.inbound.queries import receipt_list, receiving_bin
from inventory.purchasing.models import PurchaseOrderLine
from inventory.purchasing.queries import purchase_order_list
from inventory.stock.actions.name_lots import LotName
from inventory.stock.lots import lot_ids


class GoodsReceiptLineOut(serializers.ModelSerializer[ReceiptLine]):
    item = serializers.CharField(source="item.code")
    bin = serializers.CharField(source="bin.code")
    lot = serializers.CharField(source="lot.code", default=None)

    class Meta:
        model = ReceiptLine
        fields = ["id", "supply", "item", "bin", "lot", "quantity", "value"]


class GoodsReceiptOut(serializers.ModelSerializer[Receipt]):
    site = serializers.CharField(source="site.code")
    purchase_order = serializers.CharField(source="purchase_order.number", default=None)

    class Meta:
        model = Receipt
        fields = ["id", "number", "site", "purchase_order", "delivery_note", "received_at", "received_by"]


class GoodsReceiptDetailOut(GoodsReceiptOut):
    lines = GoodsReceiptLineOut(many=True)

    class Meta(GoodsReceiptOut.Meta):
        fields = [*GoodsReceiptOut.Meta.fields, "lines"]


class GoodsReceiptLineIn(StrictSerializer):
    line = serializers.IntegerField(min_value=1, help_text="The purchase order's line number.")
    quantity = QuantityField(help_text="In the item's stock unit.")
    bin = CodeField(default="", allow_blank=True, help_text="Blank: the site's receiving bin.")
    lot = CodeField(max_length=40, default="", allow_blank=True)
    expires_on = BusinessDateField(required=False, allow_null=True, default=None)


class GoodsReceiptIn(StrictSerializer):
    purchase_order = CodeField()
    delivery_note = CodeField(max_length=40, default="", allow_blank=True)
    lines = GoodsReceiptLineIn(many=True, min_length=1, max_length=1000)


class GoodsReceiptFilter(django_filters.FilterSet):
    number = django_filters.CharFilter()
    site = django_filters.CharFilter(field_name="site__code")
    purchase_order = django_filters.CharFilter(field_name="purchase_order__number")


class GoodsReceiptViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Receipt]):
    """Goods received against purchase orders."""

    serializer_class = GoodsReceiptOut
    filterset_class = GoodsReceiptFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(RECEIVE if self.action == "create" else VIEW_RECEIPT)()]

    def get_queryset(self) -> QuerySet[Receipt]:
        rows = receipt_list(user=self.request.user)
        return (
            rows
            if self.action == "list"
            else rows.prefetch_related("lines__item", "lines__bin", "lines__lot")
        )

    def get_serializer_class(self) -> type[GoodsReceiptOut]:
        return GoodsReceiptOut if self.action == "list" else GoodsReceiptDetailOut

    @extend_schema(request=GoodsReceiptIn, responses={201: GoodsReceiptDetailOut})
    def create(self, request: Request) -> Response:
        """Take goods in; backorders that waited for them are served in the same step."""
        given = body_of(request, GoodsReceiptIn)
        key = key_of(request)
        order = purchase_order_list(user=request.user).filter(number=given["purchase_order"]).first()
        if order is None:
            raise NotFound(what="purchase order", reference=given["purchase_order"])
        lines = {line.line: line for line in PurchaseOrderLine.objects.filter(order=order.pk)}
        bins, default = bins_of(order.site_id), receiving_bin(order.site_id)
        wanted: list[tuple[PurchaseOrderLine, int]] = []
        for place, each in enumerate(given["lines"]):
            line = lines.get(each["line"])
            if line is None:
                raise BadInput(
                    field=f"lines.{place}.line", reason=f"{order.number} has no line {each['line']}."
                )
            bin_id = bins.get(each["bin"].upper()) if each["bin"] else default.pk if default else None
            if bin_id is None:
                raise BadInput(
                    field=f"lines.{place}.bin", reason="no bin of this site that goods are taken into."
                )
            wanted.append((line, bin_id))
        actor = Actor.of(request.user)
        names = [
            LotName(line.item_id, each["lot"], each["expires_on"]) if each["lot"] else None
            for each, (line, _bin) in zip(given["lines"], wanted, strict=True)
        ]
        made = post_receipt(
            By(actor, key=key),
            purchase_order_id=order.pk,
            lines=[
                ReceiptLineRequest(line.supply_id, each["quantity"], bin_id, lot_id)
                for each, (line, bin_id), lot_id in zip(
                    given["lines"], wanted, lot_ids(actor, names), strict=True
                )
            ],
            delivery_note=given["delivery_note"],
        )
        receipt = self.get_queryset().get(pk=made.receipt_id)
        return Response(GoodsReceiptDetailOut(receipt).data, status=status.HTTP_201_CREATED)
