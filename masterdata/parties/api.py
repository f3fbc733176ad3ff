"""Customers for programs: read, create, change, in the companies of the caller's scope."""

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel import logs
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.shapes import CodeField, StrictSerializer, body_of
from masterdata.places.queries import company_list

from .actions.change_customer import change_customer
from .actions.create_customer import create_customer
from .actions.set_einvoice_profile import set_einvoice_profile
from .models import Customer, EInvoiceProfile, ShipTo
from .permissions import CHANGE_CUSTOMER, VIEW_CUSTOMER
from .queries import customer_groups, customer_list, einvoice_profile_of, payment_terms


class ShipToOut(serializers.ModelSerializer[ShipTo]):
    class Meta:
        model = ShipTo
        fields = ["id", "code", "name", "street", "postal_code", "city", "country", "is_default", "is_active"]


class CustomerOut(serializers.ModelSerializer[Customer]):
    company = serializers.CharField(source="company.code")
    code = serializers.CharField(source="party.code")
    name = serializers.CharField(source="party.name")
    country = serializers.CharField(source="party.country")
    tax_number = serializers.CharField(source="party.tax_number")
    group = serializers.CharField(source="group.code")
    terms = serializers.CharField(source="terms.code")
    ship_tos = ShipToOut(many=True)

    class Meta:
        model = Customer
        fields = [
            "id", "company", "code", "name", "country", "tax_number", "group", "terms", "currency", "tax_treatment",
            "ship_rule", "minimum_fill_percent", "maximum_shipments", "freight_terms", "freight_account", "is_blocked",
            "po_required", "po_unique", "billing_trigger", "ship_tos", "version",
        ]  # fmt: skip


class CustomerIn(StrictSerializer):
    company = CodeField(max_length=12)
    code = CodeField(max_length=20, default="", allow_blank=True)
    name = serializers.CharField(max_length=160)
    country = CodeField(max_length=2)
    group = serializers.SlugRelatedField(slug_field="code", queryset=customer_groups())
    terms = serializers.SlugRelatedField(slug_field="code", queryset=payment_terms())
    currency = CodeField(max_length=3, default="", allow_blank=True)
    tax_treatment = serializers.ChoiceField(
        Customer.TaxTreatment.choices, default=Customer.TaxTreatment.DOMESTIC
    )
    ship_rule = serializers.ChoiceField(Customer.ShipRule.choices, default=Customer.ShipRule.PARTIAL)
    minimum_fill_percent = serializers.IntegerField(min_value=0, max_value=100, default=0)
    maximum_shipments = serializers.IntegerField(min_value=0, max_value=99, default=0)
    freight_terms = serializers.ChoiceField(
        Customer.FreightTerms.choices, default=Customer.FreightTerms.PREPAID
    )
    freight_account = serializers.CharField(max_length=40, default="", allow_blank=True)
    tax_number = CodeField(max_length=30, default="", allow_blank=True)
    email = serializers.EmailField(default="", allow_blank=True)
    street = serializers.CharField(max_length=200, default="", allow_blank=True)
    postal_code = serializers.CharField(max_length=20, default="", allow_blank=True)
    city = serializers.CharField(max_length=80, default="", allow_blank=True)
    po_required = serializers.BooleanField(default=False)
    billing_trigger = serializers.ChoiceField(
        Customer.BillingTrigger.choices, default=Customer.BillingTrigger.SHIPMENT
    )


class CustomerChangeIn(StrictSerializer):
    """Only the fields that change, and the version they were read with."""

    version = serializers.IntegerField(min_value=1)
    name = serializers.CharField(max_length=160, required=False)
    tax_number = CodeField(max_length=30, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)
    group = serializers.SlugRelatedField(slug_field="code", queryset=customer_groups(), required=False)
    terms = serializers.SlugRelatedField(slug_field="code", queryset=payment_terms(), required=False)
    ship_rule = serializers.ChoiceField(Customer.ShipRule.choices, required=False)
    minimum_fill_percent = serializers.IntegerField(min_value=0, max_value=100, required=False)
    maximum_shipments = serializers.IntegerField(min_value=0, max_value=99, required=False)
    freight_terms = serializers.ChoiceField(Customer.FreightTerms.choices, required=False)
    freight_account = serializers.CharField(max_length=40, required=False, allow_blank=True)
    tax_treatment = serializers.ChoiceField(Customer.TaxTreatment.choices, required=False)
    is_blocked = serializers.BooleanField(required=False)
    po_required = serializers.BooleanField(required=False)
    po_unique = serializers.BooleanField(required=False)
    billing_trigger = serializers.ChoiceField(Customer.BillingTrigger.choices, required=False)


class EInvoiceProfileOut(serializers.ModelSerializer[EInvoiceProfile]):
    class Meta:
        model = EInvoiceProfile
        fields = ["format", "buyer_reference", "endpoint_scheme", "endpoint_id", "email", "version"]


class EInvoiceProfileIn(StrictSerializer):
    """The whole profile, and the version it was read with: 0 where nothing was said."""

    version = serializers.IntegerField(min_value=0)
    format = serializers.ChoiceField(EInvoiceProfile.Format.choices)
    buyer_reference = CodeField(max_length=100, default="", allow_blank=True)
    endpoint_scheme = CodeField(max_length=4, default="", allow_blank=True)
    endpoint_id = CodeField(max_length=80, default="", allow_blank=True)
    email = serializers.EmailField(default="", allow_blank=True)


class CustomerFilter(django_filters.FilterSet):
    code = django_filters.CharFilter(field_name="party__code", lookup_expr="iexact")
    company = django_filters.CharFilter(field_name="company__code")
    group = django_filters.CharFilter(field_name="group__code")
    is_blocked = django_filters.BooleanFilter()


class CustomerViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Customer]):
    serializer_class = CustomerOut
    filterset_class = CustomerFilter

    def get_permissions(self) -> list[BasePermission]:
        needed = VIEW_CUSTOMER if self.action in ("list", "retrieve", "einvoice") else CHANGE_CUSTOMER
        return [has_perm(needed)()]

    def get_queryset(self) -> QuerySet[Customer]:
        return customer_list(user=self.request.user).prefetch_related("ship_tos")

    @extend_schema(request=CustomerIn, responses={201: CustomerOut})
    def create(self, request: Request) -> Response:
        entered = body_of(request, CustomerIn)
        code = entered.pop("company")
        company = company_list(user=request.user).filter(code=code).first()
        if company is None:
            raise NotFound(what="company", reference=code)
        for name in ("group", "terms"):
            entered[f"{name}_id"] = entered.pop(name).pk
        made = create_customer(By(_actor(request), key=key_of(request)), company_id=company.pk, **entered)
        row = self.get_queryset().get(pk=made.customer_id)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=CustomerChangeIn, responses=CustomerOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        changes = body_of(request, CustomerChangeIn)
        version = changes.pop("version")
        for name in ("group", "terms"):
            if name in changes:
                changes[f"{name}_id"] = changes.pop(name).pk
        row = self.get_object()
        change_customer(By(_actor(request)), customer_id=row.pk, version=version, changes=changes)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses=EInvoiceProfileOut)
    @action(detail=True, url_path="e-invoice")
    def einvoice(self, request: Request, pk: str) -> Response:
        """How the customer gets its invoices."""
        return Response(EInvoiceProfileOut(einvoice_profile_of(self.get_object())).data)

    @extend_schema(request=EInvoiceProfileIn, responses=EInvoiceProfileOut)
    @einvoice.mapping.put
    def set_einvoice(self, request: Request, pk: str) -> Response:
        """Say how the customer gets its invoices from now on."""
        row = self.get_object()
        set_einvoice_profile(By(_actor(request)), customer_id=row.pk, **body_of(request, EInvoiceProfileIn))
        return Response(EInvoiceProfileOut(einvoice_profile_of(row)).data)


def _actor(request: Request) -> Actor:
    return Actor.of(request.user, logs.request_id.get())
