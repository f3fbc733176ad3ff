"""Shipments and deliveries to release for programs."""

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
from erp.kernel.errors import NotFound
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import CodeField, ExactDecimalField, StrictSerializer, body_of
from inventory.commitments.models import DemandGroup
from inventory.outbound.actions.cancel_shipment import CANCEL, cancel_shipment
from inventory.outbound.actions.confirm_deliveries import Delivery, confirm_deliveries, withdraw_delivery
from inventory.outbound.actions.confirm_shipments import CONFIRM, confirm_shipments
from inventory.outbound.actions.pack_shipment import PACK, PackedCarton, pack_shipment
from inventory.outbound.actions.record_picks import PICK, Picked, record_picks
from inventory.outbound.actions.release_groups import RELEASE_RIGHT, release_groups
from inventory.outbound.actions.reverse_shipment import REVERSE, reverse_shipment
from inventory.outbound.models import Carton, Pick, Shipment, ShipmentLine
from inventory.outbound.permissions import CONFIRM_DELIVERY, VIEW_SHIPMENT, WITHDRAW_DELIVERY
from inventory.outbound.queries import release_list, shipment_list
from inventory.outbound.sheets import deliveries, shipment_sheet


class ShipmentLineOut(serializers.ModelSerializer[ShipmentLine]):
    item = serializers.CharField(source="item.code")
    unit = serializers.CharField(source="item.stock_unit_id")

    class Meta:
        model = ShipmentLine
        fields = ["id", "demand", "item", "unit", "quantity", "picked", "shipped", "short_reason"]


class PickOut(serializers.ModelSerializer[Pick]):
    bin = serializers.CharField(source="balance.bin.code")
    lot = serializers.CharField(source="balance.lot.code", default=None)

    class Meta:
        model = Pick
        fields = [
            "id",
            "line",
            "bin",
            "lot",
            "quantity",
            "counted",
            "picked",
            "short_reason",
            "picked_by",
            "picked_at",
        ]


class CartonOut(serializers.ModelSerializer[Carton]):
    class Meta:
        model = Carton
        fields = ["number", "kind", "weight_kg"]


class ShipmentOut(serializers.ModelSerializer[Shipment]):
    company = serializers.IntegerField(source="company_id")
    site = serializers.CharField(source="site.code")
    document = serializers.CharField(source="group.document", help_text="What asked for it, SO-10482.")
    party = serializers.CharField(source="group.party.code")

    class Meta:
        model = Shipment
        fields = [
            "id", "number", "state", "company", "site", "document", "party", "ship_on", "carrier_service",
            "tracking_number", "released_at", "picked_at", "packed_at", "shipped_at", "reversed_at",
            "delivered_on", "delivered_to", "version",
        ]  # fmt: skip


class ShipmentDetailOut(ShipmentOut):
    lines = ShipmentLineOut(many=True)
    picks = PickOut(many=True)
    cartons = CartonOut(many=True)

    class Meta(ShipmentOut.Meta):
        fields = [*ShipmentOut.Meta.fields, "lines", "picks", "cartons"]


class ToReleaseOut(serializers.ModelSerializer[DemandGroup]):
    site = serializers.CharField(source="site.code")
    party = serializers.CharField(source="party.code")
    ready = serializers.IntegerField(help_text="Lines with reserved stock that is not in the warehouse yet.")

    class Meta:
        model = DemandGroup
        fields = ["id", "document", "site", "party", "ship_on", "priority", "ship_rule", "ready"]


class GroupsIn(StrictSerializer):
    """Which deliveries, by their ids or by the documents that asked for them ("SO-10482"). An order that leaves from
    several sites has one at each: name their ids, one site at a time."""

    groups = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=1000, default=list)
    documents = serializers.ListField(child=CodeField(max_length=40), max_length=1000, default=list)

    def validate(self, attrs: dict[str, list[Any]]) -> dict[str, list[Any]]:
        if not attrs["groups"] and not attrs["documents"]:
            raise serializers.ValidationError({"groups": ["Name at least one delivery or document."]})
        return attrs


class KeptBackOut(serializers.Serializer[dict[str, str]]):
    document = serializers.CharField()
    reason = serializers.CharField()


class GroupsReleasedOut(serializers.Serializer[dict[str, object]]):
    shipments = serializers.ListField(child=serializers.IntegerField())
    refused = KeptBackOut(many=True)


class PickedIn(StrictSerializer):
    pick = serializers.IntegerField(min_value=1)
    quantity = ExactDecimalField(max_digits=18, decimal_places=6, min_value=0)
    short_reason = serializers.ChoiceField(choices=Pick.ShortReason.choices, required=False, default="")


class PicksIn(StrictSerializer):
    picks = PickedIn(many=True, required=False, help_text="Left out: every open pick in full.")


class CartonIn(StrictSerializer):
    weight_kg = ExactDecimalField(max_digits=10, decimal_places=3)
    kind = CodeField(max_length=20, default="box")


class PackIn(StrictSerializer):
    cartons = CartonIn(many=True, min_length=1, max_length=200)


class ConfirmIn(StrictSerializer):
    tracking_number = CodeField(default="", allow_blank=True)


class DeliveryIn(StrictSerializer):
    delivered_on = serializers.DateField(help_text="Of the site's calendar.")
    delivered_to = CodeField(max_length=80, default="", allow_blank=True, help_text="Who signed.")


class DeliveryOfIn(DeliveryIn):
    shipment = CodeField(max_length=20, help_text="Its number.")


class DeliveriesIn(StrictSerializer):
    deliveries = DeliveryOfIn(many=True, min_length=1, max_length=1000)


class DeliveriesOut(serializers.Serializer[Any]):
    shipments = serializers.ListField(child=serializers.CharField(), help_text="Numbers, as they were told.")


class ShipmentReasonIn(StrictSerializer):
    reason = CodeField(max_length=200)


class ShipmentFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=Shipment.State.choices)
    site = django_filters.CharFilter(field_name="site__code")
    document = django_filters.CharFilter(field_name="group__document")
    number = django_filters.CharFilter()
    ship_on = django_filters.DateFromToRangeFilter()


class ToReleaseFilter(django_filters.FilterSet):
    site = django_filters.CharFilter(field_name="site__code")
    document = django_filters.CharFilter()
    ship_on = django_filters.DateFromToRangeFilter()


class ToReleaseViewSet(FlatListMixin, viewsets.GenericViewSet[DemandGroup]):
    """Deliveries with reserved stock that the warehouse has not been told."""

    serializer_class = ToReleaseOut
    filterset_class = ToReleaseFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(RELEASE_RIGHT)()]

    def get_queryset(self) -> QuerySet[DemandGroup]:
        return release_list(user=self.request.user)

    @extend_schema(request=GroupsIn, responses=GroupsReleasedOut)
    @action(detail=False, methods=["post"])
    def release(self, request: Request) -> Response:
        """Release deliveries of one site; what a hold or the ship rule keeps back is listed with its reason."""
        given = body_of(request, GroupsIn)
        groups, documents = given["groups"], given["documents"]
        seen = deliveries(user=request.user, ids=groups, documents=documents)
        if unknown := (set(groups) - set(seen)) | (set(documents) - set(seen.values())):
            raise NotFound(what="delivery", reference=min(map(str, unknown)))
        result = release_groups(_by(request), group_ids=sorted(seen))
        refused = [{"document": document, "reason": reason} for document, reason in result.refused]
        return Response(GroupsReleasedOut({"shipments": result.shipment_ids, "refused": refused}).data)


class ShipmentViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Shipment]):
    """Shipments: pick, pack, confirm, cancel, reverse."""

    serializer_class = ShipmentOut
    filterset_class = ShipmentFilter
    RIGHTS = {
        "picks": PICK, "pack": PACK, "confirm": CONFIRM, "cancel": CANCEL, "reverse": REVERSE,
        "deliver": CONFIRM_DELIVERY, "deliveries": CONFIRM_DELIVERY, "withdraw_delivery": WITHDRAW_DELIVERY,
    }  # fmt: skip

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.RIGHTS.get(self.action, VIEW_SHIPMENT))()]

    def get_queryset(self) -> QuerySet[Shipment]:
        rows = shipment_list(user=self.request.user)
        if self.action != "retrieve":
            return rows
        return rows.prefetch_related("lines__item", "picks__balance__bin", "picks__balance__lot", "cartons")

    def get_serializer_class(self) -> type[ShipmentOut]:
        return ShipmentDetailOut if self.action == "retrieve" else ShipmentOut

    @extend_schema(request=PicksIn, responses=ShipmentOut)
    @action(detail=True, methods=["post"])
    def picks(self, request: Request, pk: str) -> Response:
        """Record picks, full or short with a reason; the last one moves the shipment on to packing."""
        shipment_id, given = self._found(), body_of(request, PicksIn)
        picks = given.get("picks")
        record_picks(
            _by(request),
            shipment_id=shipment_id,
            picks=None
            if picks is None
            else [Picked(each["pick"], each["quantity"], each["short_reason"]) for each in picks],
        )
        return self._present(shipment_id)

    @extend_schema(request=PackIn, responses=ShipmentOut)
    @action(detail=True, methods=["post"])
    def pack(self, request: Request, pk: str) -> Response:
        """Close a picked shipment into cartons."""
        shipment_id, given = self._found(), body_of(request, PackIn)
        cartons = [PackedCarton(each["weight_kg"], each["kind"]) for each in given["cartons"]]
        pack_shipment(_by(request), shipment_id=shipment_id, cartons=cartons)
        return self._present(shipment_id)

    @extend_schema(request=ConfirmIn, responses=ShipmentOut)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm that it has left: stock falls, cost is posted, invoicing follows."""
        shipment_id, given = self._found(), body_of(request, ConfirmIn)
        confirm_shipments(_by(request), shipment_ids=[shipment_id], tracking_number=given["tracking_number"])
        return self._present(shipment_id)

    @extend_schema(request=ShipmentReasonIn, responses=ShipmentOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Take the work back before it has left; the goods stay promised."""
        shipment_id, given = self._found(), body_of(request, ShipmentReasonIn)
        cancel_shipment(_by(request), shipment_id=shipment_id, reason=given["reason"])
        return self._present(shipment_id)

    @extend_schema(request=ShipmentReasonIn, responses=ShipmentOut)
    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, pk: str) -> Response:
        """Undo a confirmed shipment that was not invoiced yet."""
        shipment_id, given = self._found(), body_of(request, ShipmentReasonIn)
        reverse_shipment(_by(request), shipment_id=shipment_id, reason=given["reason"])
        return self._present(shipment_id)

    @extend_schema(request=DeliveryIn, responses=ShipmentOut)
    @action(detail=True, methods=["post"])
    def deliver(self, request: Request, pk: str) -> Response:
        """Record that the customer has received it; who is billed on delivery is invoiced after it."""
        shipment_id, given = self._found(), body_of(request, DeliveryIn)
        told = Delivery(shipment_id, given["delivered_on"], given["delivered_to"])
        confirm_deliveries(_by(request), deliveries=[told])
        return self._present(shipment_id)

    @extend_schema(request=DeliveriesIn, responses=DeliveriesOut)
    @action(detail=False, methods=["post"])
    def deliveries(self, request: Request) -> Response:
        """What a carrier reports of many shipments: all of it is taken, or none."""
        given = body_of(request, DeliveriesIn)["deliveries"]
        numbers = [each["shipment"] for each in given]
        ids = dict(self.get_queryset().filter(number__in=numbers).values_list("number", "pk"))
        if unknown := set(numbers) - set(ids):
            raise NotFound(what="shipment", reference=min(unknown))
        confirm_deliveries(
            _by(request),
            deliveries=[
                Delivery(ids[each["shipment"]], each["delivered_on"], each["delivered_to"]) for each in given
            ],
        )
        return Response(DeliveriesOut({"shipments": numbers}).data)

    @extend_schema(request=ShipmentReasonIn, responses=ShipmentOut)
    @action(detail=True, methods=["post"], url_path="withdraw-delivery")
    def withdraw_delivery(self, request: Request, pk: str) -> Response:
        """Take back a proof of delivery that was recorded by mistake, until the delivery is invoiced."""
        shipment_id, given = self._found(), body_of(request, ShipmentReasonIn)
        withdraw_delivery(_by(request), shipment_id=shipment_id, reason=given["reason"])
        return self._present(shipment_id)

    def _found(self) -> int:
        """The id in the address, when it is a shipment in the caller's reach."""
        pk = str(self.kwargs["pk"])
        if not pk.isdecimal() or len(pk) > 18 or shipment_sheet(int(pk), user=self.request.user) is None:
            raise NotFound(what="shipment", reference=pk)
        return int(pk)

    def _present(self, shipment_id: int) -> Response:
        """Where the shipment stands now; lines, picks and cartons are the detail's."""
        return Response(shipment_sheet(shipment_id, user=self.request.user))


def _by(request: Request) -> By:
    return By(Actor.of(request.user), key=key_of(request))
