"""Item classes and units of measure: lists, records and the forms that keep them."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage
from erp.kernel.models import User
from masterdata.pages import CreatePage, Fact, OfRecord, RecordPage, Records

from .actions.change_item_class import change_item_class
from .actions.change_unit import change_unit
from .actions.create_item_class import create_item_class
from .actions.create_unit import create_unit
from .forms import CreateItemClassForm, CreateUnitForm, ItemClassForm, UnitOfMeasureForm
from .models import Item, ItemClass, Unit
from .permissions import CHANGE_CLASS, CHANGE_UNIT, VIEW_ITEM
from .queries import incomplete_items, item_class_list, item_classes, unit_list

CLASSES = Records(_("Item classes"), "masterdata:item_class", item_class_list)
UNITS = Records(_("Units of measure"), "masterdata:unit", unit_list)


def attribute_words(row: ItemClass) -> str:
    """The required attributes as people read them."""
    return ", ".join(name.replace("_", " ") for name in row.required_attributes)


class ItemClassFilters(Filters):
    q = SearchFilter(label=_("Code or name"), contains=["code", "name"])
    parent = FacetFilter(
        label=_("Below"), choices=lambda: list(item_classes().values_list("pk", "name")), field_name="parent"
    )


class ItemClassList(ListPage):
    title, noun = CLASSES.plural, _("classes")
    permission = VIEW_ITEM
    template = "masterdata/items/item_class_list.html"
    filters = ItemClassFilters
    columns = (
        Column("code", _("Code"), "code", sort="code"),
        Column("name", _("Name"), sort="name"),
        Column("parent__name", _("Below")),
        Column("required_attributes", _("Required attributes"), value=attribute_words),
        Column("item_count", _("Items"), "number"),
    )
    default_sort = "code"
    empty_title = _("No item classes yet")
    empty_text = _("A class says which attributes its items must have, and carries prices and accounts.")

    def queryset(self, user: User) -> QuerySet[ItemClass]:
        return item_class_list(user=user)

    def row_url(self, row: ItemClass) -> str:
        return CLASSES.url(row)


class ItemClassRecord(RecordPage):
    of = CLASSES
    permission = VIEW_ITEM
    record = "masterdata.item_class"
    changed_with = CHANGE_CLASS

    def context(self, request: HttpRequest, row: ItemClass) -> dict[str, Any]:
        parent = row.parent
        lacking = incomplete_items(row).count()
        banner = gettext("%(n)s items lack a required attribute; each asks for it when it is changed next.")
        return {
            "lead": row.name,
            "banner": banner % {"n": lacking} if lacking else "",
            "facts": [
                Fact(_("Below"), parent, CLASSES.url(parent) if parent else ""),
                Fact(_("Required attributes"), attribute_words(row)),
                Fact(
                    _("Items"),
                    row.items.count(),
                    f"{reverse('masterdata:item_list')}?view=all&item_class={row.pk}",
                ),
                Fact(
                    _("Classes below"),
                    row.children.count(),
                    f"{reverse('masterdata:item_class_list')}?parent={row.pk}",
                ),
            ],
        }


class ItemClassCreate(CreatePage):
    of = CLASSES
    permission = CHANGE_CLASS
    form_class = CreateItemClassForm
    title, verb = _("New item class"), _("Create class")

    def perform(self, by: By, form: CreateItemClassForm) -> str:
        made = create_item_class(by, **form.changes())
        return reverse("masterdata:item_class", args=[made.item_class_id])


class ItemClassChange(OfRecord):
    of = CLASSES
    permission = CHANGE_CLASS
    form_class = ItemClassForm
    title, verb = _("Change item class"), _("Save class")
    fields = ("name", "parent")
    row: ItemClass

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        lines = "\n".join(name.replace("_", " ") for name in self.row.required_attributes)
        return {**super().initial(request), "required_attributes": lines}

    def perform(self, by: By, form: ItemClassForm) -> str:
        change_item_class(by, item_class_id=self.row.pk, version=form.opened_on, changes=form.changes())
        return self.there()


# Units of measure --------------------------------------------------------------------------------


class UnitFilters(Filters):
    q = SearchFilter(label=_("Code or name"), contains=["code", "name"])


class UnitList(ListPage):
    title, noun = UNITS.plural, _("units")
    permission = VIEW_ITEM
    template = "masterdata/items/unit_list.html"
    filters = UnitFilters
    columns = (
        Column("code", _("Code"), "code", sort="code"),
        Column("name", _("Name"), sort="name"),
        Column("decimals", _("Decimals"), "number", sort="decimals"),
    )
    default_sort = "code"
    empty_title = _("No units of measure yet")
    empty_text = _("Items are counted, bought and sold in units, by their UN/ECE codes.")

    def queryset(self, user: User) -> QuerySet[Unit]:
        return unit_list(user=user)

    def row_url(self, row: Unit) -> str:
        return UNITS.url(row)


class UnitRecord(RecordPage):
    of = UNITS
    permission = VIEW_ITEM
    record = "masterdata.unit"
    changed_with = CHANGE_UNIT

    def context(self, request: HttpRequest, row: Unit) -> dict[str, Any]:
        return {
            "lead": row.name,
            "facts": [
                Fact(_("Decimals"), f"{row.decimals}"),
                Fact(_("Items counted in it"), f"{Item.objects.filter(stock_unit=row).count()}"),
                Fact(
                    _("Items packed or sold in it"),
                    f"{Item.objects.filter(Q(units__unit=row) & ~Q(stock_unit=row)).distinct().count()}",
                ),
            ],
        }


class UnitCreate(CreatePage):
    of = UNITS
    permission = CHANGE_UNIT
    form_class = CreateUnitForm
    title, verb = _("New unit of measure"), _("Create unit")

    def perform(self, by: By, form: CreateUnitForm) -> str:
        made = create_unit(by, **form.changes())
        return reverse("masterdata:unit", args=[made.code])


class UnitChange(OfRecord):
    of = UNITS
    permission = CHANGE_UNIT
    form_class = UnitOfMeasureForm
    title, verb = _("Change unit of measure"), _("Save unit")
    fields = ("name", "decimals")

    def perform(self, by: By, form: UnitOfMeasureForm) -> str:
        change_unit(by, code=self.row.pk, version=form.opened_on, changes=form.changes())
        return self.there()
