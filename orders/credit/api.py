"""Credit accounts for programs."""

from typing import Any

import django_filters
from django.db.models import QuerySet
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

from .actions.set_credit_limit import set_credit_limit
from .models import CreditAccount
from .permissions import SET_LIMIT, VIEW_CREDIT
from .queries import credit_account_list


class CreditAccountOut(serializers.ModelSerializer[CreditAccount]):
    customer = serializers.CharField(source="customer.party.code")
    currency = serializers.CharField(source="customer.currency")

    class Meta:
        model = CreditAccount
        fields = ["id", "customer", "currency", "limit", "exposure", "reviewed_on", "version"]


class LimitIn(StrictSerializer):
    """`limit` null takes the limit away."""

    version = serializers.IntegerField(min_value=1)
    limit = MoneyField(min_value=0, decimal_places=2, allow_null=True)
    reason = CodeField(max_length=200)


class LimitOut(serializers.Serializer[Any]):
    account_id = serializers.IntegerField()
    limit = serializers.CharField(allow_null=True)
    exposure = serializers.CharField()
    version = serializers.IntegerField()


class CreditAccountFilter(django_filters.FilterSet):
    customer = django_filters.CharFilter(field_name="customer__party__code")


class CreditAccountViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[CreditAccount]):
    serializer_class = CreditAccountOut
    filterset_class = CreditAccountFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(SET_LIMIT if self.action == "limit" else VIEW_CREDIT)()]

    def get_queryset(self) -> QuerySet[CreditAccount]:
        return credit_account_list(user=self.request.user)

    @extend_schema(request=LimitIn, responses=LimitOut)
    @action(detail=True, methods=["post"])
    def limit(self, request: Request, pk: str) -> Response:
        given = body_of(request, LimitIn)
        result = set_credit_limit(
            By(Actor.of(request.user), key=key_of(request), reason=given["reason"]),
            customer_id=self.get_object().customer_id,
            version=given["version"],
            limit=given["limit"],
            reason=given["reason"],
        )
        return Response(LimitOut(result).data)
