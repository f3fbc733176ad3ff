"""Disputes for programs: opened, worked, and their write-offs decided."""

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from billing.disputes.actions.assign_disputes import assign_disputes, change_dispute
from billing.disputes.actions.close_disputes import WAYS, close_disputes
from billing.disputes.actions.credit_dispute import credit_dispute
from billing.disputes.actions.open_dispute import open_dispute
from billing.disputes.actions.write_off_dispute import (
    approve_write_offs,
    refuse_write_offs,
    take_back_write_off,
    write_off_dispute,
)
from billing.disputes.models import Dispute, DisputeOutcome
from billing.disputes.permissions import (
    APPROVE_WRITE_OFF,
    OPEN_DISPUTE,
    VIEW_DISPUTE,
    WORK_DISPUTE,
    WRITE_OFF,
)
from billing.disputes.queries import dispute_list, write_off_list
from billing.invoicing.actions.credit_invoice import CREDIT, CreditLine
from billing.receivables.api import AmountField
from billing.receivables.models import Deduction
from billing.receivables.queries import open_item_list
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.shapes import BusinessDateField, CodeField, ExactDecimalField, StrictSerializer, body_of


class DisputeOutcomeOut(serializers.ModelSerializer[DisputeOutcome]):
    memo = serializers.CharField(source="memo.number", default=None)

    class Meta:
        model = DisputeOutcome
        fields = [
            "id", "kind", "state", "amount", "note", "proposed_by", "proposed_at", "decided_by", "decided_at",
            "decision_note", "memo", "reversed_at", "reversed_by", "reversal_reason",
        ]  # fmt: skip


class DisputeOut(serializers.ModelSerializer[Dispute]):
    company = serializers.CharField(source="company.code")
    customer = serializers.CharField(source="customer.party.code")
    open_item = serializers.IntegerField(source="item_id")
    invoice = serializers.CharField(source="item.invoice.number")
    receipt = serializers.CharField(source="receipt.number", default=None)
    owner = serializers.CharField(source="owner.username", default=None)
    outcomes = DisputeOutcomeOut(many=True)

    class Meta:
        model = Dispute
        fields = [
            "id", "number", "company", "customer", "open_item", "invoice", "kind", "claim", "note", "currency",
            "amount", "open", "receipt", "owner", "opened_at", "opened_by", "due_on", "closed_at", "version",
            "outcomes",
        ]  # fmt: skip


class WriteOffOut(serializers.ModelSerializer[DisputeOutcome]):
    dispute = serializers.CharField(source="dispute.number")
    invoice = serializers.CharField(source="dispute.item.invoice.number")
    currency = serializers.CharField(source="dispute.currency")

    class Meta:
        model = DisputeOutcome
        fields = [
            "id", "dispute", "invoice", "currency", "state", "amount", "note", "proposed_by", "proposed_at",
            "decided_by", "decided_at", "decision_note",
        ]  # fmt: skip


class OpenDisputeIn(StrictSerializer):
    open_item = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(Deduction.choices)
    amount = AmountField()
    claim = CodeField(max_length=60, default="", allow_blank=True, help_text="The customer's own reference.")
    note = CodeField(max_length=300, default="", allow_blank=True)


class AssignDisputeIn(StrictSerializer):
    owner = serializers.IntegerField(min_value=1, allow_null=True, help_text="A user's id; null: nobody.")


class ChangeDisputeIn(StrictSerializer):
    kind = serializers.ChoiceField(Deduction.choices)
    claim = CodeField(max_length=60, default="", allow_blank=True)
    due_on = BusinessDateField()
    reason = CodeField(max_length=200, default="", allow_blank=True, help_text="Needed for another day.")
    version = serializers.IntegerField(min_value=1, help_text="The one that was read.")


class CloseDisputeIn(StrictSerializer):
    how = serializers.ChoiceField(WAYS)
    note = CodeField(max_length=200)


class CreditDisputeLineIn(StrictSerializer):
    line = serializers.IntegerField(min_value=1, help_text="The invoice line's id.")
    quantity = ExactDecimalField(max_digits=18, decimal_places=6, help_text="In the stock unit.")


class CreditDisputeIn(StrictSerializer):
    lines = CreditDisputeLineIn(many=True, allow_empty=False)
    note = CodeField(max_length=200)


class WriteOffDisputeIn(StrictSerializer):
    amount = AmountField()
    note = CodeField(max_length=200)


class WhyIn(StrictSerializer):
    reason = CodeField(max_length=200)


class DisputeFilter(django_filters.FilterSet):
    customer = django_filters.CharFilter(field_name="customer__party__code", lookup_expr="iexact")
    invoice = django_filters.CharFilter(field_name="item__invoice__number", lookup_expr="iexact")
    kind = django_filters.MultipleChoiceFilter(choices=Deduction.choices)
    closed = django_filters.BooleanFilter(field_name="closed_at", lookup_expr="isnull", exclude=True)
    due_to = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")


class DisputeViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Dispute]):
    serializer_class = DisputeOut
    filterset_class = DisputeFilter
    RIGHTS = {
        "create": OPEN_DISPUTE, "assign": WORK_DISPUTE, "change": WORK_DISPUTE, "close": WORK_DISPUTE,
        "credit": CREDIT, "write_off": WRITE_OFF,
    }  # fmt: skip

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.RIGHTS.get(self.action, VIEW_DISPUTE))()]

    def get_queryset(self) -> QuerySet[Dispute]:
        return dispute_list(user=self.request.user).prefetch_related("outcomes__memo")

    @extend_schema(request=OpenDisputeIn, responses={201: DisputeOut})
    def create(self, request: Request) -> Response:
        """Carve an amount out of an open item; what is owed stays."""
        given = body_of(request, OpenDisputeIn)
        item_id = given.pop("open_item")
        if not open_item_list(user=request.user).filter(pk=item_id).exists():
            raise NotFound(what="open item", reference=item_id)
        made = open_dispute(self._by(), open_item_id=item_id, **given)
        found = self.get_queryset().get(pk=made.dispute_id)
        return Response(DisputeOut(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AssignDisputeIn, responses=DisputeOut)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give it to somebody who may work it, or to nobody."""
        owner_id = body_of(request, AssignDisputeIn)["owner"]
        assign_disputes(self._by(), dispute_ids=[self.get_object().pk], owner_id=owner_id)
        return self._told()

    @extend_schema(request=ChangeDisputeIn, responses=DisputeOut)
    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Say better what it is about, or give it another day for a reason."""
        given = body_of(request, ChangeDisputeIn)
        change_dispute(self._by(), dispute_id=self.get_object().pk, **given)
        return self._told()

    @extend_schema(request=CloseDisputeIn, responses=DisputeOut)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """End it without money: recovered (to be paid after all) or withdrawn."""
        close_disputes(self._by(), dispute_ids=[self.get_object().pk], **body_of(request, CloseDisputeIn))
        return self._told()

    @extend_schema(request=CreditDisputeIn, responses=DisputeOut)
    @action(detail=True, methods=["post"])
    def credit(self, request: Request, pk: str) -> Response:
        """Issue a credit memo over quantities of the invoice's lines."""
        given = body_of(request, CreditDisputeIn)
        lines = [CreditLine(row["line"], row["quantity"]) for row in given["lines"]]
        credit_dispute(self._by(), dispute_id=self.get_object().pk, lines=lines, note=given["note"])
        return self._told()

    @extend_schema(request=WriteOffDisputeIn, responses=DisputeOut)
    @action(detail=True, methods=["post"], url_path="write-off")
    def write_off(self, request: Request, pk: str) -> Response:
        """Give an amount up; beyond the caller's limit it waits for another person."""
        write_off_dispute(self._by(), dispute_id=self.get_object().pk, **body_of(request, WriteOffDisputeIn))
        return self._told()

    def _told(self) -> Response:
        return Response(DisputeOut(self.get_object()).data)

    def _by(self) -> By:
        return By(Actor.of(self.request.user), key=key_of(self.request))


class WriteOffFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=DisputeOutcome.State.choices)
    dispute = django_filters.CharFilter(field_name="dispute__number", lookup_expr="iexact")


class WriteOffViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[DisputeOutcome]
):
    serializer_class = WriteOffOut
    filterset_class = WriteOffFilter
    RIGHTS = {"approve": APPROVE_WRITE_OFF, "refuse": WORK_DISPUTE, "take_back": WRITE_OFF}

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.RIGHTS.get(self.action, VIEW_DISPUTE))()]

    def get_queryset(self) -> QuerySet[DisputeOutcome]:
        return write_off_list(user=self.request.user)

    @extend_schema(request=None, responses=WriteOffOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Write off what somebody else proposed."""
        approve_write_offs(self._by(), outcome_ids=[self.get_object().pk])
        return self._told()

    @extend_schema(request=WhyIn, responses=WriteOffOut)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Refuse it, or withdraw one's own proposal."""
        reason = body_of(request, WhyIn)["reason"]
        refuse_write_offs(self._by(), outcome_ids=[self.get_object().pk], reason=reason)
        return self._told()

    @extend_schema(request=WhyIn, responses=WriteOffOut)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Request, pk: str) -> Response:
        """The amount is open and disputed again."""
        reason = body_of(request, WhyIn)["reason"]
        take_back_write_off(self._by(), outcome_id=self.get_object().pk, reason=reason)
        return self._told()

    def _told(self) -> Response:
        return Response(WriteOffOut(self.get_object()).data)

    def _by(self) -> By:
        return By(Actor.of(self.request.user), key=key_of(self.request))
