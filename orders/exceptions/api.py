"""The exception inbox for programs: read, take, assign, note."""

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
from erp.kernel.models import User
from erp.kernel.shapes import CodeField, StrictSerializer, body_of

from .actions.assign_exceptions import assign_exceptions
from .actions.note_exceptions import note_exceptions
from .actions.take_exceptions import take_exceptions
from .models import OrderException
from .permissions import VIEW_EXCEPTIONS, WORK_EXCEPTIONS
from .queries import exception_list


class OrderExceptionOut(serializers.ModelSerializer[OrderException]):
    order = serializers.CharField(source="order.number", default=None)
    customer = serializers.CharField(source="customer.party.code", default=None)
    site = serializers.CharField(source="site.code", default=None)
    owner = serializers.CharField(source="owner.username", default=None)

    class Meta:
        model = OrderException
        fields = [
            "id", "kind", "cause", "document", "order", "customer", "site", "detail", "amount", "currency",
            "promised_on", "rank", "owner", "opened_at", "due_on", "closed_at", "version",
        ]  # fmt: skip


class OrderExceptionAssignIn(StrictSerializer):
    owner = serializers.SlugRelatedField(
        slug_field="username", queryset=User.objects.filter(is_active=True), allow_null=True
    )
    note = CodeField(max_length=500, default="", allow_blank=True)


class OrderExceptionNoteIn(StrictSerializer):
    text = CodeField(max_length=500)


class OrderExceptionFilter(django_filters.FilterSet):
    kind = django_filters.CharFilter()
    order = django_filters.CharFilter(field_name="order__number")
    customer = django_filters.CharFilter(field_name="customer__party__code")
    site = django_filters.CharFilter(field_name="site__code")
    owner = django_filters.CharFilter(field_name="owner__username")
    open = django_filters.BooleanFilter(field_name="closed_at", lookup_expr="isnull")


class OrderExceptionViewSet(
    FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[OrderException]
):
    serializer_class = OrderExceptionOut
    filterset_class = OrderExceptionFilter

    def get_permissions(self) -> list[BasePermission]:
        right = WORK_EXCEPTIONS if self.action in ("take", "assign", "note") else VIEW_EXCEPTIONS
        return [has_perm(right)()]

    def get_queryset(self) -> QuerySet[OrderException]:
        return exception_list(user=self.request.user)

    @extend_schema(request=None, responses=OrderExceptionOut)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> Response:
        """Make it one's own; what is somebody's already is refused."""
        take_exceptions(self._by(), exception_ids=[self.get_object().pk], strict=True)
        return self._answer()

    @extend_schema(request=OrderExceptionAssignIn, responses=OrderExceptionOut)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give it to a user who may work it, or to nobody; one's own is handed over with a note."""
        given: dict[str, Any] = body_of(request, OrderExceptionAssignIn)
        owner = given["owner"]
        assign_exceptions(
            self._by(),
            exception_ids=[self.get_object().pk],
            owner_id=owner and owner.pk,
            note=given["note"],
            strict=True,
        )
        return self._answer()

    @extend_schema(request=OrderExceptionNoteIn, responses=OrderExceptionOut)
    @action(detail=True, methods=["post"])
    def note(self, request: Request, pk: str) -> Response:
        """Write down what was found out or agreed."""
        text = body_of(request, OrderExceptionNoteIn)["text"]
        note_exceptions(self._by(), exception_ids=[self.get_object().pk], text=text, strict=True)
        return self._answer()

    def _answer(self) -> Response:
        return Response(OrderExceptionOut(self.get_object()).data)

    def _by(self) -> By:
        return By(Actor.of(self.request.user), key=key_of(self.request))
