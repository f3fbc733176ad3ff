"""Payables for programs: supplier invoices, what does not match, what is received and not invoiced, what is owed."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from billing.payables.actions.accept_exceptions import accept_exceptions
from billing.payables.actions.assign_exceptions import assign_exceptions
from billing.payables.actions.capture_supplier_invoice import capture_supplier_invoice
from billing.payables.actions.correct_supplier_invoice import correct_supplier_invoice
from billing.payables.actions.match_supplier_invoices import match_supplier_invoices
from billing.payables.actions.refuse_supplier_invoice import refuse_supplier_invoice
from billing.payables.actions.reverse_supplier_invoice import reverse_supplier_invoice
from billing.payables.capturing import Tax
from billing.payables.lookups import WrittenLine, invoice_lines
from billing.payables.models import (
    GoodsAccrual,
    MatchException,
    Payable,
    SupplierInvoice,
    SupplierInvoiceLine,
    SupplierInvoiceTax,
)
from billing.payables.permissions import (
    ACCEPT_MATCH,
    CAPTURE_INVOICE,
    REVERSE_SUPPLIER_INVOICE,
    VIEW_PAYABLE,
    WORK_MATCH,
)
from billing.payables.queries import OWED, accrual_list, exception_list, payable_list, supplier_invoice_list
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.documents import DocumentViewSet
from erp.kernel.errors import NotFound
from erp.kernel.flat import FlatListMixin
from erp.kernel.models import User
from erp.kernel.shapes import (
    BusinessDateField,
    CodeField,
    MoneyField,
    QuantityField,
    StrictSerializer,
    body_of,
)
from masterdata.parties.queries import supplier_list


class SupplierInvoiceOut(serializers.ModelSerializer[SupplierInvoice]):
    company = serializers.CharField(source="company.code")
    supplier = serializers.CharField(source="supplier.party.code")

    class Meta:
        model = SupplierInvoice
        fields = [
            "id", "number", "company", "supplier", "kind", "reference", "issued_on", "due_on", "currency", "net", "tax",
            "gross", "state", "source", "captured_at", "captured_by", "posted_at", "posted_by", "refusal", "version",
        ]  # fmt: skip


class SupplierInvoiceLineOut(serializers.ModelSerializer[SupplierInvoiceLine]):
    order = serializers.CharField(source="purchase_line.order.number", default=None)
    order_line = serializers.IntegerField(source="purchase_line.line", default=None)
    supplier_return = serializers.CharField(source="supplier_return.number", default=None)
    account = serializers.CharField(source="account.code", default=None)

    class Meta:
        model = SupplierInvoiceLine
        fields = [
            "line", "kind", "order", "order_line", "supplier_return", "account", "description", "quantity", "net",
        ]  # fmt: skip


class SupplierInvoiceTaxOut(serializers.ModelSerializer[SupplierInvoiceTax]):
    class Meta:
        model = SupplierInvoiceTax
        fields = ["rate_percent", "base", "amount"]


class MatchExceptionOut(serializers.ModelSerializer[MatchException]):
    """`line` 0: the invoice as a whole. `amount`: what is at stake."""

    invoice = serializers.CharField(source="invoice.number")
    supplier = serializers.CharField(source="invoice.supplier.party.code")
    owner = serializers.CharField(source="owner.username", default=None)

    class Meta:
        model = MatchException
        fields = [
            "id", "invoice", "supplier", "line", "kind", "detail", "amount", "owner", "opened_at", "due_on",
            "resolved_at", "resolved_by", "resolution", "reason", "version",
        ]  # fmt: skip


class SupplierInvoiceDetailOut(SupplierInvoiceOut):
    lines = SupplierInvoiceLineOut(many=True)
    taxes = SupplierInvoiceTaxOut(many=True)
    exceptions = MatchExceptionOut(many=True)
    reversal = serializers.CharField(source="reversal.number", default=None)

    class Meta(SupplierInvoiceOut.Meta):
        fields = [*SupplierInvoiceOut.Meta.fields, "lines", "taxes", "exceptions", "reversal"]


class GoodsAccrualOut(serializers.ModelSerializer[GoodsAccrual]):
    """Quantities in the stock unit. `open`: the part of the value that no invoice or credit note has come for."""

    supplier = serializers.CharField(source="supplier.party.code")
    order = serializers.CharField(source="purchase_line.order.number", default=None)
    order_line = serializers.IntegerField(source="purchase_line.line", default=None)
    item = serializers.CharField(source="purchase_line.item.code", default=None)
    supplier_return = serializers.CharField(source="supplier_return.number", default=None)
    open = serializers.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        model = GoodsAccrual
        fields = [
            "id", "supplier", "order", "order_line", "item", "supplier_return", "received", "value", "billed",
            "cleared", "invoiced", "open", "first_at", "last_at",
        ]  # fmt: skip


class PayableOut(serializers.ModelSerializer[Payable]):
    """Below zero: the supplier owes it. `discount` may be taken off what is paid until `discount_on`."""

    supplier = serializers.CharField(source="supplier.party.code")
    invoice = serializers.CharField(source="invoice.number")
    reference = serializers.CharField(source="invoice.reference")

    class Meta:
        model = Payable
        fields = [
            "id", "supplier", "invoice", "reference", "currency", "amount", "open", "due_on", "discount", "discount_on",
        ]  # fmt: skip


class SupplierInvoiceLineIn(StrictSerializer):
    """Goods of a purchase order line or of a return, freight, or a cost on an account; goods that name nothing wait.

    `quantity` in the unit that was ordered, `net` less allowances and with charges of the line.
    """

    net = MoneyField(decimal_places=2)
    quantity = QuantityField(default=1)
    order = CodeField(max_length=20, default="", allow_blank=True)
    order_line = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    supplier_return = CodeField(max_length=20, default="", allow_blank=True)
    account = CodeField(max_length=12, default="", allow_blank=True)
    is_freight = serializers.BooleanField(default=False)
    description = CodeField(max_length=200, default="", allow_blank=True)


class SupplierInvoiceTaxIn(StrictSerializer):
    rate_percent = MoneyField(max_digits=6, decimal_places=3, min_value=0)
    base = MoneyField(decimal_places=2)
    amount = MoneyField(decimal_places=2)


class SupplierInvoiceIn(StrictSerializer):
    """An invoice or credit note as it is written; amounts are above zero on both."""

    kind = serializers.ChoiceField(choices=SupplierInvoice.Kind.choices, default="invoice")
    reference = CodeField(max_length=60, help_text="The supplier's number.")
    issued_on = BusinessDateField()
    net = MoneyField(decimal_places=2, min_value=0)
    tax = MoneyField(decimal_places=2, min_value=0)
    gross = MoneyField(decimal_places=2, min_value=0)
    lines = SupplierInvoiceLineIn(many=True, min_length=1, max_length=5000)
    taxes = SupplierInvoiceTaxIn(many=True, max_length=20, default=list)


class CaptureSupplierInvoiceIn(SupplierInvoiceIn):
    company = CodeField(max_length=20)
    supplier = CodeField(max_length=20)
    currency = CodeField(max_length=3, default="", allow_blank=True, help_text="Blank: the supplier's.")
    due_on = BusinessDateField(required=False, allow_null=True, help_text="None: by the supplier's terms.")


class CorrectSupplierInvoiceIn(SupplierInvoiceIn):
    version = serializers.IntegerField(min_value=1)
    currency = CodeField(max_length=3)
    due_on = BusinessDateField()


class PayableReasonIn(StrictSerializer):
    reason = CodeField(max_length=200)


class MatchOwnerIn(StrictSerializer):
    owner = serializers.SlugRelatedField(
        slug_field="username", queryset=User.objects.filter(is_active=True), allow_null=True
    )


class MatchedInvoicesOut(serializers.Serializer[Any]):
    """Ids of invoices that were posted, and of those that still wait."""

    posted_ids = serializers.ListField(child=serializers.IntegerField())
    waiting_ids = serializers.ListField(child=serializers.IntegerField())


class SupplierInvoiceFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=SupplierInvoice.State.choices)
    kind = django_filters.ChoiceFilter(choices=SupplierInvoice.Kind.choices)
    supplier = django_filters.CharFilter(field_name="supplier__party__code", lookup_expr="iexact")
    reference = django_filters.CharFilter(lookup_expr="iexact")


class SupplierInvoiceViewSet(DocumentViewSet[SupplierInvoice]):
    """Invoices and credit notes of suppliers, matched with what was ordered and received."""

    serializer_class = SupplierInvoiceOut
    detail_class = SupplierInvoiceDetailOut
    filterset_class = SupplierInvoiceFilter
    view_right = VIEW_PAYABLE
    rights = {
        "create": CAPTURE_INVOICE, "correct": CAPTURE_INVOICE, "refuse": WORK_MATCH, "match": WORK_MATCH,
        "reverse": REVERSE_SUPPLIER_INVOICE,
    }  # fmt: skip

    def get_queryset(self) -> QuerySet[SupplierInvoice]:
        rows = supplier_invoice_list(user=self.request.user)
        if self.action == "list":
            return rows
        return rows.select_related("reversal").prefetch_related(
            "lines__purchase_line__order", "lines__supplier_return", "lines__account", "taxes", "exceptions__owner",
            "exceptions__invoice__supplier__party",
        )  # fmt: skip

    @extend_schema(request=CaptureSupplierInvoiceIn, responses={201: SupplierInvoiceDetailOut})
    def create(self, request: Request) -> Response:
        """Enter an invoice; it is posted at once where nothing is found."""
        given = body_of(request, CaptureSupplierInvoiceIn)
        code, company = given.pop("supplier"), given.pop("company")
        found = supplier_list(user=request.user).filter(party__code=code, company__code=company).first()
        if found is None:
            raise NotFound(what="supplier", reference=code)
        done = capture_supplier_invoice(
            self.by(),
            supplier_id=found.pk,
            source=SupplierInvoice.Source.API.value,
            **_document(given, found.company_id),
        )
        return self.answer(done.number, status.HTTP_201_CREATED)

    @extend_schema(request=CorrectSupplierInvoiceIn, responses=SupplierInvoiceDetailOut)
    @action(detail=True, methods=["post"])
    def correct(self, request: Request, number: str) -> Response:
        """Enter an invoice that waits anew, whole; it is matched again."""
        found = self.get_object()
        given = body_of(request, CorrectSupplierInvoiceIn)
        correct_supplier_invoice(self.by(), invoice_id=found.pk, **_document(given, found.company_id))
        return self.answer(number)

    @extend_schema(request=PayableReasonIn, responses=SupplierInvoiceDetailOut)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, number: str) -> Response:
        """Send an invoice that waits back to its supplier."""
        reason = body_of(request, PayableReasonIn)["reason"]
        refuse_supplier_invoice(self.by(), invoice_id=self.get_object().pk, reason=reason)
        return self.answer(number)

    @extend_schema(request=None, responses=SupplierInvoiceDetailOut)
    @action(detail=True, methods=["post"])
    def match(self, request: Request, number: str) -> Response:
        """Match an invoice that waits again."""
        match_supplier_invoices(self.by(), invoice_ids=[self.get_object().pk])
        return self.answer(number)

    @extend_schema(request=PayableReasonIn, responses=SupplierInvoiceDetailOut)
    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, number: str) -> Response:
        """Take a posted invoice back, of which nothing is settled."""
        reason = body_of(request, PayableReasonIn)["reason"]
        reverse_supplier_invoice(self.by(), invoice_id=self.get_object().pk, reason=reason)
        return self.answer(number)


def _document(given: dict[str, Any], company_id: int) -> dict[str, Any]:
    """What was sent as the arguments of the verbs."""
    lines = [WrittenLine(**row) for row in given.pop("lines")]
    taxes = [Tax(**row) for row in given.pop("taxes")]
    return {**given, "lines": invoice_lines(lines, company_id=company_id), "taxes": taxes}


class MatchExceptionFilter(django_filters.FilterSet):
    kind = django_filters.MultipleChoiceFilter(choices=MatchException.Kind.choices)
    owner = django_filters.CharFilter(field_name="owner__username")
    invoice = django_filters.CharFilter(field_name="invoice__number")
    open = django_filters.BooleanFilter(field_name="resolved_at", lookup_expr="isnull")


class MatchExceptionViewSet(
    FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[MatchException]
):
    """Why supplier invoices wait."""

    serializer_class = MatchExceptionOut
    filterset_class = MatchExceptionFilter
    RIGHTS = {"accept": ACCEPT_MATCH, "assign": WORK_MATCH}

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.RIGHTS.get(self.action, VIEW_PAYABLE))()]

    def get_queryset(self) -> QuerySet[MatchException]:
        return exception_list(user=self.request.user)

    @extend_schema(request=PayableReasonIn, responses={200: MatchedInvoicesOut})
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Take it as it is; never by whoever entered the invoice."""
        reason = body_of(request, PayableReasonIn)["reason"]
        result = accept_exceptions(self._by(), exception_ids=[self.get_object().pk], reason=reason)
        return Response(MatchedInvoicesOut(result).data)

    @extend_schema(request=MatchOwnerIn, responses={200: MatchExceptionOut})
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give it to a user who may work it, or to nobody."""
        owner = body_of(request, MatchOwnerIn)["owner"]
        assign_exceptions(self._by(), exception_ids=[self.get_object().pk], owner_id=owner and owner.pk)
        return Response(MatchExceptionOut(self.get_object()).data)

    def _by(self) -> By:
        return By(Actor.of(self.request.user), key=key_of(self.request))


class GoodsAccrualFilter(django_filters.FilterSet):
    supplier = django_filters.CharFilter(field_name="supplier__party__code", lookup_expr="iexact")
    order = django_filters.CharFilter(field_name="purchase_line__order__number")
    open = django_filters.BooleanFilter(method="only_open", label="Value that no invoice has come for.")

    def only_open(self, rows: QuerySet[GoodsAccrual], _name: str, value: bool) -> QuerySet[GoodsAccrual]:
        return rows.filter(OWED) if value else rows.exclude(OWED)


class GoodsAccrualViewSet(FlatListMixin, viewsets.GenericViewSet[GoodsAccrual]):
    """What was received or sent back, and what of it is invoiced."""

    serializer_class = GoodsAccrualOut
    filterset_class = GoodsAccrualFilter
    permission_classes = [has_perm(VIEW_PAYABLE)]

    def get_queryset(self) -> QuerySet[GoodsAccrual]:
        return accrual_list(user=self.request.user)


class PayableFilter(django_filters.FilterSet):
    supplier = django_filters.CharFilter(field_name="supplier__party__code", lookup_expr="iexact")
    due_until = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")
    open = django_filters.BooleanFilter(method="only_open", label="Something is owed.")

    def only_open(self, rows: QuerySet[Payable], _name: str, value: bool) -> QuerySet[Payable]:
        return rows.exclude(open=0) if value else rows.filter(open=0)


class PayableViewSet(FlatListMixin, viewsets.GenericViewSet[Payable]):
    """What is owed to suppliers, and by them."""

    serializer_class = PayableOut
    filterset_class = PayableFilter
    permission_classes = [has_perm(VIEW_PAYABLE)]

    def get_queryset(self) -> QuerySet[Payable]:
        return payable_list(user=self.request.user)
