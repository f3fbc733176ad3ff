"""Legal number series: list, record, and the forms that keep them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.invoicing.actions.keep_series import change_series, create_series
from billing.invoicing.forms import ChangeSeriesForm, SeriesForm
from billing.invoicing.models import Invoice
from billing.invoicing.permissions import CHANGE_SERIES, VIEW_SERIES
from billing.invoicing.queries import company_of, series_list
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage
from erp.kernel.models import NumberSeries, User
from erp.kernel.templatetags.ui import day
from masterdata.pages import Fact, FormPage, Link, RecordPage

KINDS = dict(Invoice.Kind.choices)


def next_of(row: NumberSeries) -> str:
    """The number that the next document gets."""
    return f"{row.prefix}{row.next_number:06d}"


class SeriesFilters(Filters):
    q = SearchFilter(label=_("Prefix"), contains=["prefix"])
    code = FacetFilter(label=_("Numbers"), choices=Invoice.Kind.choices)


class SeriesList(ListPage):
    title, noun = _("Number series"), _("series")
    permission = VIEW_SERIES
    template = "billing/invoicing/series_list.html"
    filters = SeriesFilters
    columns = (
        Column("prefix", _("Prefix"), "code", sort="prefix"),
        Column("code", _("Numbers"), value=lambda row: KINDS.get(row.code, row.code)),
        Column("company_code", _("Company"), "code", sort="company_code"),
        Column("next", _("Next number"), "code", value=next_of),
        Column("last_on", _("Last given"), "day"),
    )
    crumbs = ((_("Finance"), ""), (_("Ledgers"), ""))
    default_sort = "prefix"
    empty_title = _("No number series yet")
    empty_text = _("A company needs one for its invoices and one for its credit memos before it can bill.")

    def queryset(self, user: User) -> QuerySet[NumberSeries]:
        return series_list(user=user)

    def row_url(self, row: NumberSeries) -> str:
        return reverse("billing:series", args=[row.pk])


def crumbs(row: NumberSeries | None = None) -> Sequence[Any]:
    home = (_("Number series"), reverse("billing:series_list"))
    return (*home, row.prefix, reverse("billing:series", args=[row.pk])) if row else home


class SeriesRecord(RecordPage):
    permission = VIEW_SERIES
    record = "billing.series"

    def row(self, request: HttpRequest, pk: int) -> NumberSeries:
        return get_object_or_404(series_list(user=request.user), pk=pk)

    def context(self, request: HttpRequest, row: NumberSeries) -> dict[str, Any]:
        unused = row.next_number == 1
        change = Link(
            _("Change"), reverse("billing:series_change", args=[row.pk]), CHANGE_SERIES, "pencil", True
        )
        return {
            "title": row.prefix,
            "lead": KINDS.get(row.code, row.code),
            "steps": (*crumbs(), row.prefix, ""),
            "facts": [
                Fact(_("Company"), company_of(row)),
                Fact(_("Numbers"), KINDS.get(row.code, row.code)),
                Fact(_("Given so far"), f"{row.next_number - 1}"),
                Fact(_("Next number"), next_of(row)),
                Fact(_("Last given"), day(row.last_on)),
                Fact(_("Prefix"), _("may still be changed") if unused else _("stays: documents carry it")),
            ],
            "links": [change] if unused else [],
        }


class SeriesCreate(FormPage):
    permission = CHANGE_SERIES
    form_class = SeriesForm
    title, verb = _("New number series"), _("Create series")

    def crumbs(self) -> Sequence[Any]:
        return (*crumbs(), _("New"), "")

    def perform(self, by: By, form: SeriesForm) -> str:
        made = create_series(by, **form.changes())
        return reverse("billing:series", args=[made.series_id])


class SeriesChange(FormPage):
    permission = CHANGE_SERIES
    form_class = ChangeSeriesForm
    title, verb = _("Change number series"), _("Save series")
    series: NumberSeries

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.series = get_object_or_404(series_list(user=request.user), pk=kwargs["pk"])

    def crumbs(self) -> Sequence[Any]:
        return (*crumbs(self.series), self.title, "")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {"prefix": self.series.prefix, "version": self.series.version}

    def perform(self, by: By, form: ChangeSeriesForm) -> str:
        version = form.cleaned_data["version"] or 0
        change_series(by, series_id=self.series.pk, version=version, **form.changes())
        return reverse("billing:series", args=[self.series.pk])
