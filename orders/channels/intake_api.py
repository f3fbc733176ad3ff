"""Intake documents for programs: what came in, what waits of it, and its resubmission or end."""

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.shapes import CodeField, MoneyField, QuantityField, StrictSerializer, body_of
from inventory.commitments.models import SupplyMethod
from orders.entry.models import SalesOrder

from .actions.discard_document import discard_document
from .actions.drop_lines import drop_lines
from .actions.intake_order import INTAKE_ORDER
from .actions.resubmit_lines import Correction, HeaderFix, resubmit_lines
from .actions.retake_document import retake_document
from .models import IntakeDocument, ParkedLine
from .order_shapes import IntakeOut
from .queries import intake_documents


class ParkedLineOut(serializers.ModelSerializer[ParkedLine]):
    """A line that could not be taken; `payload` is as delivered, or as last corrected."""

    order = serializers.CharField(source="order.number", default=None)

    class Meta:
        model = ParkedLine
        fields = [
            "line", "payload", "code", "reason", "resolution", "resolution_reason", "resolved_at", "resolved_by",
            "order",
        ]  # fmt: skip


class IntakeDocumentOut(serializers.ModelSerializer[IntakeDocument]):
    """`code` and `reason`: why a document waits as a whole. `partner`: the trading partner's id."""

    order = serializers.CharField(source="order.number", default=None)
    waiting = serializers.IntegerField()
    parked_lines = ParkedLineOut(many=True)

    class Meta:
        model = IntakeDocument
        fields = [
            "id",
            "channel",
            "source",
            "key",
            "kind",
            "reference",
            "partner",
            "state",
            "code",
            "reason",
            "order",
            "waiting",
            "received_at",
            "parked_lines",
        ]


class LineFixIn(StrictSerializer):
    """A parked line as it shall be asked for now, all of it. `line`: its number in the document. `remember`: what the
    document called the item is the customer's number of it from now on."""

    line = serializers.IntegerField(min_value=1)
    item = CodeField()
    quantity = QuantityField()
    unit = CodeField(max_length=3, default="", allow_blank=True)
    price = MoneyField(min_value=0, required=False)
    price_reason = CodeField(max_length=120, default="", allow_blank=True)
    remember = serializers.BooleanField(default=False)
    supply = serializers.ChoiceField(SupplyMethod.choices, default="", allow_blank=True)
    site = CodeField(max_length=20, default="", allow_blank=True)


class ResubmitIn(StrictSerializer):
    """Without `lines` and `corrections`: every waiting line. Header codes only while there is no order."""

    lines = serializers.ListField(child=serializers.IntegerField(min_value=1), default=list, max_length=5000)
    corrections = LineFixIn(many=True, default=list, max_length=5000)  # type: ignore[call-arg]  # the list's own
    customer = CodeField(required=False)
    ship_to = CodeField(required=False, allow_blank=True)
    customer_po = CodeField(required=False, allow_blank=True)


class DropIn(StrictSerializer):
    """Left out, `lines` means every waiting line."""

    lines = serializers.ListField(child=serializers.IntegerField(min_value=1), default=list, max_length=5000)
    reason = CodeField(max_length=200)


class RetakeIn(StrictSerializer):
    """partner: id of its trading partner. ship_to: our code. accept: in spite of what stands against it, and why."""

    partner = serializers.IntegerField(min_value=1, required=False)
    ship_to = CodeField(max_length=20, default="", allow_blank=True)
    accept = serializers.BooleanField(default=False)
    reason = CodeField(max_length=200, default="", allow_blank=True)


class DiscardIn(StrictSerializer):
    reason = CodeField(max_length=200)


class DiscardedOut(serializers.Serializer[Any]):
    document_id = serializers.IntegerField()


class DroppedOut(serializers.Serializer[Any]):
    document_id = serializers.IntegerField()
    state = serializers.CharField()
    count = serializers.IntegerField()


class IntakeDocumentFilter(django_filters.FilterSet):
    """`order`: the number of the order that a document became."""

    state = django_filters.MultipleChoiceFilter(choices=IntakeDocument.State.choices)
    channel = django_filters.MultipleChoiceFilter(choices=SalesOrder.Channel.choices)
    key = django_filters.CharFilter()
    reference = django_filters.CharFilter()
    order = django_filters.CharFilter(field_name="order__number")


class IntakeDocumentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[IntakeDocument]
):
    serializer_class = IntakeDocumentOut
    filterset_class = IntakeDocumentFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(INTAKE_ORDER)()]

    def get_queryset(self) -> QuerySet[IntakeDocument]:
        lines = ParkedLine.objects.select_related("order").order_by("line")
        return intake_documents(user=self.request.user).prefetch_related(Prefetch("parked_lines", lines))

    @extend_schema(request=ResubmitIn, responses=IntakeOut)
    @action(detail=True, methods=["post"])
    def resubmit(self, request: Request, pk: str) -> Response:
        given = body_of(request, ResubmitIn)
        header = {name: given[name] for name in ("customer", "ship_to", "customer_po") if name in given}
        result = resubmit_lines(
            By(Actor.of(request.user), key=key_of(request)),
            document_id=self.get_object().pk,
            corrections=[_correction(line) for line in given["corrections"]],
            lines=given["lines"],
            header=HeaderFix(**header) if header else None,
        )
        return Response(IntakeOut(result).data)

    @extend_schema(request=RetakeIn, responses=IntakeOut)
    @action(detail=True, methods=["post"])
    def retake(self, request: Request, pk: str) -> Response:
        """Read an electronic document again that became no order."""
        given = body_of(request, RetakeIn)
        result = retake_document(
            By(Actor.of(request.user), key=key_of(request), reason=given["reason"]),
            document_id=self.get_object().pk,
            partner_id=given.pop("partner", None),
            **given,
        )
        return Response(IntakeOut(result).data)

    @extend_schema(request=DiscardIn, responses=DiscardedOut)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Close a parked document for good, its waiting lines with it."""
        reason = body_of(request, DiscardIn)["reason"]
        by = By(Actor.of(request.user), key=key_of(request), reason=reason)
        result = discard_document(by, document_id=self.get_object().pk, reason=reason)
        return Response(DiscardedOut(result).data)

    @extend_schema(request=DropIn, responses=DroppedOut)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        given = body_of(request, DropIn)
        reason = given["reason"]
        result = drop_lines(
            By(Actor.of(request.user), key=key_of(request), reason=reason),
            document_id=self.get_object().pk,
            lines=given["lines"],
            reason=reason,
        )
        return Response(DroppedOut(result).data)


def _correction(line: dict[str, Any]) -> Correction:
    return Correction(
        line=line["line"],
        item=line["item"],
        quantity=f"{line['quantity']:f}",
        unit=line["unit"],
        price=f"{line['price']:f}" if "price" in line else "",
        price_reason=line["price_reason"],
        remember=line["remember"],
        supply=line["supply"],
        site=line["site"],
    )
