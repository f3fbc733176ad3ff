"""Item classes and units of measure for programs: read, create, change."""

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
from erp.kernel.shapes import CodeField, StrictSerializer, body_of

from .actions.change_item_class import change_item_class
from .actions.change_unit import change_unit
from .actions.create_item_class import create_item_class
from .actions.create_unit import create_unit
from .models import ItemClass, Unit
from .permissions import CHANGE_CLASS, CHANGE_UNIT, VIEW_ITEM
from .queries import item_class_list, item_classes, unit_list


class ItemClassOut(serializers.ModelSerializer[ItemClass]):
    parent = serializers.CharField(  # type: ignore[assignment]  # a field of this name, not whose part this is
        source="parent.code", default=None, allow_null=True
    )

    class Meta:
        model = ItemClass
        fields = ["id", "code", "name", "parent", "required_attributes", "version"]


class ItemClassIn(StrictSerializer):
    code = CodeField(max_length=20)
    name = serializers.CharField(max_length=80)
    parent = serializers.SlugRelatedField(  # type: ignore[assignment]  # as in ItemClassOut
        slug_field="code", queryset=item_classes(), default=None, allow_null=True
    )
    required_attributes = serializers.ListField(child=serializers.CharField(max_length=40), default=list)


class ItemClassChangeIn(StrictSerializer):
    """Only the fields that change, and the version they were read with."""

    version = serializers.IntegerField(min_value=1)
    name = serializers.CharField(max_length=80, required=False)
    parent = serializers.SlugRelatedField(  # type: ignore[assignment]  # as in ItemClassOut
        slug_field="code", queryset=item_classes(), required=False, allow_null=True
    )
    required_attributes = serializers.ListField(child=serializers.CharField(max_length=40), required=False)


class ItemClassFilter(django_filters.FilterSet):
    code = django_filters.CharFilter(field_name="code", lookup_expr="iexact")
    parent = django_filters.CharFilter(field_name="parent__code")


class ItemClassViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[ItemClass]):
    serializer_class = ItemClassOut
    filterset_class = ItemClassFilter

    def get_permissions(self) -> list[BasePermission]:
        needed = VIEW_ITEM if self.action in ("list", "retrieve") else CHANGE_CLASS
        return [has_perm(needed)()]

    def get_queryset(self) -> QuerySet[ItemClass]:
        return item_class_list(user=self.request.user)

    @extend_schema(request=ItemClassIn, responses={201: ItemClassOut})
    def create(self, request: Request) -> Response:
        entered = body_of(request, ItemClassIn)
        entered["parent_id"] = getattr(entered.pop("parent"), "pk", None)
        made = create_item_class(By(_actor(request), key=key_of(request)), **entered)
        row = self.get_queryset().get(pk=made.item_class_id)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ItemClassChangeIn, responses=ItemClassOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        changes = body_of(request, ItemClassChangeIn)
        version = changes.pop("version")
        if "parent" in changes:
            changes["parent_id"] = getattr(changes.pop("parent"), "pk", None)
        row = self.get_object()
        change_item_class(By(_actor(request)), item_class_id=row.pk, version=version, changes=changes)
        return Response(self.get_serializer(self.get_object()).data)


class UnitOut(serializers.ModelSerializer[Unit]):
    class Meta:
        model = Unit
        fields = ["code", "name", "decimals", "version"]


class UnitIn(StrictSerializer):
    code = CodeField(max_length=3)
    name = serializers.CharField(max_length=40)
    decimals = serializers.IntegerField(min_value=0, max_value=6, default=0)


class UnitChangeIn(StrictSerializer):
    """Only the fields that change, and the version they were read with."""

    version = serializers.IntegerField(min_value=1)
    name = serializers.CharField(max_length=40, required=False)
    decimals = serializers.IntegerField(min_value=0, max_value=6, required=False)


class UnitFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(lookup_expr="icontains")


class UnitViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Unit]):
    lookup_field = "code"
    serializer_class = UnitOut
    filterset_class = UnitFilter

    def get_permissions(self) -> list[BasePermission]:
        needed = VIEW_ITEM if self.action in ("list", "retrieve") else CHANGE_UNIT
        return [has_perm(needed)()]

    def get_queryset(self) -> QuerySet[Unit]:
        return unit_list(user=self.request.user)

    @extend_schema(request=UnitIn, responses={201: UnitOut})
    def create(self, request: Request) -> Response:
        entered = body_of(request, UnitIn)
        made = create_unit(By(_actor(request), key=key_of(request)), **entered)
        row = self.get_queryset().get(pk=made.code)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=UnitChangeIn, responses=UnitOut)
    def partial_update(self, request: Request, code: str) -> Response:
        changes = body_of(request, UnitChangeIn)
        version = changes.pop("version")
        row = self.get_object()
        change_unit(By(_actor(request)), code=row.pk, version=version, changes=changes)
        return Response(self.get_serializer(self.get_object()).data)


def _actor(request: Request) -> Actor:
    return Actor.of(request.user, logs.request_id.get())
