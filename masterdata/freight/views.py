"""Freight tariffs: list, record with its rates, and the forms that keep them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import Filters, SearchFilter
from erp.kernel.lists import ListPage
from erp.kernel.models import User
from erp.kernel.templatetags.ui import day, money, percent
from erp.kernel.web import done, needs
from masterdata.pages import CreatePage, Fact, Link, OfRecord, RecordPage, Records

from .actions.change_tariff import change_tariff
from .actions.create_tariff import create_tariff
from .actions.set_rate import remove_rate, set_rate
from .forms import ChangeTariffForm, RateForm, TariffForm
from .models import FreightTariff
from .permissions import CHANGE_FREIGHT, VIEW_FREIGHT
from .queries import rate_history, rate_list, tariff_list

TARIFFS = Records(_("Freight tariffs"), "masterdata:freight_tariff", tariff_list)


class TariffFilters(Filters):
    q = SearchFilter(label=_("Code or name"), contains=["code", "name"])


class TariffList(ListPage):
    title, noun = TARIFFS.plural, _("tariffs")
    permission = VIEW_FREIGHT
    template = "masterdata/freight/tariff_list.html"
    filters = TariffFilters
    columns = (
        Column("code", _("Code"), "code", sort="code"),
        Column("name", _("Name"), sort="name"),
        Column("basis", _("Charged by"), value=lambda row: row.get_basis_display()),
        Column("surcharge_percent", _("Surcharge"), "percent", places=2),
        Column(
            "free_from",
            _("Free from"),
            "money",
            note=lambda row: row.company.currency if row.free_from else "",
        ),
        Column("valid_from", _("From"), "day", sort="valid_from"),
        Column("valid_to", _("Until before"), "day"),
        Column("company__code", _("Company"), optional=True),
    )
    default_sort = "-valid_from"
    empty_title = _("No freight tariffs yet")
    empty_text = _("A tariff says what is added for carriage to orders whose freight is prepaid and added.")

    def queryset(self, user: User) -> QuerySet[FreightTariff]:
        return tariff_list(user=user)

    def row_url(self, row: FreightTariff) -> str:
        return TARIFFS.url(row)


class TariffRecord(RecordPage):
    of = TARIFFS
    permission = VIEW_FREIGHT
    record = "masterdata.freight_tariff"
    template = "masterdata/freight/tariff.html"
    changed_with = CHANGE_FREIGHT

    def context(self, request: HttpRequest, row: FreightTariff) -> dict[str, Any]:
        free = f"{row.company.currency} {money(row.free_from)}" if row.free_from is not None else _("never")
        new_rate = reverse("masterdata:freight_rate_set", args=[row.pk])
        return {
            "lead": row.name,
            "facts": [
                Fact(_("Company"), row.company.name),
                Fact(_("Charged as"), row.item, reverse("masterdata:item", args=[row.item_id])),
                Fact(_("Charged by"), row.get_basis_display()),
                Fact(_("Surcharge"), percent(row.surcharge_percent, 2)),
                Fact(_("Free from"), free),
                Fact(_("From"), day(row.valid_from)),
                Fact(_("Until before"), day(row.valid_to)),
            ],
            "links": [Link(_("Set rate"), new_rate, CHANGE_FREIGHT, "plus")],
            "rates": row.rates.all(),
            "rate_entries": rate_history(row),
            "may_change": request.user.has_perm(CHANGE_FREIGHT),
        }


class TariffCreate(CreatePage):
    of = TARIFFS
    permission = CHANGE_FREIGHT
    form_class = TariffForm
    title, verb = _("New freight tariff"), _("Create tariff")

    def perform(self, by: By, form: TariffForm) -> str:
        made = create_tariff(by, **form.changes())
        return reverse("masterdata:freight_tariff", args=[made.tariff_id])


class TariffChange(OfRecord):
    of = TARIFFS
    permission = CHANGE_FREIGHT
    form_class = ChangeTariffForm
    title, verb = _("Change freight tariff"), _("Save tariff")
    fields = ("name", "item", "free_from", "surcharge_percent")

    def perform(self, by: By, form: ChangeTariffForm) -> str:
        change_tariff(by, tariff_id=self.row.pk, version=form.opened_on, changes=form.changes())
        return self.there()


class RateSet(OfRecord):
    of = TARIFFS
    permission = CHANGE_FREIGHT
    form_class = RateForm
    title, verb = _("Freight rate"), _("Set rate")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        """The rate that is changed, where one is named."""
        named = request.GET.get("rate", "")
        found = self.row.rates.filter(pk=named).first() if named.isdigit() else None
        names = [name for name in RateForm.base_fields if name != "version"]
        values = {name: getattr(found, name) for name in names} if found else {}
        return {**values, "version": self.row.version}

    def perform(self, by: By, form: RateForm) -> str:
        set_rate(by, tariff_id=self.row.pk, version=form.opened_on, **form.changes())
        return self.there()


@require_POST
@needs(CHANGE_FREIGHT)
def rate_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one rate out of its tariff."""
    rate = get_object_or_404(rate_list(user=request.user), pk=pk)
    remove_rate(By(Actor.of(request.user)), rate_id=rate.pk)
    return done(request, _t("Rate removed"), back=TARIFFS.url(rate.tariff))
