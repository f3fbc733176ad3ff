"""Items for programs: read, create, change. What an item costs only for those who may know."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel import logs
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.shapes import CodeField, ExactDecimalField, MoneyField, StrictSerializer, body_of

from .actions.change_item import change_item
from .actions.create_item import create_item
from .lookups import resolve_codes
from .models import Item, ItemUnit
from .permissions import CHANGE_ITEM, VIEW_COST, VIEW_ITEM
from .queries import item_classes, item_list


class ItemUnitOut(serializers.ModelSerializer[ItemUnit]):
    unit = serializers.CharField(source="unit_id")

    class Meta:
        model = ItemUnit
        fields = ["unit", "numerator", "denominator", "gtin"]


class ItemOut(serializers.ModelSerializer[Item]):
    item_class = serializers.CharField(source="item_class.code")
    stock_unit = serializers.CharField(source="stock_unit_id")
    sell_unit = serializers.CharField(source="sell_unit_id")
    buy_unit = serializers.CharField(source="buy_unit_id")
    units = ItemUnitOut(many=True)

    class Meta:
        model = Item
        fields = [
            "id", "code", "name", "item_class", "kind", "status", "stock_unit", "sell_unit", "buy_unit", "gtin",
            "tax_class", "weight_kg", "lot_tracked", "stocking", "standard_cost", "attributes", "units",
            "version",
        ]  # fmt: skip

    def to_representation(self, instance: Item) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not self.context["request"].user.has_perm(VIEW_COST):
            del shown["standard_cost"]
        return shown


class ItemChangeIn(StrictSerializer):
    """Only the fields that change, and the version they were read with."""

    version = serializers.IntegerField(min_value=1)
    name = serializers.CharField(max_length=200, required=False)
    item_class = serializers.SlugRelatedField(slug_field="code", queryset=item_classes(), required=False)
    status = serializers.ChoiceField(Item.Status.choices, required=False)
    sell_unit = CodeField(max_length=3, required=False)
    buy_unit = CodeField(max_length=3, required=False)
    gtin = CodeField(max_length=14, required=False, allow_blank=True)
    tax_class = serializers.ChoiceField(Item.TaxClass.choices, required=False)
    weight_kg = ExactDecimalField(
        max_digits=12, decimal_places=4, min_value=0, required=False, allow_null=True
    )
    lot_tracked = serializers.BooleanField(required=False)
    stocking = serializers.ChoiceField(Item.Stocking.choices, required=False)
    standard_cost = MoneyField(min_value=0, required=False)
    attributes = serializers.DictField(
        child=serializers.CharField(max_length=200, allow_blank=True), required=False
    )


class ItemIn(StrictSerializer):
    code = CodeField(max_length=40)
    name = serializers.CharField(max_length=200)
    item_class = serializers.SlugRelatedField(slug_field="code", queryset=item_classes())
    stock_unit = CodeField(max_length=3)
    pack_unit = CodeField(max_length=3, default="", allow_blank=True)
    pack_content = serializers.IntegerField(min_value=1, max_value=10**9, default=1)
    sold_packed = serializers.BooleanField(default=False)
    kind = serializers.ChoiceField(Item.Kind.choices, default=Item.Kind.STOCKED)
    gtin = CodeField(max_length=14, default="", allow_blank=True)
    tax_class = serializers.ChoiceField(Item.TaxClass.choices, default=Item.TaxClass.STANDARD)
    weight_kg = ExactDecimalField(max_digits=12, decimal_places=4, min_value=0, default=None, allow_null=True)
    lot_tracked = serializers.BooleanField(default=False)
    stocking = serializers.ChoiceField(Item.Stocking.choices, default=Item.Stocking.KEPT)
    standard_cost = MoneyField(min_value=0, default=0)
    attributes = serializers.DictField(
        child=serializers.CharField(max_length=200, allow_blank=True), default=dict
    )


class ItemFilter(django_filters.FilterSet):
    """`number` is any number that means one item: code, GTIN, supplier's or former number."""

    status = django_filters.MultipleChoiceFilter(choices=Item.Status.choices)
    item_class = django_filters.CharFilter(field_name="item_class__code")
    number = django_filters.CharFilter(method="with_number")

    def with_number(self, rows: QuerySet[Item], name: str, value: str) -> QuerySet[Item]:
        return rows.filter(pk=resolve_codes([value]).get(value))


class ItemViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Item]):
    serializer_class = ItemOut
    filterset_class = ItemFilter

    def get_permissions(self) -> list[BasePermission]:
        needed = VIEW_ITEM if self.action in ("list", "retrieve") else CHANGE_ITEM
        return [has_perm(needed)()]

    def get_queryset(self) -> QuerySet[Item]:
        return item_list(user=self.request.user).prefetch_related("units")

    @extend_schema(request=ItemIn, responses={201: ItemOut})
    def create(self, request: Request) -> Response:
        entered = body_of(request, ItemIn)
        entered["item_class_id"] = entered.pop("item_class").pk
        made = create_item(By(_actor(request), key=key_of(request)), **entered)
        row = self.get_queryset().get(pk=made.item_id)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ItemChangeIn, responses=ItemOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        changes = body_of(request, ItemChangeIn)
        version = changes.pop("version")
        if "item_class" in changes:
            changes["item_class_id"] = changes.pop("item_class").pk
        for name in ("sell_unit", "buy_unit"):
            if name in changes:
                changes[f"{name}_id"] = changes.pop(name)
        row = self.get_object()
        change_item(By(_actor(request)), item_id=row.pk, version=version, changes=changes)
        return Response(self.get_serializer(self.get_object()).data)


def _actor(request: Request) -> Actor:
    return Actor.of(request.user, logs.request_id.get())
