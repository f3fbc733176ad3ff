"""Transfers for programs: asked for, decided, shipped, received."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
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
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import BusinessDateField, CodeField, QuantityField, StrictSerializer, body_of
from inventory.stock.models import Lot
from masterdata.items.lookups import resolve_codes
from masterdata.places.queries import bins_by_code

from .actions.decide_transfer import approve_transfer, cancel_transfer, refuse_transfer
from .actions.receive_transfer import INTO, Differs, Unloaded, receive_transfer
from .actions.request_transfer import Asked, amend_transfer, request_transfer
from .actions.ship_transfer import Loaded, ship_transfer
from .models import TransferContent, TransferDifference, TransferLine, TransferOrder
from .permissions import (
    APPROVE_TRANSFER,
    RECEIVE_TRANSFER,
    REQUEST_TRANSFER,
    SHIP_TRANSFER,
    VIEW_TRANSFER,
)
from .queries import sites_in_reach, transfer_list

MOST = 1000  # lines of one request
ARRIVES_AS = [(each.value, each.label) for each in INTO]


class TransferContentOut(serializers.ModelSerializer[TransferContent]):
    """What was shipped of a line in one lot; `id` names it when it is received."""

    lot = serializers.CharField(source="lot.code", default=None, allow_null=True)

    class Meta:
        model = TransferContent
        fields = ["id", "lot", "shipped", "received", "missing"]


class TransferLineOut(serializers.ModelSerializer[TransferLine]):
    """Quantities are in the item's stock unit."""

    item = serializers.CharField(source="item.code")
    unit = serializers.CharField(source="item.stock_unit_id")
    contents = TransferContentOut(many=True)

    class Meta:
        model = TransferLine
        fields = [
            "id", "line", "item", "unit", "quantity", "shipped", "cancelled", "received", "missing", "contents",
        ]  # fmt: skip


class TransferOut(serializers.ModelSerializer[TransferOrder]):
    site = serializers.CharField(source="site.code")
    to_site = serializers.CharField(source="to_site.code")

    class Meta:
        model = TransferOrder
        fields = [
            "id", "number", "state", "site", "to_site", "reason", "note", "needed_on", "due_on", "requested_by",
            "requested_at", "decided_by", "decided_at", "decision_note", "carrier", "tracking_number", "shipped_at",
            "received_at", "version",
        ]  # fmt: skip


class TransferDetailOut(TransferOut):
    lines = TransferLineOut(many=True)

    class Meta(TransferOut.Meta):
        fields = [*TransferOut.Meta.fields, "lines"]


class TransferLineIn(StrictSerializer):
    """`unit` blank: the item's stock unit. `demand`: the id of the demand at the other site that it is moved for."""

    item = CodeField(help_text="Any number that names the item.")
    quantity = QuantityField()
    unit = CodeField(max_length=3, default="", allow_blank=True)
    demand = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)


class TransferIn(StrictSerializer):
    site = CodeField()
    to_site = CodeField()
    needed_on = BusinessDateField()
    reason = serializers.ChoiceField(
        choices=TransferOrder.Reason.choices, default=TransferOrder.Reason.REPLENISH.value
    )
    note = CodeField(max_length=200, default="", allow_blank=True)
    lines = TransferLineIn(many=True, min_length=1, max_length=MOST)


class TransferChangeIn(StrictSerializer):
    """All lines as they are to be; `version` as it was read."""

    version = serializers.IntegerField(min_value=1)
    needed_on = BusinessDateField()
    note = CodeField(max_length=200, default="", allow_blank=True)
    lines = TransferLineIn(many=True, min_length=1, max_length=MOST)


class TransferNoteIn(StrictSerializer):
    note = CodeField(max_length=200, default="", allow_blank=True)


class TransferReasonIn(StrictSerializer):
    reason = CodeField(max_length=200)


class LoadedIn(StrictSerializer):
    """What was loaded of a line from one bin; quantity in the stock unit."""

    line = serializers.IntegerField(min_value=1, help_text="Its number on the transfer.")
    bin = CodeField(max_length=20)
    lot = CodeField(max_length=40, default="", allow_blank=True)
    quantity = QuantityField()


class ShipTransferIn(StrictSerializer):
    """`loads` left out: everything that is reserved, first expired first. `keep_rest` false: the rest is given up."""

    loads = LoadedIn(many=True, max_length=MOST, default=list)
    keep_rest = serializers.BooleanField(default=True)
    carrier = CodeField(max_length=40, default="", allow_blank=True)
    tracking_number = CodeField(max_length=60, default="", allow_blank=True)


class UnloadedIn(StrictSerializer):
    """`content`: its id on the line. Quantity in the stock unit."""

    content = serializers.IntegerField(min_value=1)
    quantity = QuantityField()
    bin = CodeField(max_length=20)
    status = serializers.ChoiceField(choices=ARRIVES_AS, default=ARRIVES_AS[0][0])


class DiffersIn(StrictSerializer):
    content = serializers.IntegerField(min_value=1)
    quantity = QuantityField()
    kind = serializers.ChoiceField(choices=TransferDifference.Kind.choices)
    note = CodeField(max_length=200, default="", allow_blank=True)


class ReceiveTransferIn(StrictSerializer):
    """`complete`: everything is unloaded, so that what is not named is short."""

    goods = UnloadedIn(many=True, max_length=MOST, default=list)
    differences = DiffersIn(many=True, max_length=MOST, default=list)
    complete = serializers.BooleanField(default=False)


class TransferReceivedOut(serializers.Serializer[Any]):
    number = serializers.CharField()
    state = serializers.CharField()
    backorders_served = serializers.IntegerField()
    differences = serializers.ListField(child=serializers.IntegerField(), source="difference_ids")


class TransferFilter(django_filters.FilterSet):
    """`site`: at either end."""

    number = django_filters.CharFilter()
    site = django_filters.CharFilter(method="at_either_end")
    to_site = django_filters.CharFilter(field_name="to_site__code")
    state = django_filters.MultipleChoiceFilter(choices=TransferOrder.State.choices)
    due_on = django_filters.DateFromToRangeFilter()

    def at_either_end(self, rows: QuerySet[TransferOrder], _name: str, code: str) -> QuerySet[TransferOrder]:
        return rows.filter(Q(site__code=code) | Q(to_site__code=code))


class TransferViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[TransferOrder]):
    """Goods that go from one of our sites to another: one document for both ends."""

    serializer_class = TransferOut
    filterset_class = TransferFilter
    RIGHTS = {
        "create": REQUEST_TRANSFER,
        "change": REQUEST_TRANSFER,
        "cancel": REQUEST_TRANSFER,
        "approve": APPROVE_TRANSFER,
        "refuse": APPROVE_TRANSFER,
        "ship": SHIP_TRANSFER,
        "receive": RECEIVE_TRANSFER,
    }

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.RIGHTS.get(self.action, VIEW_TRANSFER))()]

    def get_queryset(self) -> QuerySet[TransferOrder]:
        rows = transfer_list(user=self.request.user)
        return rows if self.action == "list" else rows.prefetch_related("lines__item", "lines__contents__lot")

    def get_serializer_class(self) -> type[TransferOut]:
        return TransferOut if self.action == "list" else TransferDetailOut

    @extend_schema(request=TransferIn, responses={201: TransferDetailOut})
    def create(self, request: Request) -> Response:
        """Ask for goods of another site; nothing is reserved until it is approved."""
        given = body_of(request, TransferIn)
        named = sites_in_reach(user=request.user).filter(code__in=[given["site"], given["to_site"]])
        sites = dict(named.values_list("code", "pk"))
        for name in ("site", "to_site"):
            if given[name] not in sites:
                raise NotFound(what="site", reference=given[name])
        made = request_transfer(
            by_of(request, given["note"]),
            site_id=sites[given["site"]],
            to_site_id=sites[given["to_site"]],
            lines=_asked(given["lines"]),
            needed_on=given["needed_on"],
            reason=given["reason"],
            note=given["note"],
        )
        order = self.get_queryset().get(pk=made.transfer_id)
        return Response(TransferDetailOut(order).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=TransferChangeIn, responses=TransferDetailOut)
    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Replace lines and day while nobody has approved it."""
        given, order = body_of(request, TransferChangeIn), self.get_object()
        amend_transfer(
            by_of(request, given["note"]),
            transfer_id=order.pk,
            version=given["version"],
            lines=_asked(given["lines"]),
            needed_on=given["needed_on"],
            note=given["note"],
        )
        return self._now(order)

    @extend_schema(request=TransferNoteIn, responses=TransferDetailOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Reserve the goods where they are and promise them where they go."""
        given, order = body_of(request, TransferNoteIn), self.get_object()
        approve_transfer(by_of(request, given["note"]), transfer_id=order.pk, note=given["note"])
        return self._now(order)

    @extend_schema(request=TransferReasonIn, responses=TransferDetailOut)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Say no to a request."""
        given, order = body_of(request, TransferReasonIn), self.get_object()
        refuse_transfer(by_of(request, given["reason"]), transfer_id=order.pk, reason=given["reason"])
        return self._now(order)

    @extend_schema(request=TransferReasonIn, responses=TransferDetailOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Give up what has not been shipped."""
        given, order = body_of(request, TransferReasonIn), self.get_object()
        cancel_transfer(by_of(request, given["reason"]), transfer_id=order.pk, reason=given["reason"])
        return self._now(order)

    @extend_schema(request=ShipTransferIn, responses=TransferDetailOut)
    @action(detail=True, methods=["post"])
    def ship(self, request: Request, pk: str) -> Response:
        """Send what was loaded, or everything that is reserved."""
        given, order = body_of(request, ShipTransferIn), self.get_object()
        ship_transfer(
            by_of(request),
            transfer_id=order.pk,
            loads=_loads(order, given["loads"]),
            keep_rest=given["keep_rest"],
            carrier=given["carrier"],
            tracking_number=given["tracking_number"],
        )
        return self._now(order)

    @extend_schema(request=ReceiveTransferIn, responses=TransferReceivedOut)
    @action(detail=True, methods=["post"])
    def receive(self, request: Request, pk: str) -> Response:
        """Take in what arrived; what is short, damaged or lost stays in transit as a difference."""
        given, order = body_of(request, ReceiveTransferIn), self.get_object()
        bins = bin_ids(order.to_site_id, "goods", given["goods"])
        done = receive_transfer(
            by_of(request),
            transfer_id=order.pk,
            goods=[
                Unloaded(each["content"], each["quantity"], bin_id, each["status"])
                for each, bin_id in zip(given["goods"], bins, strict=True)
            ],
            differences=[
                Differs(each["content"], each["quantity"], each["kind"], each["note"])
                for each in given["differences"]
            ],
            complete=given["complete"],
        )
        return Response(TransferReceivedOut(done).data)

    def _now(self, order: TransferOrder) -> Response:
        return Response(TransferDetailOut(self.get_queryset().get(pk=order.pk)).data)


# Codes -----------------------------------------------------------------------------------------------------------


def by_of(request: Request, reason: str = "") -> By:
    return By(Actor.of(request.user), key=key_of(request), reason=reason)


def _asked(given: list[dict[str, Any]]) -> list[Asked]:
    """The lines with their items; a code that is unknown is named with its line."""
    items = resolve_codes(each["item"] for each in given)
    lines = []
    for place, each in enumerate(given):
        item_id = items.get(each["item"])
        if item_id is None:
            raise BadInput(field=f"lines.{place}.item", reason=f"there is no one item {each['item']}.")
        lines.append(Asked(item_id, each["quantity"], each["unit"].upper(), each["demand"]))
    return lines


def bin_ids(site_id: int, name: str, given: list[dict[str, Any]]) -> list[int]:
    """The bins of a site by their codes, in the order given."""
    known = bins_by_code(site_id, (each["bin"] for each in given))
    found = []
    for place, each in enumerate(given):
        if each["bin"].upper() not in known:
            field = f"{name}.{place}.bin" if name else "bin"
            raise BadInput(field=field, reason=f"there is no bin {each['bin']} here.")
        found.append(known[each["bin"].upper()])
    return found


def _loads(order: TransferOrder, given: list[dict[str, Any]]) -> list[Loaded]:
    lines = {line.line: line for line in order.lines.all()}
    bins = bin_ids(order.site_id, "loads", given)
    items = {line.item_id for line in lines.values()}
    codes = [each["lot"] for each in given if each["lot"]]
    lots = {
        (item_id, code): pk
        for pk, item_id, code in Lot.objects.filter(item__in=items, code__in=codes).values_list(
            "pk", "item_id", "code"
        )
    }
    loads = []
    for place, (each, bin_id) in enumerate(zip(given, bins, strict=True)):
        line = lines.get(each["line"])
        if line is None:
            raise BadInput(field=f"loads.{place}.line", reason=f"there is no line {each['line']}.")
        lot_id = lots.get((line.item_id, each["lot"])) if each["lot"] else None
        if each["lot"] and lot_id is None:
            raise BadInput(field=f"loads.{place}.lot", reason=f"the item has no lot {each['lot']}.")
        loads.append(Loaded(line.pk, bin_id, each["quantity"], lot_id))
    return loads
