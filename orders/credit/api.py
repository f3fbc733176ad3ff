"""Credit accounts for programs."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import CodeField, MoneyField, StrictSerializer, body_of
from masterdata.parties.queries import customer_group_list
from masterdata.places.queries import company_list

from .actions.set_credit_limit import set_credit_limit, set_group_limit
from .models import CreditAccount
from .permissions import SET_LIMIT, VIEW_CREDIT
from .queries import credit_account_list


class CreditAccountOut(serializers.ModelSerializer[CreditAccount]):
    """Of a customer or of a customer group: the other is null."""

    company = serializers.CharField(source="company.code")
    customer = serializers.CharField(source="customer.party.code", allow_null=True, default=None)
    group = serializers.CharField(source="group.code", allow_null=True, default=None)
    currency = serializers.CharField(source="company.currency")

    class Meta:
        model = CreditAccount
        fields = [
            "id", "company", "customer", "group", "currency", "limit", "exposure", "reviewed_on", "version",
        ]  # fmt: skip


class LimitIn(StrictSerializer):
    """`limit` null takes the limit away."""

    version = serializers.IntegerField(min_value=0)
    limit = MoneyField(min_value=0, decimal_places=2, allow_null=True)
    reason = CodeField(max_length=200)


class GroupLimitIn(LimitIn):
    """The first limit of a group: `version` 0."""

    company = CodeField()
    group = CodeField()


class LimitOut(serializers.Serializer[Any]):
    account_id = serializers.IntegerField()
    limit = serializers.CharField(allow_null=True)
    exposure = serializers.CharField()
    version = serializers.IntegerField()


class CreditAccountFilter(django_filters.FilterSet):
    customer = django_filters.CharFilter(field_name="customer__party__code")
    group = django_filters.CharFilter(field_name="group__code")


class CreditAccountViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[CreditAccount]):
    serializer_class = CreditAccountOut
    filterset_class = CreditAccountFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(VIEW_CREDIT if self.action in ("list", "retrieve") else SET_LIMIT)()]

    def get_queryset(self) -> QuerySet[CreditAccount]:
        return credit_account_list(user=self.request.user)

    @extend_schema(request=LimitIn, responses=LimitOut)
    @action(detail=True, methods=["post"])
    def limit(self, request: Request, pk: str) -> Response:
        given = body_of(request, LimitIn)
        account = self.get_object()
        by = By(Actor.of(request.user), key=key_of(request), reason=given["reason"])
        if account.customer_id:
            result = set_credit_limit(by, customer_id=account.customer_id, **given)
        else:
            result = set_group_limit(by, company_id=account.company_id, group_id=account.group_id, **given)
        return Response(LimitOut(result).data)

    @extend_schema(request=GroupLimitIn, responses=LimitOut)
    @action(detail=False, methods=["post"], url_path="group-limit")
    def group_limit(self, request: Request) -> Response:
        """Set the limit of a customer group in a company, which need not have had one."""
        given = body_of(request, GroupLimitIn)
        companies = company_list(user=request.user)
        company = get_object_or_404(companies, code__iexact=given.pop("company"))
        group = get_object_or_404(customer_group_list(user=request.user), code__iexact=given.pop("group"))
        by = By(Actor.of(request.user), key=key_of(request), reason=given["reason"])
        result = set_group_limit(by, company_id=company.pk, group_id=group.pk, **given)
        return Response(LimitOut(result).data)
