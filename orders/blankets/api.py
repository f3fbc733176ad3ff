"""Blanket orders for programs: agreed, changed, approved, called off, closed."""

from decimal import Decimal
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.documents import DocumentViewSet
from erp.kernel.shapes import (
    BusinessDateField,
    CodeField,
    ExactDecimalField,
    NoteField,
    QuantityField,
    StrictSerializer,
    body_of,
)
from orders.entry.api import OfferIn, OfferLineIn, customer_of, offer_of, ship_to_of
from orders.entry.models import SalesOrder

from .actions.call_off import CalledLine, CallOffRequest, call_off
from .actions.end_blanket import close_blanket
from .actions.write_blanket import LineTerms, approve_blanket, change_blanket, create_blanket
from .models import BlanketLine, BlanketOrder
from .permissions import APPROVE_BLANKET, VIEW_BLANKET, WRITE_BLANKET
from .queries import blanket_list

ZERO = Decimal(0)


class BlanketLineOut(serializers.ModelSerializer[BlanketLine]):
    """`quantity`, `least` and prices in `unit`; `stock_quantity`, `tolerated` and `called` in the stock unit."""

    item = serializers.CharField(source="item.code")
    unit = serializers.CharField(source="unit_id")

    class Meta:
        model = BlanketLine
        fields = [
            "line", "item", "description", "quantity", "unit", "least", "unit_price", "price_source", "price_reason",
            "stock_quantity", "tolerated", "called", "supply",
        ]  # fmt: skip


class BlanketOut(serializers.ModelSerializer[BlanketOrder]):
    customer = serializers.CharField(source="customer.party.code")
    site = serializers.CharField(source="site.code")

    class Meta:
        model = BlanketOrder
        fields = [
            "id", "number", "customer", "site", "customer_po", "job", "state", "valid_from", "valid_until", "currency",
            "net", "beyond", "approved_by", "closed_at", "created_at", "created_by", "version",
        ]  # fmt: skip


class BlanketDetailOut(BlanketOut):
    lines = BlanketLineOut(many=True)

    class Meta(BlanketOut.Meta):
        fields = [*BlanketOut.Meta.fields, "note", "closing_note", "lines"]


class BlanketLineIn(OfferLineIn):
    """`least`: the smallest call-off of the line, in its unit; 0 is any."""

    least = ExactDecimalField(max_digits=18, decimal_places=6, min_value=0, required=False)


class BlanketIn(OfferIn):
    """Quantities that a customer commits to between two days."""

    customer = CodeField()
    lines = BlanketLineIn(many=True, allow_empty=False, max_length=5000)
    valid_from = BusinessDateField()
    valid_until = BusinessDateField()


class LineTermsIn(StrictSerializer):
    line = serializers.IntegerField(min_value=1)
    quantity = QuantityField()
    least = ExactDecimalField(max_digits=18, decimal_places=6, min_value=0)


class ChangeBlanketIn(StrictSerializer):
    """Lines that are left out stay as they are."""

    version = serializers.IntegerField(min_value=1)
    valid_until = BusinessDateField()
    reason = CodeField(max_length=200)
    lines = LineTermsIn(many=True, required=False)


class ApproveBlanketIn(StrictSerializer):
    version = serializers.IntegerField(min_value=1)


class CloseBlanketIn(StrictSerializer):
    version = serializers.IntegerField(min_value=1)
    reason = CodeField(max_length=200)


class CalledLineIn(StrictSerializer):
    line = serializers.IntegerField(min_value=1)
    quantity = QuantityField(help_text="In the unit of the blanket order's line.")


class CallOffIn(StrictSerializer):
    lines = CalledLineIn(many=True, allow_empty=False, max_length=1000)
    requested_on = BusinessDateField(required=False)
    ship_to = CodeField(default="", allow_blank=True)
    customer_po = CodeField(default="", allow_blank=True)
    note = NoteField()


class CalledOffOut(serializers.Serializer[Any]):
    order_id = serializers.IntegerField()
    number = serializers.CharField()
    holds = serializers.ListField(child=serializers.CharField())
    warnings = serializers.ListField(child=serializers.CharField())


class BlanketFilter(django_filters.FilterSet):
    number = django_filters.CharFilter(lookup_expr="iexact")
    customer = django_filters.CharFilter(field_name="customer__party__code", lookup_expr="iexact")
    state = django_filters.MultipleChoiceFilter(choices=BlanketOrder.State.choices)
    valid_until = django_filters.DateFromToRangeFilter()


class BlanketViewSet(DocumentViewSet[BlanketOrder]):
    """Blanket orders by their number."""

    serializer_class = BlanketOut
    filterset_class = BlanketFilter
    detail_class = BlanketDetailOut
    view_right = VIEW_BLANKET
    rights: ClassVar = {
        "create": WRITE_BLANKET,
        "change": WRITE_BLANKET,
        "approve": APPROVE_BLANKET,
        "call_off": WRITE_BLANKET,
        "close": WRITE_BLANKET,
    }

    def get_queryset(self) -> QuerySet[BlanketOrder]:
        rows = blanket_list(user=self.request.user)
        return rows if self.action == "list" else rows.prefetch_related("lines__item")

    @extend_schema(request=BlanketIn, responses={201: BlanketDetailOut})
    def create(self, request: Request) -> Response:
        """Agree quantities at binding prices."""
        given = body_of(request, BlanketIn)
        made = create_blanket(
            self.by(),
            request=offer_of(given, customer_of(given["customer"], request.user)),
            valid_from=given["valid_from"],
            valid_until=given["valid_until"],
            least=[line.get("least", ZERO) for line in given["lines"]],
        )
        return self.answer(made.number, status.HTTP_201_CREATED)

    @extend_schema(request=ChangeBlanketIn, responses=BlanketDetailOut)
    @action(detail=True, methods=["post"])
    def change(self, request: Request, number: str) -> Response:
        """Commit to other quantities, or for longer."""
        given = body_of(request, ChangeBlanketIn)
        change_blanket(
            self.by(given["reason"]),
            blanket_id=self.get_object().pk,
            version=given["version"],
            lines=[LineTerms(**line) for line in given.get("lines", ())],
            valid_until=given["valid_until"],
            reason=given["reason"],
        )
        return self.answer(number)

    @extend_schema(request=ApproveBlanketIn, responses=BlanketDetailOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, number: str) -> Response:
        """Let prices beyond their writer's authority bind."""
        approve_blanket(self.by(), blanket_id=self.get_object().pk, **body_of(request, ApproveBlanketIn))
        return self.answer(number)

    @extend_schema(request=CallOffIn, responses={201: CalledOffOut})
    @action(detail=True, methods=["post"], url_path="call-offs")
    def call_off(self, request: Request, number: str) -> Response:
        """Order a part of what is committed."""
        given, blanket = body_of(request, CallOffIn), self.get_object()
        made = call_off(
            self.by(),
            blanket_id=blanket.pk,
            request=CallOffRequest(
                lines=[CalledLine(**line) for line in given["lines"]],
                requested_on=given.get("requested_on"),
                ship_to_id=ship_to_of(blanket.customer, given["ship_to"]) if given["ship_to"] else None,
                customer_po=given["customer_po"],
                note=given["note"],
                channel=SalesOrder.Channel.API.value,
            ),
        )
        return Response(CalledOffOut(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=CloseBlanketIn, responses=BlanketDetailOut)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, number: str) -> Response:
        """Let nothing more be called off."""
        given = body_of(request, CloseBlanketIn)
        close_blanket(self.by(given["reason"]), blanket_id=self.get_object().pk, **given)
        return self.answer(number)
