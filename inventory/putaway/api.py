"""Putaway for programs: a conveyor or a robot claims a task, is told a bin and confirms it, as a person does."""

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
from erp.kernel.errors import BadInput
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import CodeField, QuantityField, StrictSerializer, body_of
from masterdata.places.models import Bin

from .actions.assign_putaways import assign_putaways, close_putaways
from .actions.begin_putaways import begin_putaways
from .actions.put_away import Placed, put_away
from .models import PutawayTask
from .permissions import ASSIGN_PUTAWAY, PUT_AWAY, VIEW_PUTAWAY
from .queries import putaway_list


class PutawayTaskOut(serializers.ModelSerializer[PutawayTask]):
    """Quantities in the item's stock unit. `proposed` is known once the task is begun, and `why` says why there."""

    site = serializers.CharField(source="site.code")
    item = serializers.CharField(source="item.code")
    lot = serializers.CharField(source="lot.code", default=None, allow_null=True)
    bin = serializers.CharField(source="bin.code")
    zone = serializers.CharField(source="bin.zone.code")
    proposed = serializers.CharField(source="proposed.code", default=None, allow_null=True)
    put_into = serializers.CharField(source="put_into.code", default=None, allow_null=True)
    left = serializers.DecimalField(read_only=True, max_digits=18, decimal_places=6)

    class Meta:
        model = PutawayTask
        fields = [
            "id", "number", "state", "site", "document", "item", "lot", "status", "bin", "zone", "quantity", "moved",
            "left", "priority", "owner", "proposed", "why", "put_into", "made_at", "due_at", "begun_at", "ended_at",
            "ended_by", "reason",
        ]  # fmt: skip


class PutAwayIn(StrictSerializer):
    """`quantity` left out: all that is there and no pick needs. `note`: why it is not the proposed bin."""

    bin = CodeField(max_length=20)
    quantity = QuantityField(required=False, allow_null=True, default=None)
    note = CodeField(max_length=120, default="", allow_blank=True)


class AssignPutawayIn(StrictSerializer):
    """`owner` blank: whoever comes first; left out or null: as it is."""

    owner = CodeField(max_length=80, required=False, allow_null=True, allow_blank=True, default=None)
    priority = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=99
    )


class ClosePutawayIn(StrictSerializer):
    reason = CodeField(max_length=200)


class PutawayFilter(django_filters.FilterSet):
    site = django_filters.CharFilter(field_name="site__code")
    item = django_filters.CharFilter(field_name="item__code")
    document = django_filters.CharFilter()
    owner = django_filters.CharFilter()
    state = django_filters.MultipleChoiceFilter(choices=PutawayTask.State.choices)


class PutawayTaskViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[PutawayTask]):
    """Goods in receiving bins that are to be put away."""

    serializer_class = PutawayTaskOut
    filterset_class = PutawayFilter
    RIGHTS = {"begin": PUT_AWAY, "put_away": PUT_AWAY, "close": PUT_AWAY, "assign": ASSIGN_PUTAWAY}

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.RIGHTS.get(self.action, VIEW_PUTAWAY))()]

    def get_queryset(self) -> QuerySet[PutawayTask]:
        return putaway_list(user=self.request.user)

    @extend_schema(request=None, responses=PutawayTaskOut)
    @action(detail=True, methods=["post"])
    def begin(self, request: Request, pk: str) -> Response:
        """Take the task for oneself and be told a bin. Asked again it answers the same."""
        begin_putaways(_by(request), task_ids=[self.get_object().pk])
        return self._answer()

    @extend_schema(request=PutAwayIn, responses=PutawayTaskOut)
    @action(detail=True, methods=["post"], url_path="put-away")
    def put_away(self, request: Request, pk: str) -> Response:
        """Confirm the bin. Asked again for a task that this bin has ended it changes nothing."""
        given, row = body_of(request, PutAwayIn), self.get_object()
        into = Bin.objects.filter(site=row.site_id, code=given["bin"]).values_list("pk", flat=True).first()
        if into is None:
            raise BadInput(field="bin", reason=f"there is no bin {given['bin']} here.")
        placed = Placed(row.pk, into, given["quantity"])
        put_away(_by(request), placed=[placed], note=given["note"])
        return self._answer()

    @extend_schema(request=AssignPutawayIn, responses=PutawayTaskOut)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give it to somebody, or another priority."""
        given = body_of(request, AssignPutawayIn)
        assign_putaways(_by(request), task_ids=[self.get_object().pk], **given)
        return self._answer()

    @extend_schema(request=ClosePutawayIn, responses=PutawayTaskOut)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Leave the goods where they stand."""
        given = body_of(request, ClosePutawayIn)
        close_putaways(_by(request), task_ids=[self.get_object().pk], reason=given["reason"])
        return self._answer()

    def _answer(self) -> Response:
        return Response(PutawayTaskOut(self.get_object()).data)


def _by(request: Request) -> By:
    return By(Actor.of(request.user), key=key_of(request))
