"""What did not arrive, and what the house proposes to move, for programs."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.api import has_perm
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import CodeField, QuantityField, StrictSerializer, body_of
from inventory.adjustments.permissions import ADJUST_STOCK

from .actions.clear_difference import find_difference, write_off_difference
from .actions.propose_transfers import accept_proposals, dismiss_proposals
from .api import ARRIVES_AS, TransferReasonIn, bin_ids, by_of
from .models import RebalanceProposal, TransferDifference
from .permissions import REBALANCE, RECEIVE_TRANSFER, VIEW_TRANSFER
from .queries import difference_list, proposal_list

QUANTITY: Any = {"max_digits": 18, "decimal_places": 6}


class TransferDifferenceOut(serializers.ModelSerializer[TransferDifference]):
    """`missing` is in transit until it is cleared; stock unit."""

    transfer = serializers.CharField(source="order.number")
    to_site = serializers.CharField(source="order.to_site.code")
    item = serializers.CharField(source="content.line.item.code")
    lot = serializers.CharField(source="content.lot.code", default=None, allow_null=True)
    state = serializers.CharField(read_only=True)
    missing = serializers.DecimalField(read_only=True, **QUANTITY)

    class Meta:
        model = TransferDifference
        fields = [
            "id", "transfer", "to_site", "item", "lot", "kind", "state", "quantity", "found", "missing", "note",
            "owner", "opened_at", "due_on", "outcome", "claim_reference", "cleared_by", "cleared_at",
        ]  # fmt: skip


class FoundIn(StrictSerializer):
    quantity = QuantityField()
    bin = CodeField(max_length=20)
    status = serializers.ChoiceField(choices=ARRIVES_AS, default=ARRIVES_AS[0][0])
    note = CodeField(max_length=200, default="", allow_blank=True)


class WriteOffIn(StrictSerializer):
    """`claim_reference`: the number under which the carrier is asked to pay for it."""

    note = CodeField(max_length=180)
    claim_reference = CodeField(max_length=60, default="", allow_blank=True)


class DifferenceFilter(django_filters.FilterSet):
    transfer = django_filters.CharFilter(field_name="order__number")
    to_site = django_filters.CharFilter(field_name="order__to_site__code")
    kind = django_filters.MultipleChoiceFilter(choices=TransferDifference.Kind.choices)
    owner = django_filters.CharFilter()
    state = django_filters.CharFilter(help_text="open, waiting, found, written_off or claimed")


class TransferDifferenceViewSet(
    FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[TransferDifference]
):
    """Goods that were shipped and did not arrive as they should."""

    serializer_class = TransferDifferenceOut
    filterset_class = DifferenceFilter
    RIGHTS = {"found": RECEIVE_TRANSFER, "write_off": ADJUST_STOCK}

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.RIGHTS.get(self.action, VIEW_TRANSFER))()]

    def get_queryset(self) -> QuerySet[TransferDifference]:
        return difference_list(user=self.request.user)

    @extend_schema(request=FoundIn, responses=TransferDifferenceOut)
    @action(detail=True, methods=["post"])
    def found(self, request: Request, pk: str) -> Response:
        """Receive what came to light after all."""
        given, row = body_of(request, FoundIn), self.get_object()
        (bin_id,) = bin_ids(row.order.to_site_id, "", [given])
        find_difference(
            by_of(request, given["note"]),
            difference_id=row.pk,
            quantity=given["quantity"],
            bin_id=bin_id,
            status=given["status"],
            note=given["note"],
        )
        return Response(TransferDifferenceOut(self.get_object()).data)

    @extend_schema(request=WriteOffIn, responses=TransferDifferenceOut)
    @action(detail=True, methods=["post"], url_path="write-off")
    def write_off(self, request: Request, pk: str) -> Response:
        """Take it out of stock, within the caller's limits or after another person's word."""
        given, row = body_of(request, WriteOffIn), self.get_object()
        write_off_difference(
            by_of(request, given["note"]),
            difference_id=row.pk,
            note=given["note"],
            claim_reference=given["claim_reference"],
        )
        return Response(TransferDifferenceOut(self.get_object()).data)


# What the house proposes -----------------------------------------------------------------------------------------


class TransferProposalOut(serializers.ModelSerializer[RebalanceProposal]):
    """`value` at the giving site's average cost and `freight`, an estimate, in the company's currency."""

    item = serializers.CharField(source="item.code")
    site = serializers.CharField(source="site.code")
    to_site = serializers.CharField(source="to_site.code")
    transfer = serializers.CharField(source="transfer.number", default=None, allow_null=True)

    class Meta:
        model = RebalanceProposal
        fields = [
            "id", "state", "item", "site", "to_site", "quantity", "lines", "on_time", "days_earlier", "undated",
            "value", "freight", "arrives_on", "computed_at", "decided_by", "decided_at", "decision_note", "transfer",
        ]  # fmt: skip


class ProposalFilter(django_filters.FilterSet):
    item = django_filters.CharFilter(field_name="item__code")
    site = django_filters.CharFilter(field_name="site__code")
    to_site = django_filters.CharFilter(field_name="to_site__code")
    state = django_filters.MultipleChoiceFilter(choices=RebalanceProposal.State.choices)


class ProposalViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[RebalanceProposal]):
    """What one site has too much of and another misses."""

    serializer_class = TransferProposalOut
    filterset_class = ProposalFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(REBALANCE)()]

    def get_queryset(self) -> QuerySet[RebalanceProposal]:
        return proposal_list(user=self.request.user)

    @extend_schema(request=None, responses=TransferProposalOut)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Ask for it: a transfer that is approved as any other."""
        accept_proposals(by_of(request), proposal_ids=[self.get_object().pk], strict=True)
        return Response(TransferProposalOut(self.get_object()).data)

    @extend_schema(request=TransferReasonIn, responses=TransferProposalOut)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        """Say why not; it stays away for a while."""
        given, row = body_of(request, TransferReasonIn), self.get_object()
        by = by_of(request, given["reason"])
        dismiss_proposals(by, proposal_ids=[row.pk], reason=given["reason"], strict=True)
        return Response(TransferProposalOut(self.get_object()).data)
