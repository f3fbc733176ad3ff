"""The books for programs: journals, read only."""

import django_filters
from django.db.models import QuerySet
from rest_framework import mixins, serializers, viewsets

from billing.ledger.models import Journal
from billing.ledger.permissions import VIEW_LEDGER
from billing.ledger.queries import ShownLine, journal_lines, journal_list
from erp.kernel.api import has_perm
from erp.kernel.flat import FlatListMixin


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
