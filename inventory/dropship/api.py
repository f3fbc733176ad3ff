"""Suppliers' ship notices for programs."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.shapes import BusinessDateField, CodeField, QuantityField, StrictSerializer, body_of
from inventory.outbound.actions.reverse_shipment import REVERSE
from inventory.outbound.models import Pick, Shipment, ShipmentLine
from inventory.outbound.permissions import VIEW_SHIPMENT
from inventory.purchasing.models import PurchaseOrderLine
from inventory.stock.actions.name_lots import LotName
from inventory.stock.lots import lot_ids

from .actions.confirm_drop_shipment import SentLine, confirm_drop_shipment
from .actions.reverse_drop_shipment import reverse_drop_shipment
from .permissions import CONFIRM_DROP
from .queries import drop_orders, drop_shipments


class SentLotOut(serializers.ModelSerializer[Pick]):
    lot = serializers.CharField(source="balance.lot.code", default=None)

    class Meta:
        model = Pick
        fields = ["lot", "quantity"]


class DropShipmentLineOut(serializers.ModelSerializer[ShipmentLine]):
    """`lots`: what was sent lot by lot; the lot is null where the item is not kept by lot."""

    item = serializers.CharField(source="item.code")
    lots = SentLotOut(source="picks", many=True)

    class Meta:
        model = ShipmentLine
        fields = ["id", "item", "shipped", "lots"]


class DropShipmentOut(serializers.ModelSerializer[Shipment]):
    """What a supplier sent to a customer; `order` is the customer's."""

    site = serializers.CharField(source="site.code")
    order = serializers.CharField(source="group.document")
    purchase_order = serializers.CharField(source="purchase_order.number")
    supplier = serializers.CharField(source="purchase_order.supplier.party.code")
    shipped_on = serializers.DateField(source="ship_on")
    lines = DropShipmentLineOut(many=True)

    class Meta:
        model = Shipment
        fields = [
            "id", "number", "site", "order", "purchase_order", "supplier", "state", "shipped_on",
            "tracking_number", "lines",
        ]  # fmt: skip


class SentLineIn(StrictSerializer):
    line = serializers.IntegerField(min_value=1, help_text="The purchase order's line number.")
    quantity = QuantityField(help_text="In the item's stock unit.")
    lot = CodeField(max_length=40, default="", allow_blank=True)
    expires_on = BusinessDateField(required=False, allow_null=True, default=None)


class ShipNoticeIn(StrictSerializer):
    """What the supplier says that it sent; a line once for each lot. `shipped_on` left out: today."""

    purchase_order = CodeField()
    shipped_on = BusinessDateField(required=False, allow_null=True, default=None)
    tracking_number = CodeField(max_length=60, default="", allow_blank=True)
    lines = SentLineIn(many=True, min_length=1, max_length=1000)


class ReverseDropIn(StrictSerializer):
    reason = CodeField(max_length=200)


class DropShipmentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Shipment]
):
    """Shipments that suppliers send straight to customers."""

    serializer_class = DropShipmentOut

    def get_permissions(self) -> list[BasePermission]:
        rights = {"create": CONFIRM_DROP, "reverse": REVERSE}
        return [has_perm(rights.get(self.action, VIEW_SHIPMENT))()]

    def get_queryset(self) -> QuerySet[Shipment]:
        return (
            drop_shipments(user=self.request.user)
            .prefetch_related("lines__item", "lines__picks__balance__lot")
            .order_by("-pk")
        )

    @extend_schema(request=ShipNoticeIn, responses={201: DropShipmentOut})
    def create(self, request: Request) -> Response:
        """Take a ship notice: the goods have shipped, are owed to the supplier and are invoiced."""
        given = body_of(request, ShipNoticeIn)
        order = drop_orders(user=request.user).filter(number=given["purchase_order"]).first()
        if order is None:
            raise NotFound(what="drop ship order", reference=given["purchase_order"])
        known = {line.line: line for line in PurchaseOrderLine.objects.filter(order=order.pk)}
        for place, each in enumerate(given["lines"]):
            if each["line"] not in known:
                raise BadInput(
                    field=f"lines.{place}.line", reason=f"{order.number} has no line {each['line']}."
                )
        actor, key = Actor.of(request.user), key_of(request)
        names = [
            LotName(known[each["line"]].item_id, each["lot"], each["expires_on"]) if each["lot"] else None
            for each in given["lines"]
        ]
        done = confirm_drop_shipment(
            By(actor, key=key),
            purchase_order_id=order.pk,
            lines=[
                SentLine(known[each["line"]].pk, each["quantity"], lot_id)
                for each, lot_id in zip(given["lines"], lot_ids(actor, names), strict=True)
            ],
            shipped_on=given["shipped_on"],
            tracking_number=given["tracking_number"],
        )
        made = self.get_queryset().get(pk=done.shipment_id)
        return Response(DropShipmentOut(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ReverseDropIn, responses=DropShipmentOut)
    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, pk: str) -> Response:
        """Take it back before it is invoiced: the supplier had not sent it."""
        reason = body_of(request, ReverseDropIn)["reason"]
        by = By(Actor.of(request.user), key=key_of(request), reason=reason)
        reverse_drop_shipment(by, shipment_id=self.get_object().pk, reason=reason)
        return Response(DropShipmentOut(self.get_object()).data)
