"""What did not come as it should, for programs: a scanner at the dock, a supplier's claims desk."""

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
from erp.kernel.shapes import CodeField, QuantityField, StrictSerializer, body_of
from inventory.purchasing.models import PurchaseOrderLine
from inventory.purchasing.queries import purchase_order_list
from masterdata.items.models import Item

from .actions.report_differences import Found, report_differences
from .actions.resolve_difference import give_differences, resolve_difference
from .models import ReceiptDifference
from .permissions import REPORT_DIFFERENCE, RESOLVE_DIFFERENCE, VIEW_RECEIPT
from .queries import difference_list, receipt_list


class ReceiptDifferenceOut(serializers.ModelSerializer[ReceiptDifference]):
    """`item`: what was expected; `found_item`: what came, null where it is none of ours; `quantity`: stock unit."""

    site = serializers.CharField(source="site.code")
    purchase_order = serializers.CharField(source="line.order.number")
    line = serializers.IntegerField(source="line.line")
    item = serializers.CharField(source="line.item.code")
    found_item = serializers.CharField(source="item.code", default=None, allow_null=True)
    receipt = serializers.CharField(source="receipt.number", default=None, allow_null=True)
    state = serializers.CharField(read_only=True)

    class Meta:
        model = ReceiptDifference
        fields = [
            "id", "number", "state", "site", "purchase_order", "line", "item", "found_item", "receipt", "kind",
            "quantity", "note", "owner", "reported_by", "reported_at", "due_on", "outcome", "claim_reference",
            "resolution", "resolved_by", "resolved_at",
        ]  # fmt: skip


class ReceiptFoundIn(StrictSerializer):
    """`item`: of a wrong item, what it is; blank: none of ours, and the note says what came."""

    line = serializers.IntegerField(min_value=1, help_text="The purchase order's line number.")
    kind = serializers.ChoiceField(choices=ReceiptDifference.Kind.choices)
    quantity = QuantityField(help_text="In the item's stock unit.")
    item = CodeField(max_length=40, default="", allow_blank=True)
    note = CodeField(max_length=200, default="", allow_blank=True)


class ReceiptDifferencesIn(StrictSerializer):
    purchase_order = CodeField()
    receipt = CodeField(default="", allow_blank=True)
    differences = serializers.ListField(child=ReceiptFoundIn(), min_length=1, max_length=1000)


class ResolveDifferenceIn(StrictSerializer):
    """`claim_reference`: the number under which the supplier was asked for it."""

    outcome = serializers.ChoiceField(choices=ReceiptDifference.Outcome.choices)
    note = CodeField(max_length=200)
    claim_reference = CodeField(max_length=60, default="", allow_blank=True)


class GiveDifferenceIn(StrictSerializer):
    owner = CodeField(max_length=80)


class ReceiptDifferenceFilter(django_filters.FilterSet):
    site = django_filters.CharFilter(field_name="site__code")
    purchase_order = django_filters.CharFilter(field_name="line__order__number")
    kind = django_filters.MultipleChoiceFilter(choices=ReceiptDifference.Kind.choices)
    owner = django_filters.CharFilter()
    state = django_filters.CharFilter(help_text="open, or an outcome")


class ReceiptDifferenceViewSet(
    FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[ReceiptDifference]
):
    """Goods of purchase orders that came short, over, damaged or wrong; none of them is in stock."""

    serializer_class = ReceiptDifferenceOut
    filterset_class = ReceiptDifferenceFilter
    RIGHTS = {"create": REPORT_DIFFERENCE, "resolve": RESOLVE_DIFFERENCE, "give": RESOLVE_DIFFERENCE}

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.RIGHTS.get(self.action, VIEW_RECEIPT))()]

    def get_queryset(self) -> QuerySet[ReceiptDifference]:
        return difference_list(user=self.request.user)

    @extend_schema(request=ReceiptDifferencesIn, responses={201: ReceiptDifferenceOut(many=True)})
    def create(self, request: Request) -> Response:
        """Report what is wrong with a delivery of one purchase order; its buyer has it from then on."""
        given = body_of(request, ReceiptDifferencesIn)
        by = _by(request)
        order = purchase_order_list(user=request.user).filter(number=given["purchase_order"]).first()
        if order is None:
            raise NotFound(what="purchase order", reference=given["purchase_order"])
        receipt_id = None
        if given["receipt"]:
            receipts = receipt_list(user=request.user).filter(number=given["receipt"])
            receipt_id = receipts.values_list("pk", flat=True).first()
            if receipt_id is None:
                raise NotFound(what="receipt", reference=given["receipt"])
        lines = dict(PurchaseOrderLine.objects.filter(order=order.pk).values_list("line", "pk"))
        codes = {each["item"] for each in given["differences"]} - {""}
        items = dict(Item.objects.filter(code__in=codes).values_list("code", "pk"))
        found = []
        for place, each in enumerate(given["differences"]):
            if each["line"] not in lines:
                reason = f"{order.number} has no line {each['line']}."
                raise BadInput(field=f"differences.{place}.line", reason=reason)
            if each["item"] and each["item"] not in items:
                reason = f"there is no item {each['item']}."
                raise BadInput(field=f"differences.{place}.item", reason=reason)
            line_id, item_id = lines[each["line"]], items.get(each["item"])
            found.append(Found(line_id, each["kind"], each["quantity"], each["note"], item_id))
        made = report_differences(by, purchase_order_id=order.pk, found=found, receipt_id=receipt_id)
        rows = self.get_queryset().filter(pk__in=made.difference_ids).order_by("pk")
        return Response(ReceiptDifferenceOut(rows, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ResolveDifferenceIn, responses=ReceiptDifferenceOut)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str) -> Response:
        """Say what becomes of the goods."""
        given, row = body_of(request, ResolveDifferenceIn), self.get_object()
        resolve_difference(_by(request), difference_id=row.pk, **given)
        return Response(ReceiptDifferenceOut(self.get_object()).data)

    @extend_schema(request=GiveDifferenceIn, responses=ReceiptDifferenceOut)
    @action(detail=True, methods=["post"])
    def give(self, request: Request, pk: str) -> Response:
        """Give it to somebody else who clears such."""
        given, row = body_of(request, GiveDifferenceIn), self.get_object()
        give_differences(_by(request), difference_ids=[row.pk], owner=given["owner"])
        return Response(ReceiptDifferenceOut(self.get_object()).data)


def _by(request: Request) -> By:
    return By(Actor.of(request.user), key=key_of(request))
