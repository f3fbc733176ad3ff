"""Invoices for programs: read, PDF, credit, and invoicing a shipment at once."""

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing.invoicing.actions.credit_invoice import CREDIT, CreditLine, credit_invoice
from billing.invoicing.actions.credit_return import CREDIT_RETURN, credit_return
from billing.invoicing.actions.invoice_shipments import INVOICE, invoice_shipments
from billing.invoicing.documents import invoice_pdf
from billing.invoicing.models import Invoice, InvoiceLine, InvoiceTax
from billing.invoicing.permissions import VIEW_INVOICE
from billing.invoicing.queries import invoice_list
from billing.invoicing.sheets import invoice_sheets
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import CodeField, QuantityField, StrictSerializer, body_of
from inventory.outbound.sheets import shipment_sheet
from orders.returns.queries import return_of


class InvoiceLineOut(serializers.ModelSerializer[InvoiceLine]):
    item = serializers.CharField(source="item.code")
    unit = serializers.CharField(source="unit_id")
    tax_code = serializers.CharField(source="tax_code.code", default=None)

    class Meta:
        model = InvoiceLine
        fields = [
            "id", "line", "order_line", "credits", "item", "description", "quantity", "unit", "unit_price", "net",
            "tax_code", "tax_rate_percent",
        ]  # fmt: skip


class InvoiceTaxOut(serializers.ModelSerializer[InvoiceTax]):
    tax_code = serializers.CharField(source="tax_code.code", default=None)

    class Meta:
        model = InvoiceTax
        fields = ["tax_code", "rate_percent", "base", "tax"]


class InvoiceOut(serializers.ModelSerializer[Invoice]):
    company = serializers.CharField(source="company.code")
    bill_to = serializers.CharField(source="bill_to.party.code")
    order = serializers.CharField(source="order.number")
    shipment = serializers.CharField(source="shipment.number")
    open = serializers.DecimalField(source="open_item.open", max_digits=18, decimal_places=2)

    class Meta:
        model = Invoice
        fields = [
            "id", "number", "kind", "company", "bill_to", "order", "shipment", "credits", "reason", "customer_po",
            "issued_on", "due_on", "currency", "line_count", "net", "tax", "gross", "open", "posted_by",
        ]  # fmt: skip


class InvoiceDetailOut(InvoiceOut):
    lines = InvoiceLineOut(many=True)
    taxes = InvoiceTaxOut(many=True)

    class Meta(InvoiceOut.Meta):
        fields = [*InvoiceOut.Meta.fields, "lines", "taxes"]


class CreditLineIn(StrictSerializer):
    line = serializers.IntegerField(min_value=1, help_text="The invoice's line number.")
    quantity = QuantityField(help_text="In the item's stock unit.")


class CreditIn(StrictSerializer):
    reason = CodeField(max_length=200)
    lines = CreditLineIn(
        many=True, required=False, default=list, help_text="None: everything that is not credited yet."
    )


class InvoicedOut(serializers.Serializer[dict[str, object]]):
    invoices = InvoiceOut(many=True)
    stopped = serializers.ListField(
        child=serializers.IntegerField(), help_text="Shipments that wait as exceptions."
    )


class InvoiceFilter(django_filters.FilterSet):
    number = django_filters.CharFilter(lookup_expr="iexact")
    kind = django_filters.ChoiceFilter(choices=Invoice.Kind.choices)
    bill_to = django_filters.CharFilter(field_name="bill_to__party__code", lookup_expr="iexact")
    order = django_filters.CharFilter(field_name="order__number", lookup_expr="iexact")
    shipment = django_filters.CharFilter(field_name="shipment__number", lookup_expr="iexact")
    issued_from = django_filters.DateFilter(field_name="issued_on", lookup_expr="gte")
    issued_to = django_filters.DateFilter(field_name="issued_on", lookup_expr="lte")
    open = django_filters.BooleanFilter(method="by_open", label="Not yet settled")

    def by_open(self, rows: QuerySet[Invoice], _name: str, value: bool) -> QuerySet[Invoice]:
        return rows.exclude(open_item__open=0) if value else rows.filter(open_item__open=0)


class InvoiceViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Invoice]):
    serializer_class = InvoiceOut
    filterset_class = InvoiceFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(CREDIT if self.action == "credit" else VIEW_INVOICE)()]

    def get_queryset(self) -> QuerySet[Invoice]:
        found = invoice_list(user=self.request.user)
        if self.action in ("list", "pdf"):
            return found
        return found.prefetch_related("lines__item", "lines__tax_code", "taxes__tax_code")

    def get_serializer_class(self) -> type[InvoiceOut]:
        return InvoiceOut if self.action == "list" else InvoiceDetailOut

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True)
    def pdf(self, request: Request, pk: str) -> HttpResponse:
        """The PDF as issued."""
        found = self.get_object()
        response = HttpResponse(invoice_pdf(found), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
        return response

    @extend_schema(request=CreditIn, responses={201: InvoiceDetailOut})
    @action(detail=True, methods=["post"])
    def credit(self, request: Request, pk: str) -> Response:
        """Issue a credit memo over the invoice, or over quantities of its lines."""
        given = body_of(request, CreditIn)
        found, reason = self.get_object(), given["reason"]
        ids = {line.line: line.pk for line in found.lines.all()}
        lines = []
        for place, each in enumerate(given["lines"]):
            if each["line"] not in ids:
                raise BadInput(
                    field=f"lines.{place}.line", reason=f"{found.number} has no line {each['line']}."
                )
            lines.append(CreditLine(ids[each["line"]], each["quantity"]))
        by = By(Actor.of(request.user), key=key_of(request), reason=reason)
        result = credit_invoice(by, invoice_id=found.pk, reason=reason, lines=lines)
        memo = self.get_queryset().get(pk=result.credit_memo_id)
        return Response(InvoiceDetailOut(memo).data, status=status.HTTP_201_CREATED)


class InvoiceShipment(APIView):
    """Invoice a shipment now; what is not clean waits in the exception queue. Twice changes nothing."""

    permission_classes = [has_perm(INVOICE)]

    @extend_schema(request=None, responses={200: InvoicedOut})
    def post(self, request: Request, pk: int) -> Response:
        shipment = shipment_sheet(pk, user=request.user)
        if shipment is None:
            raise NotFound(what="shipment", reference=pk)
        by = By(Actor.of(request.user), key=key_of(request))
        result = invoice_shipments(by, company_id=shipment["company"], shipment_ids=[pk])
        issued = invoice_sheets(result.invoice_ids, user=request.user)
        return Response({"invoices": issued, "stopped": result.stopped})


class CreditReturn(APIView):
    """Credit what the inspection of a return has made due, now. Twice changes nothing."""

    permission_classes = [has_perm(CREDIT_RETURN)]

    @extend_schema(request=None, responses=InvoiceOut(many=True))
    def post(self, request: Request, number: str) -> Response:
        rma = return_of(number, user=request.user).first()
        if rma is None:
            raise NotFound(what="return", reference=number)
        result = credit_return(By(Actor.of(request.user), key=key_of(request)), return_id=rma.pk)
        memos = invoice_list(user=request.user).filter(pk__in=result.credit_memo_ids).order_by("pk")
        return Response(InvoiceOut(memos, many=True).data)
