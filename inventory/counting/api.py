"""Cycle counts for programs: the plan, what was counted, and how exact the ledger was."""

from typing import Any

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
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import CodeField, ExactDecimalField, StrictSerializer, body_of
from inventory.stock.permissions import VIEW_STOCK
from masterdata.items.models import Item
from masterdata.places.models import Bin
from masterdata.places.queries import site_list

from .actions.count_item import count_item
from .actions.finish_count import cancel_counts, finish_count
from .actions.plan_counts import ask_for_counts, plan_counts
from .models import CountClass, CountTask
from .permissions import COUNT_STOCK, PLAN_COUNTS
from .queries import count_list
from .scanning import lot_of, see


class CountTaskOut(serializers.ModelSerializer[CountTask]):
    """A bin to count. What the ledger says is not told: counts are blind."""

    site = serializers.CharField(source="site.code")
    bin = serializers.CharField(source="bin.code")

    class Meta:
        model = CountTask
        fields = [
            "id", "number", "state", "site", "bin", "trigger", "count_class", "planned_on", "first_by", "second_by",
            "cause", "accurate", "closed_at", "cancel_reason",
        ]  # fmt: skip


class CountPlanIn(StrictSerializer):
    """`bins` left out: the day's plan; else these bins are to be counted whatever the plan says."""

    site = CodeField()
    bins = serializers.ListField(child=CodeField(max_length=20), max_length=1000, default=list)


class CountsPlannedOut(serializers.Serializer[Any]):
    tasks = serializers.ListField(child=serializers.IntegerField(), source="task_ids")


class CountedIn(StrictSerializer):
    """How much of an item was counted by now, in its stock unit; `item`: a code or what a label says."""

    item = CodeField(max_length=120)
    lot = CodeField(max_length=40, default="", allow_blank=True)
    counted = ExactDecimalField(max_digits=18, decimal_places=6, min_value=0)


class FinishCountIn(StrictSerializer):
    cause = serializers.ChoiceField(choices=CountTask.Cause.choices, default=CountTask.Cause.UNKNOWN.value)


class CountFinishedOut(serializers.Serializer[Any]):
    """`state` recount: another person counts it again. `waiting`: adjustments that await an approval."""

    state = serializers.CharField()
    adjustments = serializers.ListField(child=serializers.IntegerField(), source="adjustment_ids")
    waiting = serializers.ListField(child=serializers.IntegerField(), source="waiting_ids")


class CancelCountIn(StrictSerializer):
    reason = CodeField(max_length=200)


class CountTaskFilter(django_filters.FilterSet):
    site = django_filters.CharFilter(field_name="site__code")
    bin = django_filters.CharFilter(field_name="bin__code")
    state = django_filters.MultipleChoiceFilter(choices=CountTask.State.choices)
    count_class = django_filters.MultipleChoiceFilter(choices=CountClass.choices)
    planned_on = django_filters.DateFromToRangeFilter()


class CountTaskViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[CountTask]):
    """Cycle counts: bins to count, and what came of them."""

    serializer_class = CountTaskOut
    filterset_class = CountTaskFilter
    RIGHTS = {"create": PLAN_COUNTS, "cancel": PLAN_COUNTS, "counted": COUNT_STOCK, "finish": COUNT_STOCK}

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(self.RIGHTS.get(self.action, VIEW_STOCK))()]

    def get_queryset(self) -> QuerySet[CountTask]:
        return count_list(user=self.request.user)

    @extend_schema(request=CountPlanIn, responses={201: CountsPlannedOut})
    def create(self, request: Request) -> Response:
        """Plan what the day still takes at a site, or have some of its bins counted."""
        given = body_of(request, CountPlanIn)
        by = _by(request)
        site = site_list(user=request.user).filter(code=given["site"]).first()
        if site is None:
            raise NotFound(what="site", reference=given["site"])
        if given["bins"]:
            bins = dict(Bin.objects.filter(site=site, code__in=given["bins"]).values_list("code", "pk"))
            for place, code in enumerate(given["bins"]):
                if code not in bins:
                    raise BadInput(field=f"bins.{place}", reason=f"there is no bin {code} here.")
            made = ask_for_counts(by, site_id=site.pk, bin_ids=sorted(bins.values()))
        else:
            made = plan_counts(by, site_id=site.pk)
        return Response(CountsPlannedOut(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=CountedIn, responses=CountTaskOut)
    @action(detail=True, methods=["post"])
    def counted(self, request: Request, pk: str) -> Response:
        """Say how much of one item lies in the bin; the ledger is looked at as this arrives."""
        given, task = body_of(request, CountedIn), self.get_object()
        by, seen = _by(request), see(given["item"])
        item: Item = seen.item
        lot_id = lot_of(item, given["lot"]) if given["lot"] else seen.lot_id
        count_item(by, task_id=task.pk, item_id=item.pk, lot_id=lot_id, counted=given["counted"])
        return Response(CountTaskOut(self.get_object()).data)

    @extend_schema(request=FinishCountIn, responses=CountFinishedOut)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: str) -> Response:
        """Close the count: what was not counted is not there; differences are adjusted or counted again."""
        given, task = body_of(request, FinishCountIn), self.get_object()
        finished = finish_count(_by(request), task_id=task.pk, cause=given["cause"])
        return Response(CountFinishedOut(finished).data)

    @extend_schema(request=CancelCountIn, responses=CountTaskOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Give up a count that is open."""
        given, task = body_of(request, CancelCountIn), self.get_object()
        cancel_counts(_by(request), task_ids=[task.pk], reason=given["reason"])
        return Response(CountTaskOut(self.get_object()).data)


def _by(request: Request) -> By:
    return By(Actor.of(request.user), key=key_of(request))
