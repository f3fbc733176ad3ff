"""Supplier rebates for programs: read, set, end."""

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import BusinessDateField, CodeField, MoneyField, StrictSerializer, body_of
from masterdata.items.models import ItemClass
from masterdata.parties.queries import supplier_list

from .actions.set_rebate import end_rebate, set_rebate
from .models import SupplierRebate
from .permissions import SET_REBATE, VIEW_REBATE
from .queries import rebate_list
from .shapes import item_named


class RebateOut(serializers.ModelSerializer[SupplierRebate]):
    """`value`: percent of the standard cost, or an amount per stock unit in the company's currency."""

    company = serializers.CharField(source="company.code")
    supplier = serializers.CharField(source="supplier.party.code")
    item = serializers.CharField(source="item.code", default=None)
    item_class = serializers.CharField(source="item_class.code", default=None)

    class Meta:
        model = SupplierRebate
        fields = [
            "id", "company", "supplier", "item", "item_class", "method", "value", "reference", "valid_from", "valid_to",
            "reason", "set_by",
        ]  # fmt: skip


class RebateIn(StrictSerializer):
    """One item or one class."""

    supplier = CodeField()
    item = CodeField(default="", allow_blank=True, help_text="Any number that names the item.")
    item_class = CodeField(default="", allow_blank=True)
    method = serializers.ChoiceField(choices=SupplierRebate.Method.choices)
    value = MoneyField(min_value=0)
    reference = CodeField(max_length=40, default="", allow_blank=True)
    valid_from = BusinessDateField()
    valid_to = BusinessDateField(required=False)
    reason = CodeField(max_length=120)


class EndRebateIn(StrictSerializer):
    """`on`: the first day without it."""

    on = BusinessDateField()
    reason = CodeField(max_length=120)


class RebateFilter(django_filters.FilterSet):
    supplier = django_filters.CharFilter(field_name="supplier__party__code")
    item = django_filters.CharFilter(field_name="item__code")
    item_class = django_filters.CharFilter(field_name="item_class__code")


class RebateViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[SupplierRebate]):
    serializer_class = RebateOut
    filterset_class = RebateFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(SET_REBATE if self.action in ("create", "end") else VIEW_REBATE)()]

    def get_queryset(self) -> QuerySet[SupplierRebate]:
        return rebate_list(user=self.request.user)

    @extend_schema(request=RebateIn, responses={201: RebateOut})
    def create(self, request: Request) -> Response:
        """Let a supplier's rebate hold from a day on; the one before for the same ends there."""
        given = body_of(request, RebateIn)
        code, item, item_class = given.pop("supplier"), given.pop("item"), given.pop("item_class")
        supplier = supplier_list(user=request.user).filter(party__code__iexact=code).first()
        if supplier is None:
            raise NotFound(what="supplier", reference=code)
        item_id = item_named(item)
        classes = ItemClass.objects.filter(code__iexact=item_class).values_list("pk", flat=True)
        class_id = classes.first() if item_class else None
        if item_class and class_id is None:
            raise NotFound(what="item class", reference=item_class)
        made = set_rebate(
            By(Actor.of(request.user), key=key_of(request), reason=given["reason"]),
            supplier_id=supplier.pk,
            item_id=item_id,
            item_class_id=class_id,
            **given,
        )
        rebate = self.get_queryset().get(pk=made.rebate_id)
        return Response(RebateOut(rebate).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=EndRebateIn, responses={204: None})
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """Let it end; one that had not begun goes."""
        given = body_of(request, EndRebateIn)
        by = By(Actor.of(request.user), key=key_of(request), reason=given["reason"])
        end_rebate(by, rebate_id=self.get_object().pk, on=given["on"])
        return Response(status=status.HTTP_204_NO_CONTENT)
