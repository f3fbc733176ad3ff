"""Closing for programs: closes with their tasks, checks, waivers."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from billing.closing.actions.check_close import check_close
from billing.closing.actions.close_year import close_year, reverse_year
from billing.closing.actions.start_close import start_close
from billing.closing.actions.waive_tasks import ask_waiver, grant_waivers, withdraw_waivers
from billing.closing.actions.work_tasks import (
    add_close_task,
    assign_close_tasks,
    complete_close_tasks,
    reopen_close_tasks,
)
from billing.closing.models import CloseTask, LedgerSeal, PeriodClose, YearClose
from billing.closing.permissions import CLOSE_YEAR, REVERSE_YEAR, WAIVE_CLOSE_TASK, WORK_CLOSE
from billing.closing.queries import close_list, task_list, today_of, year_list
from billing.closing.rules import state_of
from billing.ledger.actions.close_period import close_period
from billing.ledger.permissions import CLOSE_PERIOD, VIEW_LEDGER
from billing.ledger.queries import period_list
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.errors import NotFound
from erp.kernel.models import User
from erp.kernel.shapes import BusinessDateField, CodeField, StrictSerializer, body_of

MONEY: dict[str, Any] = {"max_digits": 18, "decimal_places": 2}


class CloseTaskOut(serializers.ModelSerializer[CloseTask]):
    """`state`: green, red or noted (checks), open, late or done (people's tasks), asked or waived."""

    owner = serializers.CharField(source="owner.username", default=None, allow_null=True)
    state = serializers.SerializerMethodField()
    difference = serializers.DecimalField(
        **MONEY, allow_null=True, read_only=True, help_text="Books less documents."
    )

    class Meta:
        model = CloseTask
        fields = [
            "id", "close", "check_key", "title", "state", "is_blocking", "owner", "due_on", "found", "books",
            "documents", "difference", "done_at", "done_by", "note", "waiver_reason",
            "waiver_asked_by", "waived_by", "waived_at", "version",
        ]  # fmt: skip

    def get_state(self, row: CloseTask) -> str:
        return state_of(row, today_of(row.close))


class PeriodCloseOut(serializers.ModelSerializer[PeriodClose]):
    company = serializers.CharField(source="company.code")
    starts_on = serializers.DateField(source="period.starts_on")
    ends_on = serializers.DateField(source="period.ends_on")
    closed_at = serializers.DateTimeField(source="period.closed_at")
    total = serializers.IntegerField(help_text="Tasks.")
    unsettled = serializers.IntegerField(help_text="Tasks that are open.")
    blocking = serializers.IntegerField(help_text="Tasks that keep the period open.")

    class Meta:
        model = PeriodClose
        fields = [
            "id", "company", "period", "starts_on", "ends_on", "closed_at", "started_at", "started_by", "checked_at",
            "total", "unsettled", "blocking",
        ]  # fmt: skip


class StartCloseIn(StrictSerializer):
    period = serializers.IntegerField(min_value=1, help_text="The accounting period's id.")


class CloseTaskIn(StrictSerializer):
    close = serializers.IntegerField(min_value=1, help_text="The close's id.")
    title = CodeField(max_length=120)
    due_on = BusinessDateField()
    owner = CodeField(max_length=150, default="", allow_blank=True, help_text="A user name; blank: nobody.")
    is_blocking = serializers.BooleanField(default=True)


class AssignCloseTaskIn(StrictSerializer):
    owner = CodeField(max_length=150, default="", allow_blank=True, help_text="A user name; blank: nobody.")
    due_on = BusinessDateField(required=False)


class CompleteCloseTaskIn(StrictSerializer):
    note = CodeField(max_length=200, default="", allow_blank=True)


class AskWaiverIn(StrictSerializer):
    reason = CodeField(max_length=200)


class CloseFilter(django_filters.FilterSet):
    company = django_filters.CharFilter(field_name="company__code")
    open = django_filters.BooleanFilter(field_name="period__closed_at", lookup_expr="isnull")


class PeriodCloseViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[PeriodClose]
):
    serializer_class = PeriodCloseOut
    filterset_class = CloseFilter

    def get_permissions(self) -> list[BasePermission]:
        needed = {"list": VIEW_LEDGER, "retrieve": VIEW_LEDGER, "finish": CLOSE_PERIOD}
        return [has_perm(needed.get(self.action, WORK_CLOSE))()]

    def get_queryset(self) -> QuerySet[PeriodClose]:
        return close_list(user=self.request.user).order_by("-pk")

    @extend_schema(request=StartCloseIn, responses={201: PeriodCloseOut})
    def create(self, request: Request) -> Response:
        """Start the closing of a period; its checks run at once."""
        wanted = body_of(request, StartCloseIn)["period"]
        period = period_list(user=request.user).filter(pk=wanted).first()
        if period is None:
            raise NotFound(what="period", reference=wanted)
        made = start_close(_by(request), period_id=period.pk)
        return Response(
            PeriodCloseOut(self.get_queryset().get(pk=made.close_id)).data, status=status.HTTP_201_CREATED
        )

    @extend_schema(request=None, responses=PeriodCloseOut)
    @action(detail=True, methods=["post"])
    def check(self, request: Request, pk: str) -> Response:
        """Run every check again."""
        check_close(_by(request), close_id=self.get_object().pk)
        return Response(PeriodCloseOut(self.get_object()).data)

    @extend_schema(request=None, responses=PeriodCloseOut)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: str) -> Response:
        """Close the period, if nothing keeps it open."""
        close_period(_by(request), period_id=self.get_object().period_id)
        return Response(PeriodCloseOut(self.get_object()).data)


class TaskFilter(django_filters.FilterSet):
    close = django_filters.NumberFilter()
    is_blocking = django_filters.BooleanFilter()


class CloseTaskViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[CloseTask]):
    serializer_class = CloseTaskOut
    filterset_class = TaskFilter

    def get_permissions(self) -> list[BasePermission]:
        needed = {"list": VIEW_LEDGER, "retrieve": VIEW_LEDGER, "grant_waiver": WAIVE_CLOSE_TASK}
        return [has_perm(needed.get(self.action, WORK_CLOSE))()]

    def get_queryset(self) -> QuerySet[CloseTask]:
        return task_list(user=self.request.user).order_by("pk")

    @extend_schema(request=CloseTaskIn, responses={201: CloseTaskOut})
    def create(self, request: Request) -> Response:
        """Add a person's task; the company's next close has it, too."""
        given = body_of(request, CloseTaskIn)
        wanted = given.pop("close")
        close = close_list(user=request.user).filter(pk=wanted).first()
        if close is None:
            raise NotFound(what="period close", reference=wanted)
        owner_id = _owner(given.pop("owner"))
        made = add_close_task(_by(request), close_id=close.pk, owner_id=owner_id, **given)
        row = self.get_queryset().get(pk=made.task_id)
        return Response(CloseTaskOut(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=AssignCloseTaskIn, responses=CloseTaskOut)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give the task to somebody who works closes, or to nobody."""
        given = body_of(request, AssignCloseTaskIn)
        task_ids = [self.get_object().pk]
        assign_close_tasks(
            _by(request), task_ids=task_ids, owner_id=_owner(given["owner"]), due_on=given.get("due_on")
        )
        return self._told()

    @extend_schema(request=CompleteCloseTaskIn, responses=CloseTaskOut)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """Say that a person's task is done."""
        note = body_of(request, CompleteCloseTaskIn)["note"]
        complete_close_tasks(_by(request), task_ids=[self.get_object().pk], note=note)
        return self._told()

    @extend_schema(request=None, responses=CloseTaskOut)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """It is to be done again."""
        reopen_close_tasks(_by(request), task_ids=[self.get_object().pk])
        return self._told()

    @extend_schema(request=AskWaiverIn, responses=CloseTaskOut)
    @action(detail=True, methods=["post"], url_path="ask-waiver")
    def ask_waiver(self, request: Request, pk: str) -> Response:
        """Ask that the period may close over it."""
        reason = body_of(request, AskWaiverIn)["reason"]
        ask_waiver(_by(request), task_id=self.get_object().pk, reason=reason)
        return self._told()

    @extend_schema(request=None, responses=CloseTaskOut)
    @action(detail=True, methods=["post"], url_path="grant-waiver")
    def grant_waiver(self, request: Request, pk: str) -> Response:
        """Grant what somebody else has asked for."""
        grant_waivers(_by(request), task_ids=[self.get_object().pk])
        return self._told()

    @extend_schema(request=None, responses=CloseTaskOut)
    @action(detail=True, methods=["post"], url_path="withdraw-waiver")
    def withdraw_waiver(self, request: Request, pk: str) -> Response:
        """Take back what was asked for or granted."""
        withdraw_waivers(_by(request), task_ids=[self.get_object().pk])
        return self._told()

    def _told(self) -> Response:
        return Response(CloseTaskOut(self.get_object()).data)


class LedgerSealOut(serializers.ModelSerializer[LedgerSeal]):
    """`digest` is that of the day's rows, `hash` that of the chain: SHA-256 of previous|days since 2000|rows|digest."""

    class Meta:
        model = LedgerSeal
        fields = ["id", "ledger", "day", "rows", "digest", "previous", "hash", "sealed_at"]


class SealFilter(django_filters.FilterSet):
    ledger = django_filters.ChoiceFilter(choices=LedgerSeal.Ledger.choices)
    from_date = django_filters.DateFilter(field_name="day", lookup_expr="gte")
    to_date = django_filters.DateFilter(field_name="day", lookup_expr="lte")


class LedgerSealViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[LedgerSeal]):
    """Days of the ledgers with their fingerprints."""

    serializer_class = LedgerSealOut
    filterset_class = SealFilter
    permission_classes = [has_perm(VIEW_LEDGER)]
    queryset = LedgerSeal.objects.order_by("-pk")


class YearCloseOut(serializers.ModelSerializer[YearClose]):
    company = serializers.CharField(source="company.code")
    ends_on = serializers.DateField(source="period.ends_on")
    journal = serializers.IntegerField(source="journal_id", help_text="What carried the result forward.")

    class Meta:
        model = YearClose
        fields = [
            "id", "company", "period", "ends_on", "result", "journal", "closed_at", "closed_by", "reversed_at",
            "reversed_by", "reason",
        ]  # fmt: skip


class CloseYearIn(StrictSerializer):
    period = serializers.IntegerField(min_value=1, help_text="The id of the year's last accounting period.")


class ReverseYearIn(StrictSerializer):
    reason = CodeField(max_length=200)


class YearCloseViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[YearClose]):
    serializer_class = YearCloseOut

    def get_permissions(self) -> list[BasePermission]:
        needed = {"create": CLOSE_YEAR, "reverse": REVERSE_YEAR}
        return [has_perm(needed.get(self.action, VIEW_LEDGER))()]

    def get_queryset(self) -> QuerySet[YearClose]:
        return year_list(user=self.request.user).order_by("-pk")

    @extend_schema(request=CloseYearIn, responses={201: YearCloseOut})
    def create(self, request: Request) -> Response:
        """Carry the year's result forward and close its last period."""
        wanted = body_of(request, CloseYearIn)["period"]
        period = period_list(user=request.user).filter(pk=wanted).first()
        if period is None:
            raise NotFound(what="period", reference=wanted)
        made = close_year(_by(request), period_id=period.pk)
        row = self.get_queryset().get(pk=made.year_close_id)
        return Response(YearCloseOut(row).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=ReverseYearIn, responses=YearCloseOut)
    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, pk: str) -> Response:
        """Take the year's closing back, until the next year is closed."""
        reason = body_of(request, ReverseYearIn)["reason"]
        by = By(Actor.of(request.user), key=key_of(request), reason=reason)
        reverse_year(by, year_close_id=self.get_object().pk, reason=reason)
        return Response(YearCloseOut(self.get_object()).data)


def _owner(username: str) -> int | None:
    if not username:
        return None
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise NotFound(what="user", reference=username)
    return found.pk


def _by(request: Request) -> By:
    return By(Actor.of(request.user), key=key_of(request))
