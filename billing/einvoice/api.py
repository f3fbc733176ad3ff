"""E-invoices for programs: read, download, report what became of one, make it again, settle it."""

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

from billing.einvoice.actions.regenerate_einvoices import regenerate_einvoices
from billing.einvoice.actions.report_einvoice import report_einvoice
from billing.einvoice.actions.request_einvoices import request_einvoices
from billing.einvoice.actions.send_einvoice import send_einvoice
from billing.einvoice.actions.work_einvoices import waive_einvoices
from billing.einvoice.forms import ACCEPTED, REJECTED
from billing.einvoice.models import EInvoice, EInvoiceDocument
from billing.einvoice.permissions import REPORT_EINVOICE, VIEW_EINVOICE, WORK_EINVOICE
from billing.einvoice.queries import archived, einvoice_list
from billing.einvoice.views import download
from billing.invoicing.queries import invoice_list
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import CodeField, StrictSerializer, body_of
from masterdata.parties.models import EInvoiceProfile


class FindingOut(serializers.Serializer[Any]):
    rule = serializers.CharField()
    severity = serializers.CharField(help_text="fatal, warning or information.")
    text = serializers.CharField()
    remedy = serializers.CharField()


class RevisionOut(serializers.ModelSerializer[EInvoiceDocument]):
    class Meta:
        model = EInvoiceDocument
        fields = ["revision", "format", "xml_sha256", "pdf_sha256", "rules", "generated_at"]


class EInvoiceOut(serializers.ModelSerializer[EInvoice]):
    invoice = serializers.CharField(source="invoice.number")
    company = serializers.CharField(source="company.code")
    customer = serializers.CharField(source="customer.party.code")
    owner = serializers.CharField(source="owner.username", default=None)

    class Meta:
        model = EInvoice
        fields = [
            "id", "invoice", "company", "customer", "format", "state", "revision", "detail", "requested_at", "state_at",
            "opened_at", "due_on", "owner", "reason", "version",
        ]  # fmt: skip


class EInvoiceDetailOut(EInvoiceOut):
    findings = FindingOut(many=True)
    revisions = serializers.SerializerMethodField()

    class Meta(EInvoiceOut.Meta):
        fields = [*EInvoiceOut.Meta.fields, "findings", "revisions"]

    @extend_schema_field(RevisionOut(many=True))
    def get_revisions(self, row: EInvoice) -> Any:
        return RevisionOut(archived(row), many=True).data


class RequestIn(StrictSerializer):
    invoice = CodeField(max_length=30, help_text="The document's number.")


class ReportIn(StrictSerializer):
    said = serializers.ChoiceField((ACCEPTED, REJECTED))
    reason = CodeField(max_length=200, default="", allow_blank=True, help_text="Of a rejection.")


class SendIn(StrictSerializer):
    recipient = serializers.EmailField(
        default="", allow_blank=True, help_text="Blank: where the customer wants it."
    )


class WaiveIn(StrictSerializer):
    reason = CodeField(max_length=200)


class EInvoiceFilter(django_filters.FilterSet):
    invoice = django_filters.CharFilter(field_name="invoice__number", lookup_expr="iexact")
    customer = django_filters.CharFilter(field_name="customer__party__code", lookup_expr="iexact")
    state = django_filters.MultipleChoiceFilter(choices=EInvoice.State.choices)
    format = django_filters.ChoiceFilter(choices=EInvoiceProfile.Format.choices)


class EInvoiceViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[EInvoice]):
    serializer_class = EInvoiceOut
    filterset_class = EInvoiceFilter
    RIGHTS = {
        "create": WORK_EINVOICE, "report": REPORT_EINVOICE, "regenerate": WORK_EINVOICE, "send": WORK_EINVOICE,
        "waive": WORK_EINVOICE,
    }  # fmt: skip

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.RIGHTS.get(self.action, VIEW_EINVOICE))()]

    def get_queryset(self) -> QuerySet[EInvoice]:
        return einvoice_list(user=self.request.user)

    def get_serializer_class(self) -> type[EInvoiceOut]:
        return EInvoiceOut if self.action == "list" else EInvoiceDetailOut

    @extend_schema(request=RequestIn, responses={201: EInvoiceDetailOut})
    def create(self, request: Request) -> Response:
        """Request the e-invoice of a posted document whose customer wants one; twice answers with the same."""
        number = body_of(request, RequestIn)["invoice"]
        invoice = invoice_list(user=request.user).filter(number=number).first()
        if invoice is None:
            raise NotFound(what="invoice", reference=number)
        request_einvoices(self._by(), invoice_ids=[invoice.pk])
        found = self.get_queryset().filter(invoice=invoice).first()
        if found is None:
            raise NotFound(what="e-invoice profile of the customer of", reference=number)
        return Response(EInvoiceDetailOut(found).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={(200, "application/xml"): OpenApiTypes.BINARY})
    @action(detail=True)
    def xml(self, request: Request, pk: str) -> HttpResponse:
        """The newest archived XML."""
        return self._file("xml")

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True)
    def pdf(self, request: Request, pk: str) -> HttpResponse:
        """The newest archived Factur-X PDF."""
        return self._file("pdf")

    @extend_schema(request=ReportIn, responses=EInvoiceDetailOut)
    @action(detail=True, methods=["post"])
    def report(self, request: Request, pk: str) -> Response:
        """What the customer, or the network on the way to it, says; a rejection becomes an exception."""
        given = body_of(request, ReportIn)
        accepted = given["said"] == ACCEPTED
        report_einvoice(
            self._by(), einvoice_id=self.get_object().pk, accepted=accepted, reason=given["reason"]
        )
        return self._told()

    @extend_schema(request=None, responses=EInvoiceDetailOut)
    @action(detail=True, methods=["post"])
    def regenerate(self, request: Request, pk: str) -> Response:
        """Make one that failed or was rejected again."""
        regenerate_einvoices(self._by(), einvoice_ids=[self.get_object().pk])
        return self._told()

    @extend_schema(request=SendIn, responses=EInvoiceDetailOut)
    @action(detail=True, methods=["post"])
    def send(self, request: Request, pk: str) -> Response:
        """Mail the newest revision."""
        recipient = body_of(request, SendIn)["recipient"]
        send_einvoice(self._by(), einvoice_id=self.get_object().pk, recipient=recipient)
        return self._told()

    @extend_schema(request=WaiveIn, responses=EInvoiceDetailOut)
    @action(detail=True, methods=["post"])
    def waive(self, request: Request, pk: str) -> Response:
        """Settle one that failed or was rejected in another way."""
        reason = body_of(request, WaiveIn)["reason"]
        waive_einvoices(self._by(), einvoice_ids=[self.get_object().pk], reason=reason)
        return self._told()

    def _file(self, kind: str) -> HttpResponse:
        found = self.get_object()
        document = found.documents.filter(revision=found.revision).first()
        content = getattr(document, kind, None)
        if content is None:
            raise NotFound(what=f"archived {kind.upper()} of", reference=found.invoice.number)
        return download(found.invoice.number, kind, bytes(content))

    def _told(self) -> Response:
        return Response(EInvoiceDetailOut(self.get_object()).data)

    def _by(self) -> By:
        return By(Actor.of(self.request.user), key=key_of(self.request))
