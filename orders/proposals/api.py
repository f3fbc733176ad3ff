"""Price proposals for programs: propose, approve by somebody else, turn down. A job writes what was approved."""

from decimal import Decimal
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.shapes import BusinessDateField, CodeField, MoneyField, StrictSerializer, body_of
from masterdata.agreements.permissions import VIEW_PRICE
from masterdata.agreements.queries import price_scope_list
from masterdata.models import Price

from .actions.decide_proposal import approve_proposal, reject_proposal
from .actions.propose_prices import propose_prices
from .models import PriceProposal, PriceProposalLine
from .permissions import APPROVE_PRICES, PROPOSE_PRICES
from .queries import proposal_list
from .sheets import said_prices

PROPOSABLE = [choice for choice in Price.Method.choices if choice[0] != Price.Method.FREE]


class ProposalLineOut(serializers.ModelSerializer[PriceProposalLine]):
    """`before_value`: what holds without the proposal. A `problem` parks the row."""

    item = serializers.CharField(source="item.code", default=None)
    item_class = serializers.CharField(source="item_class.code", default=None)

    class Meta:
        model = PriceProposalLine
        fields = [
            "row", "item", "item_class", "method", "value", "unit", "min_quantity", "before_method", "before_value",
            "sold_lines", "impact", "problem",
        ]  # fmt: skip


class ProposalOut(serializers.ModelSerializer[PriceProposal]):
    """`impact`: what the last quarter's lines would have cost more."""

    scope = serializers.CharField(source="scope.code")

    class Meta:
        model = PriceProposal
        fields = [
            "id", "scope", "title", "effective_on", "state", "line_count", "parked_count", "impact", "proposed_by",
            "decided_by", "decision_reason", "version",
        ]  # fmt: skip


class ProposalDetailOut(ProposalOut):
    lines = ProposalLineOut(many=True)

    class Meta(ProposalOut.Meta):
        fields = [*ProposalOut.Meta.fields, "lines"]


class ProposedPriceIn(StrictSerializer):
    """For one item or one class."""

    item = CodeField(default="", allow_blank=True, help_text="Any number that names the item.")
    item_class = CodeField(default="", allow_blank=True)
    method = serializers.ChoiceField(choices=PROPOSABLE, default=Price.Method.NET)
    value = MoneyField(min_value=0)
    unit = CodeField(max_length=3, default="", allow_blank=True)
    min_quantity = MoneyField(min_value=0, default=Decimal(0))


class ProposalIn(StrictSerializer):
    """Prices for one set, by its id. Rows that can be no price are parked with their problem."""

    scope = serializers.IntegerField(min_value=1)
    title = CodeField(max_length=120)
    effective_on = BusinessDateField()
    lines = ProposedPriceIn(many=True, allow_empty=False, max_length=5000)


class ApproveProposalIn(StrictSerializer):
    """`effective_on` left out: the day that was proposed."""

    version = serializers.IntegerField(min_value=1)
    effective_on = BusinessDateField(required=False)
    reason = CodeField(max_length=200, default="", allow_blank=True)


class RejectProposalIn(StrictSerializer):
    version = serializers.IntegerField(min_value=1)
    reason = CodeField(max_length=200)


class ProposalFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=PriceProposal.State.choices)
    scope = django_filters.CharFilter(field_name="scope__code")


class PriceProposalViewSet(viewsets.ReadOnlyModelViewSet[PriceProposal]):
    serializer_class = ProposalOut
    filterset_class = ProposalFilter
    rights: ClassVar = {"create": PROPOSE_PRICES, "approve": APPROVE_PRICES, "reject": APPROVE_PRICES}

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.rights.get(self.action, VIEW_PRICE))()]

    def get_serializer_class(self) -> Any:
        return ProposalOut if self.action == "list" else ProposalDetailOut

    def get_queryset(self) -> QuerySet[PriceProposal]:
        rows = proposal_list(user=self.request.user).select_related("scope")
        return rows if self.action == "list" else rows.prefetch_related("lines__item", "lines__item_class")

    @extend_schema(request=ProposalIn, responses={201: ProposalDetailOut})
    def create(self, request: Request) -> Response:
        """Propose prices; nothing is priced by them before somebody else approves."""
        given = body_of(request, ProposalIn)
        scope = price_scope_list(user=request.user).filter(pk=given["scope"]).first()
        if scope is None:
            raise NotFound(what="price scope", reference=given["scope"])
        rows = [{name: str(value) for name, value in line.items()} for line in given["lines"]]
        made = propose_prices(
            _by(request, given["title"]),
            scope_id=scope.pk,
            title=given["title"],
            effective_on=given["effective_on"],
            rows=said_prices(rows, scope),
        )
        found = self.get_queryset().get(pk=made.proposal_id)
        return Response(ProposalDetailOut(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ApproveProposalIn, responses=ProposalDetailOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Let the prices hold from their day on; refused for whoever proposed them."""
        given = body_of(request, ApproveProposalIn)
        approve_proposal(_by(request, given["reason"]), proposal_id=self.get_object().pk, **given)
        return Response(ProposalDetailOut(self.get_object()).data)

    @extend_schema(request=RejectProposalIn, responses=ProposalDetailOut)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """Turn it down; refused for whoever proposed it."""
        given = body_of(request, RejectProposalIn)
        reject_proposal(_by(request, given["reason"]), proposal_id=self.get_object().pk, **given)
        return Response(ProposalDetailOut(self.get_object()).data)


def _by(request: Request, reason: str) -> By:
    return By(Actor.of(request.user), key=key_of(request), reason=reason)
