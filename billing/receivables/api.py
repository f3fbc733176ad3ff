"""Receivables for programs: open items, cash receipts and their application."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from billing.receivables.actions.apply_cash import apply_cash
from billing.receivables.actions.receive_cash import receive_cash
from billing.receivables.models import CashApplication, CashReceipt, Deduction, OpenItem
from billing.receivables.permissions import APPLY_CASH, RECEIVE_CASH, VIEW_RECEIVABLE
from billing.receivables.queries import candidates, open_item_list, payer_list, receipt_list
from billing.receivables.rules import Application, propose
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import BusinessDateField, CodeField, ExactDecimalField, StrictSerializer, body_of

BESIDE_MONEY = CashApplication.Reason.of_payments()


class OpenItemOut(serializers.ModelSerializer[OpenItem]):
    company = serializers.CharField(source="company.code")
    customer = serializers.CharField(source="customer.party.code")
    document = serializers.CharField(source="invoice.number")

    class Meta:
        model = OpenItem
        fields = [
            "id", "company", "customer", "invoice", "document", "currency", "amount", "open", "disputed", "due_on",
        ]  # fmt: skip


class CashApplicationOut(serializers.ModelSerializer[CashApplication]):
    open_item = serializers.IntegerField(source="item_id")
    document = serializers.CharField(source="item.invoice.number")

    class Meta:
        model = CashApplication
        fields = ["id", "open_item", "document", "amount", "reason", "reverses", "applied_at", "applied_by"]


class CashReceiptOut(serializers.ModelSerializer[CashReceipt]):
    company = serializers.CharField(source="company.code")
    customer = serializers.CharField(source="customer.party.code")
    applications = CashApplicationOut(many=True)

    class Meta:
        model = CashReceipt
        fields = [
            "id", "number", "company", "customer", "currency", "amount", "unapplied", "received_on", "reference",
            "received_by", "reversed_at", "reversal_reason", "applications",
        ]  # fmt: skip


class AmountField(ExactDecimalField):
    """An amount with at most two decimals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 14, "decimal_places": 2, **options})


class ApplicationIn(StrictSerializer):
    open_item = serializers.IntegerField(min_value=1)
    amount = AmountField(help_text="Positive for an invoice, negative for a credit memo.")
    difference = AmountField(required=False, default=Decimal(0), help_text="Short above zero, over below.")
    reason = serializers.ChoiceField(BESIDE_MONEY, required=False, default="", allow_blank=True)
    deducted = AmountField(
        required=False,
        default=Decimal(0),
        help_text="What the payer holds back: it stays open and is disputed.",
    )
    deduction = serializers.ChoiceField(Deduction.choices, required=False, default="", allow_blank=True)


class ReceiptIn(StrictSerializer):
    customer = serializers.IntegerField(min_value=1, help_text="The payer's id.")
    amount = AmountField(min_value=Decimal("0.01"))
    received_on = BusinessDateField()
    reference = CodeField(max_length=80, default="", allow_blank=True)
    applications = ApplicationIn(many=True, required=False)
    propose = serializers.BooleanField(default=False, help_text="Apply as the house would propose it.")


class ApplyIn(StrictSerializer):
    applications = ApplicationIn(many=True, allow_empty=False)


class OpenItemFilter(django_filters.FilterSet):
    customer = django_filters.CharFilter(field_name="customer__party__code", lookup_expr="iexact")
    document = django_filters.CharFilter(field_name="invoice__number", lookup_expr="iexact")
    due_to = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")
    settled = django_filters.BooleanFilter(method="by_settled")

    def by_settled(self, rows: QuerySet[OpenItem], _name: str, value: bool) -> QuerySet[OpenItem]:
        return rows.filter(open=0) if value else rows.exclude(open=0)


class OpenItemViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[OpenItem]):
    serializer_class = OpenItemOut
    filterset_class = OpenItemFilter
    permission_classes = [has_perm(VIEW_RECEIVABLE)]

    def get_queryset(self) -> QuerySet[OpenItem]:
        return open_item_list(user=self.request.user)


class ReceiptFilter(django_filters.FilterSet):
    customer = django_filters.CharFilter(field_name="customer__party__code", lookup_expr="iexact")
    number = django_filters.CharFilter(lookup_expr="iexact")
    unapplied = django_filters.BooleanFilter(method="by_unapplied")

    def by_unapplied(self, rows: QuerySet[CashReceipt], _name: str, value: bool) -> QuerySet[CashReceipt]:
        return rows.filter(unapplied__gt=0) if value else rows.filter(unapplied=0)


class ReceiptViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[CashReceipt]):
    serializer_class = CashReceiptOut
    filterset_class = ReceiptFilter
    RIGHTS = {"create": RECEIVE_CASH, "apply": APPLY_CASH}

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.RIGHTS.get(self.action, VIEW_RECEIVABLE))()]

    def get_queryset(self) -> QuerySet[CashReceipt]:
        return receipt_list(user=self.request.user).prefetch_related("applications__item__invoice")

    @extend_schema(request=ReceiptIn, responses={201: CashReceiptOut})
    def create(self, request: Request) -> Response:
        """Receive money of a payer, and apply it as told or as proposed."""
        given = body_of(request, ReceiptIn)
        payer = payer_list(user=request.user).filter(pk=given["customer"]).first()
        if payer is None:
            raise NotFound(what="customer", reference=given["customer"])
        wanted = applications_of(given.get("applications", ()))
        if given["propose"] and not wanted:
            items = candidates(payer)
            wanted = propose(amount=given["amount"], reference=given["reference"], items=items).applications
        result = receive_cash(
            By(Actor.of(request.user), key=key_of(request)),
            customer_id=payer.pk,
            amount=given["amount"],
            received_on=given["received_on"],
            reference=given["reference"],
            applications=wanted,
        )
        found = self.get_queryset().get(pk=result.receipt_id)
        return Response(CashReceiptOut(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ApplyIn, responses={200: CashReceiptOut})
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, pk: str) -> Response:
        """Apply what of a receipt is not applied yet."""
        given = body_of(request, ApplyIn)
        apply_cash(
            By(Actor.of(request.user), key=key_of(request)),
            receipt_id=self.get_object().pk,
            applications=applications_of(given["applications"]),
        )
        return Response(CashReceiptOut(self.get_object()).data)


def applications_of(rows: Iterable[dict[str, Any]]) -> list[Application]:
    """What a program wants to be paid, for the verbs."""
    return [
        Application(
            row["open_item"],
            row["amount"],
            row["difference"],
            row["reason"],
            row["deducted"],
            row["deduction"],
        )
        for row in rows
    ]
