"""Quotes for programs: written, revised, approved, sent, ordered, lost."""

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.documents import DocumentViewSet
from erp.kernel.shapes import BusinessDateField, CodeField, NoteField, StrictSerializer, body_of
from orders.entry.api import OfferIn, customer_of, offer_of
from orders.entry.models import SalesOrder

from .actions.accept_quote import Acceptance, accept_quote
from .actions.approve_quote import approve_quote
from .actions.end_quote import lose_quote
from .actions.send_quote import send_quote
from .actions.write_quote import create_quote, revise_quote
from .models import Quote, QuoteLine, QuoteRevision
from .permissions import APPROVE_QUOTE, VIEW_QUOTE, WRITE_QUOTE
from .queries import quote_list
from .sheets import lines_of_revision


class QuoteLineOut(serializers.ModelSerializer[QuoteLine]):
    """One line of the newest revision; `order` is the order that it became."""

    item = serializers.CharField(source="item.code")
    unit = serializers.CharField(source="unit_id")
    order = serializers.CharField(source="order_line.order.number", default=None)

    class Meta:
        model = QuoteLine
        fields = [
            "line", "item", "description", "quantity", "unit", "list_price", "unit_price", "price_source",
            "price_reason", "net", "tax_rate_percent", "supply", "order",
        ]  # fmt: skip


class QuoteRevisionOut(serializers.ModelSerializer[QuoteRevision]):
    class Meta:
        model = QuoteRevision
        fields = [
            "revision",
            "valid_until",
            "line_count",
            "net",
            "tax",
            "gross",
            "reason",
            "made_at",
            "made_by",
        ]


class QuoteOut(serializers.ModelSerializer[Quote]):
    """A quote's header with the figures of its newest revision."""

    customer = serializers.CharField(source="customer.party.code")
    site = serializers.CharField(source="site.code")

    class Meta:
        model = Quote
        fields = [
            "id", "number", "customer", "site", "customer_reference", "job", "state", "revision", "valid_until",
            "requested_on", "currency", "line_count", "net", "tax", "gross", "ordered_net", "beyond", "approved_by",
            "sent_at", "closed_at", "loss", "competitor", "created_at", "created_by", "version",
        ]  # fmt: skip


class QuoteDetailOut(QuoteOut):
    lines = serializers.SerializerMethodField()
    revisions = QuoteRevisionOut(many=True)

    class Meta(QuoteOut.Meta):
        fields = [*QuoteOut.Meta.fields, "note", "closing_note", "lines", "revisions"]

    @extend_schema_field(QuoteLineOut(many=True))
    def get_lines(self, quote: Quote) -> Any:
        return QuoteLineOut(lines_of_revision(quote), many=True).data


class QuoteIn(OfferIn):
    """Left out, `valid_until` is as the house's policy says."""

    customer = CodeField()
    valid_until = BusinessDateField(required=False, default=None)


class ReviseQuoteIn(OfferIn):
    version = serializers.IntegerField(min_value=1)
    valid_until = BusinessDateField(required=False, default=None)
    reason = CodeField(max_length=200, default="", allow_blank=True)


class ApproveQuoteIn(StrictSerializer):
    version = serializers.IntegerField(min_value=1)
    note = CodeField(max_length=200, default="", allow_blank=True)


class SendQuoteIn(StrictSerializer):
    """Without `recipient` it goes to the customer's own address; `by_hand`: no e-mail, it was handed over."""

    version = serializers.IntegerField(min_value=1)
    recipient = serializers.EmailField(default="", allow_blank=True)
    by_hand = serializers.BooleanField(default=False)


class LoseQuoteIn(StrictSerializer):
    version = serializers.IntegerField(min_value=1)
    loss = serializers.ChoiceField(choices=Quote.Loss.choices)
    competitor = CodeField(max_length=80, default="", allow_blank=True)
    note = CodeField(max_length=200, default="", allow_blank=True)


class AcceptQuoteIn(StrictSerializer):
    """Left out, `lines` means all that are not ordered yet. `anew`: after its last day, at prices found anew."""

    version = serializers.IntegerField(min_value=1)
    lines = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, min_length=1)
    customer_po = CodeField(default="", allow_blank=True)
    requested_on = BusinessDateField(required=False)
    note = NoteField()
    anew = serializers.BooleanField(default=False)


class AcceptedQuoteOut(serializers.Serializer[Any]):
    order_id = serializers.IntegerField()
    number = serializers.CharField()
    holds = serializers.ListField(child=serializers.CharField())
    held_prices = serializers.BooleanField()
    left = serializers.IntegerField()


class QuoteFilter(django_filters.FilterSet):
    number = django_filters.CharFilter(lookup_expr="iexact")
    customer = django_filters.CharFilter(field_name="customer__party__code", lookup_expr="iexact")
    state = django_filters.MultipleChoiceFilter(choices=Quote.State.choices)
    loss = django_filters.MultipleChoiceFilter(choices=Quote.Loss.choices)
    valid_until = django_filters.DateFromToRangeFilter()


class QuoteViewSet(DocumentViewSet[Quote]):
    """Quotes by their number."""

    serializer_class = QuoteOut
    filterset_class = QuoteFilter
    detail_class = QuoteDetailOut
    view_right = VIEW_QUOTE
    rights: ClassVar = {
        "create": WRITE_QUOTE,
        "revise": WRITE_QUOTE,
        "approve": APPROVE_QUOTE,
        "send": WRITE_QUOTE,
        "accept": WRITE_QUOTE,
        "lose": WRITE_QUOTE,
    }

    def get_queryset(self) -> QuerySet[Quote]:
        return quote_list(user=self.request.user)

    @extend_schema(request=QuoteIn, responses={201: QuoteDetailOut})
    def create(self, request: Request) -> Response:
        """Offer prices to a customer; nothing is held but the prices."""
        given = body_of(request, QuoteIn)
        offer = offer_of(given, customer_of(given["customer"], request.user))
        made = create_quote(self.by(), request=offer, valid_until=given["valid_until"])
        return self.answer(made.number, status.HTTP_201_CREATED)

    @extend_schema(request=ReviseQuoteIn, responses=QuoteDetailOut)
    @action(detail=True, methods=["post"])
    def revise(self, request: Request, number: str) -> Response:
        """Offer something else under the same number; what was offered before is kept."""
        given, quote = body_of(request, ReviseQuoteIn), self.get_object()
        revise_quote(
            self.by(given["reason"]),
            quote_id=quote.pk,
            version=given["version"],
            request=offer_of(given, quote.customer),
            valid_until=given["valid_until"],
            reason=given["reason"],
        )
        return self.answer(number)

    @extend_schema(request=ApproveQuoteIn, responses=QuoteDetailOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, number: str) -> Response:
        """Let prices beyond their writer's authority be offered."""
        given = body_of(request, ApproveQuoteIn)
        approve_quote(self.by(given["note"]), quote_id=self.get_object().pk, **given)
        return self.answer(number)

    @extend_schema(request=SendQuoteIn, responses=QuoteDetailOut)
    @action(detail=True, methods=["post"])
    def send(self, request: Request, number: str) -> Response:
        """Send it to the customer with its PDF."""
        send_quote(self.by(), quote_id=self.get_object().pk, **body_of(request, SendQuoteIn))
        return self.answer(number)

    @extend_schema(request=LoseQuoteIn, responses=QuoteDetailOut)
    @action(detail=True, methods=["post"])
    def lose(self, request: Request, number: str) -> Response:
        """Note why it was lost."""
        given = body_of(request, LoseQuoteIn)
        lose_quote(self.by(given["note"]), quote_id=self.get_object().pk, **given)
        return self.answer(number)

    @extend_schema(request=AcceptQuoteIn, responses={201: AcceptedQuoteOut})
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, number: str) -> Response:
        """Make an order of its lines at the quoted prices."""
        given = body_of(request, AcceptQuoteIn)
        acceptance = Acceptance(
            lines=given.get("lines", ()),
            customer_po=given["customer_po"],
            requested_on=given.get("requested_on"),
            note=given["note"],
            anew=given["anew"],
            channel=SalesOrder.Channel.API.value,
        )
        made = accept_quote(
            self.by(), quote_id=self.get_object().pk, version=given["version"], acceptance=acceptance
        )
        return Response(AcceptedQuoteOut(made).data, status=status.HTTP_201_CREATED)
