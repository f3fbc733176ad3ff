"""Stock by bin, status changes and adjustments for programs."""

from typing import Any

import django_filters
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
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import CodeField, ExactDecimalField, QuantityField, StrictSerializer, body_of
from inventory.stock.models import Status, StockBalance
from inventory.stock.permissions import VIEW_STOCK
from masterdata.places.queries import site_list

from .actions.adjust_stock import AdjustLine, adjust_stock
from .actions.change_status import StatusRow, change_status, undo_status_change
from .actions.decide_adjustments import approve_adjustments, refuse_adjustments
from .lookups import place_ids
from .models import Adjustment, Reason, StatusChange
from .permissions import ADJUST_STOCK, APPROVE_ADJUSTMENTS, BLOCK_STOCK
from .queries import adjustment_list, balance_list, change_list

MOST = 1000  # rows of one request


class BalanceOut(serializers.ModelSerializer[StockBalance]):
    item = serializers.CharField(source="item.code")
    site = serializers.CharField(source="site.code")
    bin = serializers.CharField(source="bin.code")
    lot = serializers.CharField(source="lot.code", default=None, allow_null=True)
    expires_on = serializers.DateField(source="lot.expires_on", default=None, allow_null=True)
    unit = serializers.CharField(source="item.stock_unit_id")

    class Meta:
        model = StockBalance
        fields = [
            "id", "item", "site", "bin", "lot", "expires_on", "status", "unit", "quantity", "allocated",
        ]  # fmt: skip


class StatusRowIn(StrictSerializer):
    """`balance`: the id of what lies in one place; `quantity` in the stock unit, left out: all no pick is bound to."""

    balance = serializers.IntegerField(min_value=1)
    quantity = QuantityField(required=False, allow_null=True, default=None)


class StatusChangeIn(StrictSerializer):
    target = serializers.ChoiceField(choices=Status.choices)
    reason = CodeField(max_length=200)
    rows = StatusRowIn(many=True, min_length=1, max_length=MOST)


class StatusChangeOut(serializers.ModelSerializer[StatusChange]):
    site = serializers.CharField(source="site.code")
    undoes = serializers.CharField(source="undoes.number", default=None, allow_null=True)

    class Meta:
        model = StatusChange
        fields = [
            "id",
            "number",
            "site",
            "target",
            "row_count",
            "reason",
            "undoes",
            "changed_by",
            "changed_at",
        ]


class ChangedOut(serializers.Serializer[Any]):
    """`bumped`: order lines that lost stock and are promised anew; `served`: order lines that got some."""

    id = serializers.IntegerField(source="change_id")
    number = serializers.CharField()
    bumped = serializers.IntegerField()
    served = serializers.IntegerField()


class BalanceFilter(django_filters.FilterSet):
    item = django_filters.CharFilter(field_name="item__code")
    site = django_filters.CharFilter(field_name="site__code")
    bin = django_filters.CharFilter(field_name="bin__code")
    lot = django_filters.CharFilter(field_name="lot__code")
    status = django_filters.MultipleChoiceFilter(choices=Status.choices)


class StockBalanceViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[StockBalance]):
    """Our own goods bin by bin, in the item's stock unit."""

    serializer_class = BalanceOut
    filterset_class = BalanceFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(BLOCK_STOCK if self.action == "change_status" else VIEW_STOCK)()]

    def get_queryset(self) -> QuerySet[StockBalance]:
        return balance_list(user=self.request.user)

    @extend_schema(request=StatusChangeIn, responses={201: ChangedOut})
    @action(detail=False, methods=["post"], url_path="change-status")
    def change_status(self, request: Request) -> Response:
        """Give goods of one site another status, all of them or none; promises follow."""
        given = body_of(request, StatusChangeIn)
        wanted = [each["balance"] for each in given["rows"]]
        found = {row.pk: row for row in self.get_queryset().filter(pk__in=wanted)}
        if unknown := [pk for pk in wanted if pk not in found]:
            raise NotFound(what="balance", reference=unknown[0])
        sites = {row.site_id for row in found.values()}
        if len(sites) > 1:
            raise BadInput(field="rows", reason="One site at a time.")
        rows = []
        for each in given["rows"]:
            row = found[each["balance"]]
            quantity = each["quantity"] if each["quantity"] is not None else row.loose
            rows.append(StatusRow(row.item_id, row.bin_id, row.lot_id, row.status, given["target"], quantity))
        changed = change_status(
            _by(request, given["reason"]), site_id=sites.pop(), rows=rows, reason=given["reason"]
        )
        return Response(ChangedOut(changed).data, status=status.HTTP_201_CREATED)


class ChangeFilter(django_filters.FilterSet):
    site = django_filters.CharFilter(field_name="site__code")
    number = django_filters.CharFilter()
    target = django_filters.MultipleChoiceFilter(choices=Status.choices)


class StatusChangeViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[StatusChange]):
    """Who gave which goods another status, and why."""

    serializer_class = StatusChangeOut
    filterset_class = ChangeFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(BLOCK_STOCK if self.action == "undo" else VIEW_STOCK)()]

    def get_queryset(self) -> QuerySet[StatusChange]:
        return change_list(user=self.request.user)

    @extend_schema(request=None, responses=ChangedOut)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take one change back by the reverse change."""
        found = self.get_object()
        return Response(ChangedOut(undo_status_change(_by(request), change_id=found.pk)).data)


class AdjustmentOut(serializers.ModelSerializer[Adjustment]):
    site = serializers.CharField(source="site.code")
    item = serializers.CharField(source="item.code")
    bin = serializers.CharField(source="bin.code")
    lot = serializers.CharField(source="lot.code", default=None, allow_null=True)
    unit = serializers.CharField(source="item.stock_unit_id")

    class Meta:
        model = Adjustment
        fields = [
            "id", "number", "state", "site", "item", "bin", "lot", "status", "unit", "quantity", "held", "reason",
            "note", "beyond", "proposed_by", "proposed_at", "decided_by", "decided_at", "decision_note",
        ]  # fmt: skip


class AdjustLineIn(StrictSerializer):
    """`quantity` is signed, in the item's stock unit: above zero there is more of it."""

    item = CodeField()
    bin = CodeField(max_length=20)
    lot = CodeField(max_length=40, default="", allow_blank=True)
    status = serializers.ChoiceField(choices=Status.choices, default=Status.AVAILABLE.value)
    quantity = ExactDecimalField(max_digits=18, decimal_places=6)


class AdjustIn(StrictSerializer):
    site = CodeField()
    reason = serializers.ChoiceField(choices=Reason.choices)
    note = CodeField(max_length=200, default="", allow_blank=True)
    lines = AdjustLineIn(many=True, min_length=1, max_length=MOST)


class AdjustedOut(serializers.Serializer[Any]):
    """Ids in the order of the lines; what waits is posted when another person approves it."""

    adjustments = serializers.ListField(child=serializers.IntegerField(), source="adjustment_ids")
    posted = serializers.ListField(child=serializers.IntegerField(), source="posted_ids")
    waiting = serializers.ListField(child=serializers.IntegerField(), source="waiting_ids")
    bumped = serializers.IntegerField()
    served = serializers.IntegerField()


class ApproveIn(StrictSerializer):
    note = CodeField(max_length=200, default="", allow_blank=True)


class RefuseIn(StrictSerializer):
    reason = CodeField(max_length=200)


class AdjustmentFilter(django_filters.FilterSet):
    site = django_filters.CharFilter(field_name="site__code")
    item = django_filters.CharFilter(field_name="item__code")
    number = django_filters.CharFilter()
    state = django_filters.MultipleChoiceFilter(choices=Adjustment.State.choices)
    reason = django_filters.MultipleChoiceFilter(choices=Reason.choices)
    proposed_at = django_filters.DateFromToRangeFilter()


class AdjustmentViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Adjustment]):
    """More or less of something than the ledger said, and why."""

    serializer_class = AdjustmentOut
    filterset_class = AdjustmentFilter
    RIGHTS = {"create": ADJUST_STOCK, "approve": APPROVE_ADJUSTMENTS}

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.RIGHTS.get(self.action, VIEW_STOCK))()]

    def get_queryset(self) -> QuerySet[Adjustment]:
        return adjustment_list(user=self.request.user)

    @extend_schema(request=AdjustIn, responses={201: AdjustedOut})
    def create(self, request: Request) -> Response:
        """Post what is within the caller's limits; what is beyond them waits for another person."""
        given = body_of(request, AdjustIn)
        by = _by(request, given["note"])
        site = site_list(user=request.user).filter(code=given["site"]).first()
        if site is None:
            raise NotFound(what="site", reference=given["site"])
        adjusted = adjust_stock(
            by,
            site_id=site.pk,
            lines=[
                AdjustLine(item_id, bin_id, each["quantity"], lot_id, each["status"])
                for each, (item_id, bin_id, lot_id) in zip(
                    given["lines"], place_ids(site, given["lines"]), strict=True
                )
            ],
            reason=given["reason"],
            note=given["note"],
        )
        return Response(AdjustedOut(adjusted).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ApproveIn, responses=AdjustmentOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Post what another person proposed."""
        given, found = body_of(request, ApproveIn), self.get_object()
        by = _by(request, given["note"])
        approve_adjustments(by, adjustment_ids=[found.pk], note=given["note"], strict=True)
        return Response(AdjustmentOut(self.get_object()).data)

    @extend_schema(request=RefuseIn, responses=AdjustmentOut)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Refuse what waits, or withdraw one's own; the reason stays with it."""
        given, found = body_of(request, RefuseIn), self.get_object()
        by = _by(request, given["reason"])
        refuse_adjustments(by, adjustment_ids=[found.pk], reason=given["reason"], strict=True)
        return Response(AdjustmentOut(self.get_object()).data)


def _by(request: Request, reason: str = "") -> By:
    return By(Actor.of(request.user), key=key_of(request), reason=reason)
