"""Prices for programs: read them; open sets of prices, fill them, cap them, give them to customers and nodes."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.shapes import body_of

from .actions.assign_price_scope import assign_price_scope
from .actions.create_price_scope import create_price_scope
from .actions.issue_coupon import issue_coupon
from .actions.set_allowance import set_allowance
from .actions.set_price import set_price
from .assignment_api import AssignmentOut
from .coupon_api import CouponIn, CouponOut
from .models import Allowance, CustomerPriceScope, Price, PriceScope
from .permissions import SET_PRICE, VIEW_PRICE
from .queries import coupon_list, holders_of, price_list, price_scope_list
from .shapes import AgreementIn, AllowanceIn, AssignPricesIn, PriceIn, holder_of, item_named, target_of


class PriceOut(serializers.ModelSerializer[Price]):
    scope = serializers.CharField(source="scope.code")
    currency = serializers.CharField(source="scope.currency")
    item = serializers.CharField(source="item.code", default=None)
    item_class = serializers.CharField(source="item_class.code", default=None)
    unit = serializers.CharField(source="unit_id", allow_null=True)
    free_item = serializers.CharField(source="free_item.code", default=None)

    class Meta:
        model = Price
        fields = [
            "id", "scope", "currency", "item", "item_class", "method", "value", "unit", "min_quantity", "free_item",
            "valid_from", "valid_to",
        ]  # fmt: skip


class PriceFilter(django_filters.FilterSet):
    """`on` leaves the prices that hold on a day."""

    scope = django_filters.CharFilter(field_name="scope__code")
    item = django_filters.CharFilter(field_name="item__code")
    on = django_filters.DateFilter(method="holding_on")

    def holding_on(self, rows: QuerySet[Price], name: str, value: object) -> QuerySet[Price]:
        return rows.filter(Q(valid_to=None) | Q(valid_to__gt=value), valid_from__lte=value)


class PriceViewSet(viewsets.ReadOnlyModelViewSet[Price]):
    permission_classes = [has_perm(VIEW_PRICE)]
    serializer_class = PriceOut
    filterset_class = PriceFilter

    def get_queryset(self) -> QuerySet[Price]:
        return price_list(user=self.request.user)


class AllowanceOut(serializers.ModelSerializer[Allowance]):
    """Quantities in the item's stock unit; without an item money of the budget."""

    item = serializers.CharField(source="item.code", default=None)
    left = serializers.DecimalField(max_digits=18, decimal_places=6, allow_null=True)
    owed = serializers.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        model = Allowance
        fields = ["item", "most", "used", "left", "commitment", "owed"]


class AgreementOut(serializers.ModelSerializer[PriceScope]):
    company = serializers.CharField(source="company.code")
    funded_by = serializers.CharField(source="funded_by.party.code", default=None)
    allowances = AllowanceOut(many=True)

    class Meta:
        model = PriceScope
        fields = [
            "id", "company", "kind", "code", "name", "currency", "stacking", "funded_by", "funding_percent",
            "allowances",
        ]  # fmt: skip


class AgreementFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=PriceScope.Kind.choices)
    code = django_filters.CharFilter(lookup_expr="iexact")


class AgreementViewSet(viewsets.ReadOnlyModelViewSet[PriceScope]):
    """Lists, terms, agreements and promotions, with what is left of caps, commitments and budgets."""

    serializer_class = AgreementOut
    filterset_class = AgreementFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(VIEW_PRICE if self.action in ("list", "retrieve") else SET_PRICE)()]

    def get_queryset(self) -> QuerySet[PriceScope]:
        rows = price_scope_list(user=self.request.user).select_related("funded_by__party")
        return rows.prefetch_related("allowances__item")

    @extend_schema(request=AgreementIn, responses={201: AgreementOut})
    def create(self, request: Request) -> Response:
        """Open a set of prices. Nobody buys at them before it is assigned, or opened by a coupon."""
        given = body_of(request, AgreementIn)
        made = create_price_scope(_by(request, given), **holder_of(given, request.user))
        return _created(AgreementOut(self.get_queryset().get(pk=made.scope_id)).data)

    @extend_schema(request=PriceIn, responses={201: PriceOut})
    @action(detail=True, methods=["post"])
    def price(self, request: Request, pk: str) -> Response:
        """Let a price hold from a day on. One in use that moves too far is proposed instead, and refused here."""
        given = body_of(request, PriceIn)
        by = By(Actor.of(request.user), key=key_of(request), reason=given["reason"])
        made = set_price(by, scope_id=self.get_object().pk, **target_of(given))
        return _created(PriceOut(price_list(user=request.user).get(pk=made.price_id)).data)

    @extend_schema(request=AllowanceIn, responses=AgreementOut)
    @action(detail=True, methods=["post"])
    def allowance(self, request: Request, pk: str) -> Response:
        """Cap an item of an agreement and keep its commitment, or give a promotion its budget."""
        given = body_of(request, AllowanceIn)
        item_id = item_named(given.pop("item"))
        set_allowance(_by(request, given), scope_id=self.get_object().pk, item_id=item_id, **given)
        return Response(AgreementOut(self.get_object()).data)

    @extend_schema(request=AssignPricesIn, responses={201: AssignmentOut})
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give the prices to a customer, at one ship-to or for one job where named, or to a group and all below it."""
        given = body_of(request, AssignPricesIn)
        scope = self.get_object()
        made = assign_price_scope(_by(request, given), scope_id=scope.pk, **holder_of(given, request.user))
        row: CustomerPriceScope = holders_of(user=request.user).get(pk=made.assignment_id)
        return _created(AssignmentOut(row).data)

    @extend_schema(request=CouponIn, responses={201: CouponOut})
    @action(detail=True, methods=["post"])
    def coupon(self, request: Request, pk: str) -> Response:
        """Issue a code that opens the promotion for the order it is keyed with."""
        given = body_of(request, CouponIn)
        made = issue_coupon(_by(request, given), scope_id=self.get_object().pk, **given)
        return _created(CouponOut(coupon_list(user=request.user).get(pk=made.coupon_id)).data)


def _by(request: Request, given: dict[str, Any]) -> By:
    """Who asks, under which key, and why; the reason is taken out of what was given."""
    return By(Actor.of(request.user), key=key_of(request), reason=given.pop("reason"))


def _created(data: Any) -> Response:
    return Response(data, status=status.HTTP_201_CREATED)
