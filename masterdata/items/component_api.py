"""What is in kits, for programs: read, add, change, end."""

from typing import Any

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
from erp.kernel.shapes import BusinessDateField, CodeField, ExactDecimalField, StrictSerializer, body_of
from masterdata.dates import in_effect

from .actions.add_component import add_component
from .actions.change_component import change_component
from .actions.end_component import end_component
from .lookups import resolve_codes
from .models import KitComponent
from .permissions import SET_COMPONENT, VIEW_ITEM
from .queries import kit_component_list


class KitComponentOut(serializers.ModelSerializer[KitComponent]):
    """So much of the component, in its stock unit, is in one kit."""

    kit = serializers.CharField(source="kit.code")
    component = serializers.CharField(source="component.code")
    unit = serializers.CharField(source="component.stock_unit_id")

    class Meta:
        model = KitComponent
        fields = [
            "id",
            "kit",
            "component",
            "quantity",
            "unit",
            "position",
            "valid_from",
            "valid_to",
            "version",
        ]


class KitComponentIn(StrictSerializer):
    """Items by any number that means one."""

    kit = CodeField()
    component = CodeField()
    quantity = ExactDecimalField(max_digits=18, decimal_places=6)
    position = serializers.IntegerField(min_value=1, max_value=999, default=1)
    valid_from = BusinessDateField()
    valid_to = BusinessDateField(required=False, allow_null=True)


class KitComponentChangeIn(StrictSerializer):
    """Only the fields that change, and the version they were read with."""

    version = serializers.IntegerField(min_value=1)
    quantity = ExactDecimalField(max_digits=18, decimal_places=6, required=False)
    position = serializers.IntegerField(min_value=1, max_value=999, required=False)


class KitComponentEndIn(StrictSerializer):
    """`on`: the first day without it."""

    on = BusinessDateField()


class KitComponentFilter(django_filters.FilterSet):
    """`on` leaves what is in kits that are ordered on a day."""

    kit = django_filters.CharFilter(field_name="kit__code", lookup_expr="iexact")
    component = django_filters.CharFilter(field_name="component__code", lookup_expr="iexact")
    on = django_filters.DateFilter(method="holding_on")

    def holding_on(self, rows: QuerySet[KitComponent], name: str, value: object) -> QuerySet[KitComponent]:
        return rows.filter(in_effect(value))


class KitComponentViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[KitComponent]
):
    serializer_class = KitComponentOut
    filterset_class = KitComponentFilter

    def get_permissions(self) -> list[BasePermission]:
        needed = VIEW_ITEM if self.action in ("list", "retrieve") else SET_COMPONENT
        return [has_perm(needed)()]

    def get_queryset(self) -> QuerySet[KitComponent]:
        return kit_component_list(user=self.request.user)

    @extend_schema(request=KitComponentIn, responses={201: KitComponentOut})
    def create(self, request: Request) -> Response:
        entered = body_of(request, KitComponentIn)
        found = resolve_codes([entered["kit"], entered["component"]])
        items: dict[str, Any] = {}
        for name in ("kit", "component"):
            items[f"{name}_id"] = found.get(entered[name])
            if items[f"{name}_id"] is None:
                raise NotFound(what=name, reference=entered[name])
            del entered[name]
        made = add_component(By(_actor(request), key=key_of(request)), **items, **entered)
        row = self.get_queryset().get(pk=made.kit_component_id)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=KitComponentChangeIn, responses=KitComponentOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        changes = body_of(request, KitComponentChangeIn)
        version = changes.pop("version")
        row = self.get_object()
        change_component(By(_actor(request)), kit_component_id=row.pk, version=version, changes=changes)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=KitComponentEndIn, responses={204: None})
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        given = body_of(request, KitComponentEndIn)
        by = By(_actor(request), key=key_of(request))
        end_component(by, kit_component_id=self.get_object().pk, on=given["on"])
        return Response(status=status.HTTP_204_NO_CONTENT)


def _actor(request: Request) -> Actor:
    return Actor.of(request.user, logs.request_id.get())
