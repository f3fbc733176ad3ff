"""The books for programs: journals with their lines, and accounting periods."""

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from billing.ledger.actions.close_period import close_period, reopen_period
from billing.ledger.models import Journal, JournalLine
from billing.ledger.permissions import CLOSE_PERIOD, REOPEN_PERIOD, VIEW_LEDGER
from billing.ledger.queries import ShownLine, journal_lines, journal_list, line_list, period_list
from erp.kernel.actor import Actor
from erp.kernel.api import has_perm, key_of
from erp.kernel.command import By
from erp.kernel.flat import FlatListMixin
from erp.kernel.shapes import CodeField, StrictSerializer, body_of
from masterdata.models import AccountingPeriod


class JournalLineOut(serializers.Serializer[ShownLine]):
    account = serializers.CharField(source="account.code")
    amount = serializers.DecimalField(
        max_digits=18, decimal_places=2, help_text="Debit positive, credit negative."
    )
    site = serializers.CharField()
    party = serializers.CharField()


class JournalOut(serializers.ModelSerializer[Journal]):
    company = serializers.CharField(source="company.code")

    class Meta:
        model = Journal
        fields = [
            "id", "kind", "company", "currency", "source", "source_id", "accounting_on", "recorded_at", "actor",
        ]  # fmt: skip


class JournalDetailOut(JournalOut):
    lines = JournalLineOut(many=True, source="shown_lines")

    class Meta(JournalOut.Meta):
        fields = [*JournalOut.Meta.fields, "lines"]


class JournalFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=Journal.Kind.choices)
    source = django_filters.CharFilter()
    source_id = django_filters.NumberFilter()
    from_date = django_filters.DateFilter(field_name="accounting_on", lookup_expr="gte")
    to_date = django_filters.DateFilter(field_name="accounting_on", lookup_expr="lte")


class JournalViewSet(FlatListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Journal]):
    serializer_class = JournalOut
    filterset_class = JournalFilter
    permission_classes = [has_perm(VIEW_LEDGER)]

    def get_queryset(self) -> QuerySet[Journal]:
        return journal_list(user=self.request.user)

    def get_serializer_class(self) -> type[JournalOut]:
        return JournalDetailOut if self.action == "retrieve" else JournalOut

    def get_object(self) -> Journal:
        found = super().get_object()
        found.shown_lines = journal_lines(found)
        return found


class BookedLineOut(serializers.ModelSerializer[JournalLine]):
    account = serializers.CharField()
    kind = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not where a field reads
    source_id = serializers.IntegerField()
    currency = serializers.CharField()
    site = serializers.CharField()
    party = serializers.CharField()

    class Meta:
        model = JournalLine
        fields = [
            "id", "journal_id", "accounting_on", "account", "amount", "currency", "kind", "source", "source_id", "site",
            "party",
        ]  # fmt: skip


class LineFilter(django_filters.FilterSet):
    account = django_filters.NumberFilter(field_name="account_id", help_text="The account's id.")
    journal = django_filters.NumberFilter(field_name="journal_id")
    from_date = django_filters.DateFilter(field_name="accounting_on", lookup_expr="gte")
    to_date = django_filters.DateFilter(field_name="accounting_on", lookup_expr="lte")


class JournalLineViewSet(FlatListMixin, viewsets.GenericViewSet[JournalLine]):
    """What stands behind a figure of the books. Debit is positive, credit negative."""

    serializer_class = BookedLineOut
    filterset_class = LineFilter
    permission_classes = [has_perm(VIEW_LEDGER)]

    def get_queryset(self) -> QuerySet[JournalLine]:
        return line_list(user=self.request.user)


class PeriodOut(serializers.ModelSerializer[AccountingPeriod]):
    company = serializers.CharField(source="company.code")

    class Meta:
        model = AccountingPeriod
        fields = ["id", "company", "starts_on", "ends_on", "closed_at"]


class PeriodFilter(django_filters.FilterSet):
    company = django_filters.CharFilter(field_name="company__code")
    open = django_filters.BooleanFilter(field_name="closed_at", lookup_expr="isnull")


class ReopenIn(StrictSerializer):
    reason = CodeField(max_length=200)


class PeriodViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[AccountingPeriod]
):
    serializer_class = PeriodOut
    filterset_class = PeriodFilter

    def get_permissions(self) -> list[BasePermission]:
        needed = {"close": CLOSE_PERIOD, "reopen": REOPEN_PERIOD}.get(self.action, VIEW_LEDGER)
        return [has_perm(needed)()]

    def get_queryset(self) -> QuerySet[AccountingPeriod]:
        return period_list(user=self.request.user).order_by("-pk")

    @extend_schema(request=None, responses=PeriodOut)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Close the period: nothing posts into it any more."""
        close_period(_by(request), period_id=self.get_object().pk)
        return Response(PeriodOut(self.get_object()).data)

    @extend_schema(request=ReopenIn, responses=PeriodOut)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Open the last closed period again."""
        reason = body_of(request, ReopenIn)["reason"]
        reopen_period(
            By(Actor.of(request.user), key=key_of(request), reason=reason),
            period_id=self.get_object().pk,
            reason=reason,
        )
        return Response(PeriodOut(self.get_object()).data)


def _by(request: Request) -> By:
    return By(Actor.of(request.user), key=key_of(request))
