"""Coupons for programs: read them, change their end and limits. A promotion issues them (`agreements`)."""

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.shapes import BusinessDateField, CodeField, StrictSerializer, body_of

from .actions.change_coupon import change_coupon
from .models import Coupon
from .permissions import SET_PRICE, VIEW_PRICE
from .queries import coupon_list


class CouponOut(serializers.ModelSerializer[Coupon]):
    """`used`: by how many orders; `left`: by how many more it may be, null for any number."""

    company = serializers.CharField(source="company.code")
    scope = serializers.CharField(source="scope.code")
    left = serializers.IntegerField(allow_null=True)

    class Meta:
        model = Coupon
        fields = [
            "id", "company", "scope", "code", "valid_from", "valid_to", "most_uses", "most_per_customer", "used",
            "left", "version",
        ]  # fmt: skip


class LimitsIn(StrictSerializer):
    """The end (the first day without it) and the limits; null: none."""

    valid_to = BusinessDateField(allow_null=True)
    most_uses = serializers.IntegerField(min_value=1, allow_null=True)
    most_per_customer = serializers.IntegerField(min_value=1, allow_null=True)
    version = serializers.IntegerField(min_value=1)
    reason = CodeField(max_length=200, default="", allow_blank=True)


class CouponIn(StrictSerializer):
    """A new code; limits left out: none."""

    code = CodeField(max_length=30)
    valid_from = BusinessDateField()
    valid_to = BusinessDateField(required=False, allow_null=True)
    most_uses = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    most_per_customer = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    reason = CodeField(max_length=200, default="", allow_blank=True)


class CouponFilter(django_filters.FilterSet):
    code = django_filters.CharFilter(lookup_expr="iexact")
    scope = django_filters.CharFilter(field_name="scope__code")


class CouponViewSet(viewsets.ReadOnlyModelViewSet[Coupon]):
    serializer_class = CouponOut
    filterset_class = CouponFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(SET_PRICE if self.action == "limits" else VIEW_PRICE)()]

    def get_queryset(self) -> QuerySet[Coupon]:
        return coupon_list(user=self.request.user)

    @extend_schema(request=LimitsIn, responses=CouponOut)
    @action(detail=True, methods=["post"])
    def limits(self, request: Request, pk: str) -> Response:
        """Let it end on another day, or be used more or less often."""
        given = body_of(request, LimitsIn)
        by = By(Actor.of(request.user), key=key_of(request), reason=given.pop("reason"))
        change_coupon(by, coupon_id=self.get_object().pk, **given)
        return Response(CouponOut(self.get_object()).data)
