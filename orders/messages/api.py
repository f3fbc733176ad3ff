"""Customer notices for programs: what customers are to be told, and whether it is sent."""

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

from .actions.decide_messages import send_messages, waive_messages
from .errors import NoAddress
from .models import OrderMessage
from .permissions import SEND_MESSAGE, VIEW_MESSAGE


class NoticeOut(serializers.ModelSerializer[OrderMessage]):
    """`later`: a line leaves later than the customer was last told. `reason`: why it was waived."""

    order = serializers.CharField(source="order.number")
    customer = serializers.CharField(source="order.customer.party.code")

    class Meta:
        model = OrderMessage
        fields = [
            "id", "order", "customer", "state", "language", "recipient", "subject", "body", "later", "drafted_at",
            "decided_by", "decided_at", "reason", "delivered_at",
        ]  # fmt: skip


class WaiveNoticeIn(StrictSerializer):
    reason = CodeField(max_length=200)


class NoticeFilter(django_filters.FilterSet):
    """`order`: its number."""

    order = django_filters.CharFilter(field_name="order__number")
    customer = django_filters.CharFilter(field_name="order__customer__party__code")
    state = django_filters.MultipleChoiceFilter(choices=OrderMessage.State.choices)
    later = django_filters.BooleanFilter()


class NoticeViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[OrderMessage]):
    serializer_class = NoticeOut
    filterset_class = NoticeFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(SEND_MESSAGE if self.action in ("send", "waive") else VIEW_MESSAGE)()]

    def get_queryset(self) -> QuerySet[OrderMessage]:
        return OrderMessage.objects.visible_to(self.request.user).select_related("order__customer__party")

    @extend_schema(request=None, responses=NoticeOut)
    @action(detail=True, methods=["post"])
    def send(self, request: Request, pk: str) -> Response:
        """Send a draft; what is decided already stays as it is."""
        by = By(Actor.of(request.user), key=key_of(request))
        for order, reason in send_messages(by, message_ids=[self.get_object().pk]).refused:
            raise NoAddress(order=order, reason=reason)
        return Response(NoticeOut(self.get_object()).data)

    @extend_schema(request=WaiveNoticeIn, responses=NoticeOut)
    @action(detail=True, methods=["post"])
    def waive(self, request: Request, pk: str) -> Response:
        """Do not send a draft, with the reason; what is decided already stays as it is."""
        reason = body_of(request, WaiveNoticeIn)["reason"]
        by = By(Actor.of(request.user), key=key_of(request), reason=reason)
        waive_messages(by, message_ids=[self.get_object().pk], reason=reason)
        return Response(NoticeOut(self.get_object()).data)
