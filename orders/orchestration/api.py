"""Re-allocation runs for programs: preview, decide, and what each run does line by line."""

from collections.abc import Callable

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
from erp.kernel.shapes import CodeField, StrictSerializer, body_of
from masterdata.items.lookups import resolve_codes
from masterdata.places.queries import site_list

from .actions.decide_run import RunDecided, commit_run, drop_run, undo_run
from .actions.propose_run import propose_run
from .models import ReallocationLine, ReallocationRun
from .permissions import REALLOCATE, VIEW_SCARCITY
from .queries import run_lines, run_list


class RunOut(serializers.ModelSerializer[ReallocationRun]):
    """`winners`, `losers`: lines that leave sooner, later. `broken`: promises that would not be kept."""

    site = serializers.CharField(source="site.code")
    winners = serializers.IntegerField()
    losers = serializers.IntegerField()
    broken = serializers.IntegerField()

    class Meta:
        model = ReallocationRun
        fields = [
            "id", "number", "site", "state", "reason", "winners", "losers", "broken", "proposed_by", "proposed_at",
            "decided_by", "decided_at",
        ]  # fmt: skip


class RunLineOut(serializers.ModelSerializer[ReallocationLine]):
    """What a run does to one order line. Quantities in the stock unit, money in the order's currency; `item_state`:
    whether its item was shared anew, and went on since."""

    run = serializers.CharField(source="run.number")
    document = serializers.CharField(source="demand.group.document")
    customer = serializers.CharField(source="demand.group.party.code")
    item = serializers.CharField(source="item.code")
    item_state = serializers.CharField(source="entry.state")

    class Meta:
        model = ReallocationLine
        fields = [
            "id", "run", "document", "customer", "item", "item_state", "open", "stock_before", "stock_after", "was_on",
            "on", "outcome", "broken", "amount", "open_amount",
        ]  # fmt: skip


class RunIn(StrictSerializer):
    """Without `items` everything that somebody waits for at the site."""

    site = CodeField()
    items = serializers.ListField(child=CodeField(), default=list, max_length=1000)
    reason = CodeField(max_length=200)


class RunFilter(django_filters.FilterSet):
    site = django_filters.CharFilter(field_name="site__code")
    state = django_filters.MultipleChoiceFilter(choices=ReallocationRun.State.choices)


class RunViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[ReallocationRun]):
    serializer_class = RunOut
    filterset_class = RunFilter

    def get_permissions(self) -> list[BasePermission]:
        reads = self.action in ("list", "retrieve")
        return [has_perm(VIEW_SCARCITY if reads else REALLOCATE)()]

    def get_queryset(self) -> QuerySet[ReallocationRun]:
        return run_list(user=self.request.user)

    @extend_schema(request=RunIn, responses={201: RunOut})
    def create(self, request: Request) -> Response:
        """Preview how scarce items of a site would be shared anew. Nothing else changes."""
        given = body_of(request, RunIn)
        site = site_list(user=request.user).filter(code=given["site"]).first()
        if site is None:
            raise NotFound(what="site", reference=given["site"])
        made = propose_run(
            self._by(given["reason"]),
            site_id=site.pk,
            item_ids=_items(given["items"]),
            reason=given["reason"],
        )
        run = self.get_queryset().get(pk=made.run_id)
        return Response(RunOut(run).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=RunOut)
    @action(detail=True, methods=["post"])
    def commit(self, request: Request, pk: str) -> Response:
        """Let the preview come true; its items follow in a job."""
        return self._decide(commit_run)

    @extend_schema(request=None, responses=RunOut)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        """Forget the preview."""
        return self._decide(drop_run)

    @extend_schema(request=None, responses=RunOut)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take a committed run back as far as nothing of it was released; its items follow in a job."""
        return self._decide(undo_run)

    def _decide(self, verb: Callable[..., RunDecided]) -> Response:
        verb(self._by(), run_id=self.get_object().pk)
        return Response(RunOut(self.get_object()).data)

    def _by(self, reason: str = "") -> By:
        return By(Actor.of(self.request.user), key=key_of(self.request), reason=reason)


class RunLineFilter(django_filters.FilterSet):
    """`run`: the run's number."""

    run = django_filters.CharFilter(field_name="run__number")
    document = django_filters.CharFilter(field_name="demand__group__document")
    outcome = django_filters.MultipleChoiceFilter(choices=ReallocationLine.Outcome.choices)
    broken = django_filters.BooleanFilter()


class RunLineViewSet(FlatListMixin, viewsets.GenericViewSet[ReallocationLine]):
    """Who wins and who loses by runs, before and after they are committed."""

    serializer_class = RunLineOut
    filterset_class = RunLineFilter

    def get_permissions(self) -> list[BasePermission]:
        return [has_perm(VIEW_SCARCITY)()]

    def get_queryset(self) -> QuerySet[ReallocationLine]:
        return run_lines(user=self.request.user)


def _items(codes: list[str]) -> list[int]:
    """The items that the codes name. Raises NotFound with the first that names none."""
    found = resolve_codes(codes)
    for code in codes:
        if found.get(code) is None:
            raise NotFound(what="item", reference=code)
    return [found[code] for code in codes]
