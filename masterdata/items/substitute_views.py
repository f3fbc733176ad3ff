"""Substitutes: which item may come instead of which, the records and the forms that keep them."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters
from erp.kernel.formats import write_day
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from masterdata.dates import in_effect
from masterdata.pages import CreatePage, Fact, Link, OfRecord, RecordPage, Records

from .actions.change_substitute import change_substitute
from .actions.create_substitute import create_substitute
from .actions.end_substitute import end_substitute
from .forms import CreateSubstituteForm, EndSubstituteForm, SubstituteForm
from .models import Substitute
from .permissions import SET_SUBSTITUTE, VIEW_ITEM
from .queries import substitute_list
from .views import ITEMS, ItemSearch

SUBSTITUTES = Records(_("Substitutes"), "masterdata:substitute", substitute_list, named=str)


def ratio(row: Substitute) -> str:
    """How many of the substitute come for how many of the item: `1 for 1`."""
    return _("%(n)s for %(m)s") % {"n": row.numerator, "m": row.denominator}


class SubstituteFilters(Filters):
    q = ItemSearch(label=_("Item: code, name or any number"), path="item__search")
    instead = ItemSearch(label=_("Substitute: code, name or any number"), path="substitute__search")
    kind = FacetFilter(label=_("Kind"), choices=Substitute.Kind.choices)
    price = FacetFilter(label=_("Price"), choices=Substitute.Price.choices)


class SubstituteList(ListPage):
    title, noun = SUBSTITUTES.plural, _("substitutes")
    permission = VIEW_ITEM
    template = "masterdata/items/substitute_list.html"
    filters = SubstituteFilters
    columns = (
        Column("item__code", _("Item"), "code", sort="item__code"),
        Column("item__name", _("Name"), optional=True),
        Column("substitute__code", _("Substitute"), "code", sort="substitute__code"),
        Column("substitute__name", _("Name"), optional=True),
        Column("kind", _("Kind"), value=lambda row: row.get_kind_display()),
        Column("ratio", _("Ratio"), value=ratio),
        Column("price", _("Price"), value=lambda row: row.get_price_display()),
        Column("two_way", _("Both ways"), value=lambda row: _("yes") if row.two_way else _("no")),
        Column("rank", _("Rank"), "number", sort="rank"),
        Column("valid_from", _("From"), "day", sort="valid_from"),
        Column("valid_to", _("Until before"), "day"),
    )
    tabs = (
        Tab("now", _("In effect"), lambda user: in_effect(timezone.localdate())),
        Tab("next", _("To come"), lambda user: Q(valid_from__gt=timezone.localdate())),
        Tab("all", _("All")),
    )
    default_sort = "item__code"
    empty_title = _("No substitutes yet")
    empty_text = _("A substitute is what may be delivered when an item is short, or is no longer made.")

    def queryset(self, user: User) -> QuerySet[Substitute]:
        return substitute_list(user=user)

    def row_url(self, row: Substitute) -> str:
        return SUBSTITUTES.url(row)


class SubstituteRecord(RecordPage):
    of = SUBSTITUTES
    permission = VIEW_ITEM
    record = "masterdata.substitute"
    changed_with = SET_SUBSTITUTE

    def context(self, request: HttpRequest, row: Substitute) -> dict[str, Any]:
        return {
            "lead": row.note,
            "facts": [
                Fact(_("Item"), row.item, ITEMS.url(row.item)),
                Fact(_("Substitute"), row.substitute, ITEMS.url(row.substitute)),
                Fact(_("Kind"), row.get_kind_display()),
                Fact(_("Ratio"), ratio(row)),
                Fact(_("Price"), row.get_price_display()),
                Fact(_("Both ways"), _("yes") if row.two_way else _("no")),
                Fact(_("Rank"), row.rank),
                Fact(_("From"), write_day(row.valid_from)),
                Fact(_("Until before"), write_day(row.valid_to) if row.valid_to else ""),
            ],
            "links": [
                Link(_("End"), reverse("masterdata:substitute_end", args=[row.pk]), SET_SUBSTITUTE, "ban")
            ],
        }


class SubstituteCreate(CreatePage):
    of = SUBSTITUTES
    permission = SET_SUBSTITUTE
    form_class = CreateSubstituteForm
    title, verb = _("New substitute"), _("Create substitute")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {"item": request.GET.get("item", "").replace("\0", "")[:60]}

    def perform(self, by: By, form: CreateSubstituteForm) -> str:
        given = form.changes()
        made = create_substitute(
            by, item_id=given.pop("item"), substitute_id=given.pop("substitute"), **given
        )
        return reverse("masterdata:substitute", args=[made.substitute_id])


class OfSubstitute(OfRecord):
    """A form about one substitute."""

    of = SUBSTITUTES
    permission = SET_SUBSTITUTE
    row: Substitute


class SubstituteChange(OfSubstitute):
    form_class = SubstituteForm
    title, verb = _("Change substitute"), _("Save substitute")
    fields = ("kind", "numerator", "denominator", "price", "two_way", "rank", "note")

    def perform(self, by: By, form: SubstituteForm) -> str:
        change_substitute(by, substitute_id=self.row.pk, version=form.opened_on, changes=form.changes())
        return self.there()


class SubstituteEnd(OfSubstitute):
    form_class = EndSubstituteForm
    title, verb = _("End a substitute"), _("End")

    def perform(self, by: By, form: EndSubstituteForm) -> str:
        end_substitute(by, substitute_id=self.row.pk, on=form.cleaned_data["on"])
        return ITEMS.url(self.row.item)
