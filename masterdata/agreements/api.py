"""Prices for programs."""

import django_filters
from django.db.models import Q, QuerySet
from rest_framework import serializers, viewsets

from erp.kernel.api import has_perm

from .models import Allowance, CustomerPriceScope, Price, PriceScope
from .permissions import VIEW_PRICE
from .queries import holders_of, price_list, price_scope_list


class PriceOut(serializers.ModelSerializer[Price]):
    scope = serializers.CharField(source="scope.code")
    currency = serializers.CharField(source="scope.currency")
    item = serializers.CharField(source="item.code", default=None)
    item_class = serializers.CharField(source="item_class.code", default=None)
    unit = serializers.CharField(source="unit_id", allow_null=True)

    class Meta:
        model = Price
        fields = [
            "id", "scope", "currency", "item", "item_class", "method", "value", "unit", "min_quantity", "valid_from",
            "valid_to",
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

    permission_classes = [has_perm(VIEW_PRICE)]
    serializer_class = AgreementOut
    filterset_class = AgreementFilter

    def get_queryset(self) -> QuerySet[PriceScope]:
        rows = price_scope_list(user=self.request.user).select_related("funded_by__party")
        return rows.prefetch_related("allowances__item")


class AssignmentOut(serializers.ModelSerializer[CustomerPriceScope]):
    scope = serializers.CharField(source="scope.code")
    customer = serializers.CharField(source="customer.party.code", default=None)
    group = serializers.CharField(source="group.code", default=None)
    ship_to = serializers.CharField(source="ship_to.code", default=None)

    class Meta:
        model = CustomerPriceScope
        fields = ["id", "scope", "customer", "group", "ship_to", "job", "valid_from", "valid_to"]


class AssignmentFilter(django_filters.FilterSet):
    scope = django_filters.CharFilter(field_name="scope__code")
    customer = django_filters.CharFilter(field_name="customer__party__code")


class AssignmentViewSet(viewsets.ReadOnlyModelViewSet[CustomerPriceScope]):
    """Who gets which prices, and when."""

    permission_classes = [has_perm(VIEW_PRICE)]
    serializer_class = AssignmentOut
    filterset_class = AssignmentFilter

    def get_queryset(self) -> QuerySet[CustomerPriceScope]:
        return holders_of(user=self.request.user)
