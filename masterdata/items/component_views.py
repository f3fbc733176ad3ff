"""Kits: what is in them, the records and the forms that keep them."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import Filters
from erp.kernel.formats import write_day, write_quantity
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from masterdata.dates import in_effect
from masterdata.pages import CreatePage, Fact, Link, OfRecord, RecordPage, Records

from .actions.add_component import add_component
from .actions.change_component import change_component
from .actions.end_component import end_component
from .forms import AddComponentForm, ComponentForm, EndComponentForm
from .models import KitComponent
from .permissions import SET_COMPONENT, VIEW_ITEM
from .queries import kit_component_list
from .views import ITEMS, ItemSearch

COMPONENTS = Records(_("Kit components"), "masterdata:kit_component", kit_component_list, named=str)


class ComponentFilters(Filters):
    q = ItemSearch(label=_("Kit: code, name or any number"), path="kit__search")
    component = ItemSearch(label=_("Component: code, name or any number"), path="component__search")


class ComponentList(ListPage):
    title, noun = COMPONENTS.plural, _("kit components")
    permission = VIEW_ITEM
    template = "masterdata/items/kit_component_list.html"
    filters = ComponentFilters
    columns = (
        Column("kit__code", _("Kit"), "code", sort="kit__code"),
        Column("kit__name", _("Name"), optional=True),
        Column("component__code", _("Component"), "code", sort="component__code"),
        Column("component__name", _("Name"), optional=True),
        Column("quantity", _("In one kit"), "quantity", sort="quantity"),
        Column("component__stock_unit_id", _("Unit")),
        Column("position", _("Position"), "number", optional=True),
        Column("valid_from", _("From"), "day", sort="valid_from"),
        Column("valid_to", _("Until before"), "day"),
    )
    tabs = (
        Tab("now", _("In effect"), lambda user: in_effect(timezone.localdate())),
        Tab("next", _("To come"), lambda user: Q(valid_from__gt=timezone.localdate())),
        Tab("all", _("All")),
    )
    default_sort = "kit__code"
    empty_title = _("No kits yet")
    empty_text = _(
        "A kit is sold as one item and leaves as its components. Create the item, then what is in it."
    )

    def queryset(self, user: User) -> QuerySet[KitComponent]:
        return kit_component_list(user=user)

    def row_url(self, row: KitComponent) -> str:
        return COMPONENTS.url(row)


class ComponentRecord(RecordPage):
    of = COMPONENTS
    permission = VIEW_ITEM
    record = "masterdata.kit_component"
    changed_with = SET_COMPONENT

    def context(self, request: HttpRequest, row: KitComponent) -> dict[str, Any]:
        return {
            "lead": row.component.name,
            "facts": [
                Fact(_("Kit"), row.kit, ITEMS.url(row.kit)),
                Fact(_("Component"), row.component, ITEMS.url(row.component)),
                Fact(_("In one kit"), f"{write_quantity(row.quantity)} {row.component.stock_unit_id}"),
                Fact(_("Position"), row.position),
                Fact(_("From"), write_day(row.valid_from)),
                Fact(_("Until before"), write_day(row.valid_to) if row.valid_to else ""),
            ],
            "links": [
                Link(_("End"), reverse("masterdata:kit_component_end", args=[row.pk]), SET_COMPONENT, "ban")
            ],
        }


class ComponentAdd(CreatePage):
    of = COMPONENTS
    permission = SET_COMPONENT
    form_class = AddComponentForm
    title, verb = _("New component of a kit"), _("Add component")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {"kit": request.GET.get("kit", "").replace("\0", "")[:60]}

    def perform(self, by: By, form: AddComponentForm) -> str:
        given = form.changes()
        add_component(by, kit_id=given.pop("kit"), component_id=given.pop("component"), **given)
        return reverse("masterdata:item", args=[form.cleaned_data["kit"]])


class OfComponent(OfRecord):
    """A form about one component of a kit."""

    of = COMPONENTS
    permission = SET_COMPONENT
    row: KitComponent


class ComponentChange(OfComponent):
    form_class = ComponentForm
    title, verb = _("Change component"), _("Save component")
    fields = ("quantity", "position")

    def perform(self, by: By, form: ComponentForm) -> str:
        changes = form.changes()
        change_component(by, kit_component_id=self.row.pk, version=form.opened_on, changes=changes)
        return self.there()


class ComponentEnd(OfComponent):
    form_class = EndComponentForm
    title, verb = _("End a component"), _("End")

    def perform(self, by: By, form: EndComponentForm) -> str:
        end_component(by, kit_component_id=self.row.pk, on=form.cleaned_data["on"])
        return ITEMS.url(self.row.kit)
