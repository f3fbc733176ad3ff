"""Customer groups and payment terms for programs: read, create, change."""

from decimal import Decimal

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
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
from erp.kernel.shapes import CodeField, ExactDecimalField, StrictSerializer, body_of

from .actions.change_customer_group import change_customer_group
from .actions.change_payment_terms import change_payment_terms
from .actions.create_customer_group import create_customer_group
from .actions.create_payment_terms import create_payment_terms
from .actions.place_customer_group import place_customer_group
from .models import CustomerGroup, PaymentTerms
from .permissions import CHANGE_GROUP, CHANGE_TERMS, VIEW_CUSTOMER, VIEW_TERMS
from .queries import customer_group_list, payment_terms_list


class CodeFilter(django_filters.FilterSet):
    code = django_filters.CharFilter(lookup_expr="iexact")


class CustomerGroupOut(serializers.ModelSerializer[CustomerGroup]):
    """`parent` is the code of the group above."""

    # A field, not the serializer's own parent.
    parent = serializers.CharField(source="parent.code", allow_null=True, default=None)  # type: ignore[assignment]

    class Meta:
        model = CustomerGroup
        fields = ["id", "code", "name", "parent", "priority", "version"]


class CustomerGroupPlaceIn(StrictSerializer):
    """`parent` null puts the group at the top."""

    version = serializers.IntegerField(min_value=1)
    parent = CodeField(max_length=12, allow_null=True)  # type: ignore[assignment]  # a field, not the serializer's own


class CustomerGroupIn(StrictSerializer):
    code = CodeField(max_length=12)
    name = serializers.CharField(max_length=60)
    priority = serializers.IntegerField(min_value=1, max_value=9, default=5)


class CustomerGroupChangeIn(StrictSerializer):
    """Only the fields that change, and the version they were read with."""

    version = serializers.IntegerField(min_value=1)
    name = serializers.CharField(max_length=60, required=False)
    priority = serializers.IntegerField(min_value=1, max_value=9, required=False)


class CustomerGroupViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[CustomerGroup]
):
    serializer_class = CustomerGroupOut
    filterset_class = CodeFilter

    def get_permissions(self) -> list[BasePermission]:
        needed = VIEW_CUSTOMER if self.action in ("list", "retrieve") else CHANGE_GROUP
        return [has_perm(needed)()]

    def get_queryset(self) -> QuerySet[CustomerGroup]:
        return customer_group_list(user=self.request.user)

    @extend_schema(request=CustomerGroupIn, responses={201: CustomerGroupOut})
    def create(self, request: Request) -> Response:
        entered = body_of(request, CustomerGroupIn)
        made = create_customer_group(By(_actor(request), key=key_of(request)), **entered)
        row = self.get_queryset().get(pk=made.customer_group_id)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=CustomerGroupChangeIn, responses=CustomerGroupOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        changes = body_of(request, CustomerGroupChangeIn)
        version = changes.pop("version")
        row = self.get_object()
        change_customer_group(By(_actor(request)), customer_group_id=row.pk, version=version, changes=changes)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=CustomerGroupPlaceIn, responses=CustomerGroupOut)
    @action(detail=True, methods=["post"])
    def place(self, request: Request, pk: str) -> Response:
        """Put the group under another: that one's prices and limits hold for it too."""
        given = body_of(request, CustomerGroupPlaceIn)
        parent = given["parent"] and get_object_or_404(self.get_queryset(), code__iexact=given["parent"])
        place_customer_group(
            By(_actor(request), key=key_of(request)),
            group_id=self.get_object().pk,
            parent_id=parent.pk if parent else None,
            version=given["version"],
        )
        return Response(self.get_serializer(self.get_object()).data)


class PaymentTermsOut(serializers.ModelSerializer[PaymentTerms]):
    class Meta:
        model = PaymentTerms
        fields = ["id", "code", "name", "days", "discount_percent", "discount_days", "version"]


class PaymentTermsIn(StrictSerializer):
    code = CodeField(max_length=12)
    name = serializers.CharField(max_length=60)
    days = serializers.IntegerField(min_value=0, max_value=365)
    discount_percent = ExactDecimalField(max_digits=5, decimal_places=2, min_value=0, default=Decimal(0))
    discount_days = serializers.IntegerField(min_value=0, max_value=365, default=0)


class PaymentTermsChangeIn(StrictSerializer):
    """Only the fields that change, and the version they were read with."""

    version = serializers.IntegerField(min_value=1)
    name = serializers.CharField(max_length=60, required=False)
    days = serializers.IntegerField(min_value=0, max_value=365, required=False)
    discount_percent = ExactDecimalField(max_digits=5, decimal_places=2, min_value=0, required=False)
    discount_days = serializers.IntegerField(min_value=0, max_value=365, required=False)


class PaymentTermsViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[PaymentTerms]
):
    serializer_class = PaymentTermsOut
    filterset_class = CodeFilter

    def get_permissions(self) -> list[BasePermission]:
        needed = VIEW_TERMS if self.action in ("list", "retrieve") else CHANGE_TERMS
        return [has_perm(needed)()]

    def get_queryset(self) -> QuerySet[PaymentTerms]:
        return payment_terms_list(user=self.request.user)

    @extend_schema(request=PaymentTermsIn, responses={201: PaymentTermsOut})
    def create(self, request: Request) -> Response:
        entered = body_of(request, PaymentTermsIn)
        made = create_payment_terms(By(_actor(request), key=key_of(request)), **entered)
        row = self.get_queryset().get(pk=made.payment_terms_id)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=PaymentTermsChangeIn, responses=PaymentTermsOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        changes = body_of(request, PaymentTermsChangeIn)
        version = changes.pop("version")
        row = self.get_object()
        change_payment_terms(By(_actor(request)), payment_terms_id=row.pk, version=version, changes=changes)
        return Response(self.get_serializer(self.get_object()).data)


def _actor(request: Request) -> Actor:
    return Actor.of(request.user, logs.request_id.get())
