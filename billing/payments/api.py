"""Payments for programs: runs, what left the bank, and where suppliers are paid."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from billing.payments.actions.approve_payment_run import approve_payment_run
from billing.payments.actions.cancel_payment_run import cancel_payment_run
from billing.payments.actions.edit_payment_run import Paid, edit_payment_run
from billing.payments.actions.keep_bank_details import decide_bank_details, propose_bank_details
from billing.payments.actions.propose_payments import propose_payments
from billing.payments.actions.reverse_payment import reverse_payment
from billing.payments.models import BankDetails, Payment, PaymentItem, PaymentRun
from billing.payments.permissions import (
    APPROVE_BANK_DETAILS,
    APPROVE_PAYMENT,
    PROPOSE_BANK_DETAILS,
    PROPOSE_PAYMENT,
    REVERSE_PAYMENT,
    VIEW_PAYMENT,
)
from billing.payments.queries import details_list, paying_accounts, payment_list, run_list
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.documents import DocumentViewSet
from erp.kernel.errors import NotFound
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import BusinessDateField, CodeField, MoneyField, StrictSerializer, body_of
from masterdata.parties.queries import supplier_list


class PaymentOut(serializers.ModelSerializer[Payment]):
    run = serializers.CharField(source="run.number")
    supplier = serializers.CharField(source="supplier.party.code")

    class Meta:
        model = Payment
        fields = [
            "id", "number", "run", "supplier", "currency", "amount", "holder", "iban", "bic", "remittance",
            "reversed_at", "reversed_by", "reason",
        ]  # fmt: skip


class PaymentItemOut(serializers.ModelSerializer[PaymentItem]):
    """`amount` below zero: a credit that is taken off."""

    invoice = serializers.CharField(source="payable.invoice.number")
    reference = serializers.CharField(source="payable.invoice.reference")
    supplier = serializers.CharField(source="payable.supplier.party.code")

    class Meta:
        model = PaymentItem
        fields = ["id", "invoice", "reference", "supplier", "amount", "discount", "why"]


class LeftOutOut(serializers.Serializer[Any]):
    """A supplier that is due and cannot be paid."""

    supplier = serializers.CharField()
    amount = serializers.CharField()
    why = serializers.CharField()


class PaymentRunOut(serializers.ModelSerializer[PaymentRun]):
    bank_account = serializers.CharField(source="bank_account.number")

    class Meta:
        model = PaymentRun
        fields = [
            "id", "number", "bank_account", "currency", "pay_on", "due_until", "state", "total", "created_at",
            "created_by", "edited_by", "decided_at", "decided_by", "reason", "version",
        ]  # fmt: skip


class PaymentRunDetailOut(PaymentRunOut):
    items = PaymentItemOut(many=True)
    payments = PaymentOut(many=True)
    left_out = serializers.SerializerMethodField()

    class Meta(PaymentRunOut.Meta):
        fields = [*PaymentRunOut.Meta.fields, "items", "payments", "left_out"]

    @extend_schema_field(LeftOutOut(many=True))
    def get_left_out(self, row: PaymentRun) -> Any:
        return [dict(zip(("supplier", "amount", "why"), each, strict=True)) for each in row.left_out]


class BankDetailsOut(serializers.ModelSerializer[BankDetails]):
    supplier = serializers.CharField(source="supplier.party.code")

    class Meta:
        model = BankDetails
        fields = [
            "id", "supplier", "holder", "iban", "bic", "note", "state", "proposed_at", "proposed_by", "decided_at",
            "decided_by",
        ]  # fmt: skip


class ProposeRunIn(StrictSerializer):
    bank_account = CodeField(max_length=40, help_text="Its IBAN.")
    pay_on = BusinessDateField()
    due_until = BusinessDateField(help_text="What is due until then, or loses its cash discount, is paid.")


class PaidIn(StrictSerializer):
    item = serializers.IntegerField(min_value=1)
    amount = MoneyField(decimal_places=2)
    discount = MoneyField(decimal_places=2, min_value=0, default=0)


class EditRunIn(StrictSerializer):
    """What the run pays; items that are not named are paid another time."""

    version = serializers.IntegerField(min_value=1)
    items = PaidIn(many=True, min_length=1, max_length=5000)


class RunVersionIn(StrictSerializer):
    version = serializers.IntegerField(min_value=1)


class PaymentReasonIn(StrictSerializer):
    reason = CodeField(max_length=200)


class BankDetailsIn(StrictSerializer):
    company = CodeField(max_length=20)
    supplier = CodeField(max_length=20)
    holder = CodeField(max_length=70)
    iban = CodeField(max_length=42)
    bic = CodeField(max_length=11, default="", allow_blank=True)
    note = CodeField(max_length=200, help_text="How it was checked.")


class RunFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=PaymentRun.State.choices)
    pay_from = django_filters.DateFilter(field_name="pay_on", lookup_expr="gte")
    pay_to = django_filters.DateFilter(field_name="pay_on", lookup_expr="lte")


class PaymentRunViewSet(DocumentViewSet[PaymentRun]):
    """What is proposed to be paid, let go by a second person, and sent to the bank."""

    serializer_class = PaymentRunOut
    detail_class = PaymentRunDetailOut
    filterset_class = RunFilter
    view_right = VIEW_PAYMENT
    rights = {
        "create": PROPOSE_PAYMENT, "edit": PROPOSE_PAYMENT, "cancel": PROPOSE_PAYMENT, "approve": APPROVE_PAYMENT,
    }  # fmt: skip

    def get_queryset(self) -> QuerySet[PaymentRun]:
        rows = run_list(user=self.request.user)
        if self.action == "list":
            return rows
        return rows.prefetch_related(
            "items__payable__invoice",
            "items__payable__supplier__party",
            "payments__supplier__party",
            "payments__run",
        )

    @extend_schema(request=ProposeRunIn, responses={201: PaymentRunDetailOut})
    def create(self, request: Request) -> Response:
        """Propose what is due."""
        given = body_of(request, ProposeRunIn)
        number = given.pop("bank_account")
        account = paying_accounts(user=request.user).filter(number=number).first()
        if account is None:
            raise NotFound(what="bank account", reference=number)
        made = propose_payments(self.by(), bank_account_id=account.pk, **given)
        return self.answer(made.number, status.HTTP_201_CREATED)

    @extend_schema(request=EditRunIn, responses=PaymentRunDetailOut)
    @action(detail=True, methods=["post"])
    def edit(self, request: Request, number: str) -> Response:
        """Change what a run pays that nobody has let go."""
        found = self.get_object()
        given = body_of(request, EditRunIn)
        items = [Paid(row["item"], row["amount"], row["discount"]) for row in given["items"]]
        edit_payment_run(self.by(), run_id=found.pk, version=given["version"], items=items)
        return self.answer(number)

    @extend_schema(request=RunVersionIn, responses=PaymentRunDetailOut)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, number: str) -> Response:
        """Let the money go; never by who proposed or changed the run."""
        found = self.get_object()
        approve_payment_run(self.by(), run_id=found.pk, version=body_of(request, RunVersionIn)["version"])
        return self.answer(number)

    @extend_schema(request=PaymentReasonIn, responses=PaymentRunDetailOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, number: str) -> Response:
        """Give a run up that nobody has let go."""
        found = self.get_object()
        cancel_payment_run(self.by(), run_id=found.pk, reason=body_of(request, PaymentReasonIn)["reason"])
        return self.answer(number)

    @extend_schema(responses={(200, "application/xml"): OpenApiTypes.BINARY})
    @action(detail=True)
    def file(self, request: Request, number: str) -> HttpResponse:
        """The file for the bank, pain.001.001.09."""
        found = getattr(self.get_object(), "file", None)
        if found is None:
            raise NotFound(what="file of", reference=number)
        return HttpResponse(found.content.encode(), content_type="application/xml")


class PaymentFilter(django_filters.FilterSet):
    supplier = django_filters.CharFilter(field_name="supplier__party__code", lookup_expr="iexact")
    run = django_filters.CharFilter(field_name="run__number")


class PaymentViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Payment]):
    """What suppliers were paid."""

    serializer_class = PaymentOut
    filterset_class = PaymentFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(REVERSE_PAYMENT if self.action == "reverse" else VIEW_PAYMENT)()]

    def get_queryset(self) -> QuerySet[Payment]:
        return payment_list(user=self.request.user)

    @extend_schema(request=PaymentReasonIn, responses=PaymentOut)
    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, pk: str) -> Response:
        """The bank did not carry it out, or sent it back: what it paid is owed again."""
        reason = body_of(request, PaymentReasonIn)["reason"]
        by = By(Actor.of(request.user), key=key_of(request))
        reverse_payment(by, payment_id=self.get_object().pk, reason=reason)
        return Response(PaymentOut(self.get_object()).data)


class BankDetailsFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=BankDetails.State.choices)
    supplier = django_filters.CharFilter(field_name="supplier__party__code", lookup_expr="iexact")


class BankDetailsViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[BankDetails]):
    """Where suppliers are paid, as one person entered and another confirmed it."""

    serializer_class = BankDetailsOut
    filterset_class = BankDetailsFilter
    RIGHTS = {"create": PROPOSE_BANK_DETAILS, "confirm": APPROVE_BANK_DETAILS, "refuse": APPROVE_BANK_DETAILS}

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.RIGHTS.get(self.action, VIEW_PAYMENT))()]

    def get_queryset(self) -> QuerySet[BankDetails]:
        return details_list(user=self.request.user)

    @extend_schema(request=BankDetailsIn, responses={201: BankDetailsOut})
    def create(self, request: Request) -> Response:
        """Enter where a supplier is to be paid; a colleague confirms it."""
        given = body_of(request, BankDetailsIn)
        code, company = given.pop("supplier"), given.pop("company")
        found = supplier_list(user=request.user).filter(party__code=code, company__code=company).first()
        if found is None:
            raise NotFound(what="supplier", reference=code)
        by = By(Actor.of(request.user), key=key_of(request))
        made = propose_bank_details(by, supplier_id=found.pk, **given)
        row = BankDetails.objects.select_related("supplier__party").get(pk=made.details_id)
        return Response(BankDetailsOut(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=BankDetailsOut)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm what somebody else entered; it holds from now on."""
        return self._decided(confirm=True)

    @extend_schema(request=None, responses=BankDetailsOut)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Refuse what somebody else entered."""
        return self._decided(confirm=False)

    def _decided(self, *, confirm: bool) -> Response:
        by = By(Actor.of(self.request.user), key=key_of(self.request))
        decide_bank_details(by, details_id=self.get_object().pk, confirm=confirm)
        return Response(BankDetailsOut(self.get_object()).data)
