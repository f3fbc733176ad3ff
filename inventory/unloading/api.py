"""Unloading for programs: a scanner of another make counts a delivery and posts it."""

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
from erp.kernel.shapes import BusinessDateField, CodeField, ExactDecimalField, StrictSerializer, body_of
from inventory.inbound.actions.post_receipt import RECEIVE
from inventory.inbound.forms import bins_of
from inventory.inbound.permissions import VIEW_RECEIPT
from inventory.purchasing.models import PurchaseOrderLine
from inventory.purchasing.queries import purchase_order_list

from .actions.count_unloaded import begin_unloading, count_unloaded
from .actions.post_unloading import give_up_unloading, post_unloading
from .models import UnloadedLine, Unloading
from .queries import unloading_list


class UnloadedLineOut(serializers.ModelSerializer[UnloadedLine]):
    line = serializers.IntegerField(source="line.line")
    item = serializers.CharField(source="line.item.code")

    class Meta:
        model = UnloadedLine
        fields = ["line", "item", "lot", "expires_on", "counted", "counted_by", "counted_at"]


class UnloadingOut(serializers.ModelSerializer[Unloading]):
    site = serializers.CharField(source="site.code")
    purchase_order = serializers.CharField(source="purchase_order.number")
    receipt = serializers.CharField(source="receipt.number", default=None, allow_null=True)

    class Meta:
        model = Unloading
        fields = [
            "id", "number", "state", "site", "purchase_order", "begun_by", "begun_at", "ended_by", "ended_at",
            "receipt",
        ]  # fmt: skip


class UnloadingDetailOut(UnloadingOut):
    lines = UnloadedLineOut(many=True)

    class Meta(UnloadingOut.Meta):
        fields = [*UnloadingOut.Meta.fields, "lines"]


class UnloadingIn(StrictSerializer):
    purchase_order = CodeField()


class UnloadedLineIn(StrictSerializer):
    """How much of a line was counted by now, in the item's stock unit; items kept by lot name it."""

    line = serializers.IntegerField(min_value=1, help_text="The purchase order's line number.")
    counted = ExactDecimalField(max_digits=18, decimal_places=6, min_value=0)
    lot = CodeField(max_length=40, default="", allow_blank=True)
    expires_on = BusinessDateField(required=False, allow_null=True, default=None)


class PostUnloadingIn(StrictSerializer):
    """`complete`: everything is unloaded, what was not counted is short. `bin` blank: the site's receiving bin."""

    delivery_note = CodeField(max_length=40, default="", allow_blank=True)
    bin = CodeField(max_length=20, default="", allow_blank=True)
    complete = serializers.BooleanField(default=False)


class UnloadingPostedOut(serializers.Serializer[Any]):
    receipt = serializers.CharField()
    backorders_served = serializers.IntegerField()
    differences = serializers.ListField(child=serializers.IntegerField(), source="difference_ids")


class UnloadingFilter(django_filters.FilterSet):
    site = django_filters.CharFilter(field_name="site__code")
    purchase_order = django_filters.CharFilter(field_name="purchase_order__number")
    state = django_filters.MultipleChoiceFilter(choices=Unloading.State.choices)


class UnloadingViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Unloading]):
    """Deliveries of purchase orders that are counted before they are received."""

    serializer_class = UnloadingOut
    filterset_class = UnloadingFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(VIEW_RECEIPT if self.action in ("list", "retrieve") else RECEIVE)()]

    def get_queryset(self) -> QuerySet[Unloading]:
        rows = unloading_list(user=self.request.user)
        return rows if self.action == "list" else rows.prefetch_related("lines__line__item")

    def get_serializer_class(self) -> type[UnloadingOut]:
        return UnloadingOut if self.action == "list" else UnloadingDetailOut

    @extend_schema(request=UnloadingIn, responses={201: UnloadingDetailOut})
    def create(self, request: Request) -> Response:
        """Open a delivery, or go on with the one that is open."""
        given = body_of(request, UnloadingIn)
        by = _by(request)
        order = purchase_order_list(user=request.user).filter(number=given["purchase_order"]).first()
        if order is None:
            raise NotFound(what="purchase order", reference=given["purchase_order"])
        opened = begin_unloading(by, purchase_order_id=order.pk)
        found = self.get_queryset().get(pk=opened.unloading_id)
        return Response(UnloadingDetailOut(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=UnloadedLineIn, responses=UnloadingDetailOut)
    @action(detail=True, methods=["post"])
    def counted(self, request: Request, pk: str) -> Response:
        """Say how much of a line was counted by now."""
        given, row = body_of(request, UnloadedLineIn), self.get_object()
        number = given.pop("line")
        line = PurchaseOrderLine.objects.filter(order=row.purchase_order_id, line=number).first()
        if line is None:
            raise BadInput(field="line", reason=f"{row.purchase_order.number} has no line {number}.")
        count_unloaded(_by(request), unloading_id=row.pk, line_id=line.pk, **given)
        return Response(UnloadingDetailOut(self.get_object()).data)

    @extend_schema(request=PostUnloadingIn, responses=UnloadingPostedOut)
    @action(detail=True, methods=["post"])
    def post(self, request: Request, pk: str) -> Response:
        """Receive what was counted; what is over or short goes to the buyer."""
        given, row = body_of(request, PostUnloadingIn), self.get_object()
        code, bin_id = given.pop("bin"), None
        if code:
            bin_id = bins_of(row.site_id).get(code.upper())
            if bin_id is None:
                raise BadInput(field="bin", reason="no bin of this site that goods are taken into.")
        done = post_unloading(_by(request), unloading_id=row.pk, bin_id=bin_id, **given)
        return Response(UnloadingPostedOut(done).data)

    @extend_schema(request=None, responses=UnloadingDetailOut)
    @action(detail=True, methods=["post"], url_path="give-up")
    def give_up(self, request: Request, pk: str) -> Response:
        """Forget what was counted."""
        give_up_unloading(_by(request), unloading_id=self.get_object().pk)
        return Response(UnloadingDetailOut(self.get_object()).data)


def _by(request: Request) -> By:
    return By(Actor.of(request.user), key=key_of(request))
