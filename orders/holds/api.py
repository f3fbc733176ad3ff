"""Holds for programs: the open ones, and their release."""

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
from erp.kernel.shapes import CodeField, StrictSerializer, body_of

from .actions.release_hold import release_hold
from .models import Hold
from .permissions import RELEASE_HOLDS, VIEW_HOLDS
from .queries import open_holds


class HoldOut(serializers.ModelSerializer[Hold]):
    order = serializers.CharField(source="order.number")
    customer = serializers.CharField(source="order.customer.party.code")
    kind = serializers.CharField()
    line = serializers.IntegerField(source="line.line", default=None, help_text="Left out: all of the order.")

    class Meta:
        model = Hold
        fields = ["id", "order", "line", "customer", "kind", "detail", "amount", "caused_by", "opened_at"]


class ReleaseIn(StrictSerializer):
    reason = CodeField(max_length=200)


class ReleasedOut(serializers.Serializer[Any]):
    hold_ids = serializers.ListField(child=serializers.IntegerField())


class HoldFilter(django_filters.FilterSet):
    kind = django_filters.MultipleChoiceFilter(choices=Hold.Kind.choices)
    order = django_filters.CharFilter(field_name="order__number")


class HoldViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Hold]):
    serializer_class = HoldOut
    filterset_class = HoldFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(RELEASE_HOLDS if self.action == "release" else VIEW_HOLDS)()]

    def get_queryset(self) -> QuerySet[Hold]:
        return open_holds(user=self.request.user)

    @extend_schema(request=ReleaseIn, responses=ReleasedOut)
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        given = body_of(request, ReleaseIn)
        reason = given["reason"]
        by = By(Actor.of(request.user), key=key_of(request), reason=reason)
        hold = Hold.objects.visible_to(request.user).filter(pk=pk if pk.isdecimal() else None).first()
        released = release_hold(by, hold_id=hold.pk if hold else 0, reason=reason)
        return Response(ReleasedOut(released).data)
