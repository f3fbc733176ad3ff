"""Substitutes for programs: read, create, change, end."""

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
from erp.kernel.shapes import BusinessDateField, CodeField, StrictSerializer, body_of
from masterdata.dates import in_effect

from .actions.change_substitute import change_substitute
from .actions.create_substitute import create_substitute
from .actions.end_substitute import end_substitute
from .lookups import resolve_codes
from .models import Substitute
from .permissions import SET_SUBSTITUTE, VIEW_ITEM
from .queries import substitute_list
from .rules import LARGEST_FACTOR


class SubstituteOut(serializers.ModelSerializer[Substitute]):
    """numerator/denominator stock units of the substitute come for one of the item."""

    item = serializers.CharField(source="item.code")
    substitute = serializers.CharField(source="substitute.code")

    class Meta:
        model = Substitute
        fields = [
            "id", "item", "substitute", "kind", "numerator", "denominator", "price", "two_way", "rank", "valid_from",
            "valid_to", "note", "version",
        ]  # fmt: skip


class SubstituteIn(StrictSerializer):
    """Items by any number that means one."""

    item = CodeField()
    substitute = CodeField()
    kind = serializers.ChoiceField(Substitute.Kind.choices)
    price = serializers.ChoiceField(Substitute.Price.choices)
    numerator = serializers.IntegerField(min_value=1, max_value=LARGEST_FACTOR, default=1)
    denominator = serializers.IntegerField(min_value=1, max_value=LARGEST_FACTOR, default=1)
    two_way = serializers.BooleanField(default=False)
    rank = serializers.IntegerField(min_value=1, max_value=99, default=1)
    valid_from = BusinessDateField()
    valid_to = BusinessDateField(required=False, allow_null=True)
    note = CodeField(max_length=200, default="", allow_blank=True)


class SubstituteChangeIn(StrictSerializer):
    """Only the fields that change, and the version they were read with."""

    version = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(Substitute.Kind.choices, required=False)
    price = serializers.ChoiceField(Substitute.Price.choices, required=False)
    numerator = serializers.IntegerField(min_value=1, max_value=LARGEST_FACTOR, required=False)
    denominator = serializers.IntegerField(min_value=1, max_value=LARGEST_FACTOR, required=False)
    two_way = serializers.BooleanField(required=False)
    rank = serializers.IntegerField(min_value=1, max_value=99, required=False)
    note = CodeField(max_length=200, required=False, allow_blank=True)


class SubstituteEndIn(StrictSerializer):
    """`on`: the first day without it."""

    on = BusinessDateField()


class SubstituteFilter(django_filters.FilterSet):
    """`on` leaves the rules that hold on a day."""

    item = django_filters.CharFilter(field_name="item__code", lookup_expr="iexact")
    substitute = django_filters.CharFilter(field_name="substitute__code", lookup_expr="iexact")
    kind = django_filters.MultipleChoiceFilter(choices=Substitute.Kind.choices)
    on = django_filters.DateFilter(method="holding_on")

    def holding_on(self, rows: QuerySet[Substitute], name: str, value: object) -> QuerySet[Substitute]:
        return rows.filter(in_effect(value))


class SubstituteViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Substitute]
):
    serializer_class = SubstituteOut
    filterset_class = SubstituteFilter

    def get_permissions(self) -> list[BasePermission]:
        needed = VIEW_ITEM if self.action in ("list", "retrieve") else SET_SUBSTITUTE
        return [has_perm(needed)()]

    def get_queryset(self) -> QuerySet[Substitute]:
        return substitute_list(user=self.request.user)

    @extend_schema(request=SubstituteIn, responses={201: SubstituteOut})
    def create(self, request: Request) -> Response:
        entered = body_of(request, SubstituteIn)
        found = resolve_codes([entered["item"], entered["substitute"]])
        items: dict[str, Any] = {}
        for name in ("item", "substitute"):
            items[f"{name}_id"] = found.get(entered[name])
            if items[f"{name}_id"] is None:
                raise NotFound(what=name, reference=entered[name])
            del entered[name]
        made = create_substitute(By(_actor(request), key=key_of(request)), **items, **entered)
        row = self.get_queryset().get(pk=made.substitute_id)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=SubstituteChangeIn, responses=SubstituteOut)
    def partial_update(self, request: Request, pk: str) -> Response:
        changes = body_of(request, SubstituteChangeIn)
        version = changes.pop("version")
        row = self.get_object()
        change_substitute(By(_actor(request)), substitute_id=row.pk, version=version, changes=changes)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=SubstituteEndIn, responses={204: None})
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        given = body_of(request, SubstituteEndIn)
        end_substitute(
            By(_actor(request), key=key_of(request)), substitute_id=self.get_object().pk, on=given["on"]
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


def _actor(request: Request) -> Actor:
    return Actor.of(request.user, logs.request_id.get())
