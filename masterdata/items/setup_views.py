"""Item classes and units of measure: lists, records and the forms that keep them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage
from erp.kernel.models import User
from masterdata.pages import Fact, FormPage, Link, RecordPage

from .actions.change_item_class import change_item_class
from .actions.change_unit import change_unit
from .actions.create_item_class import create_item_class
from .actions.create_unit import create_unit
from .forms import CreateItemClassForm, CreateUnitForm, ItemClassForm, UnitOfMeasureForm
from .models import Item, ItemClass, Unit
from .permissions import CHANGE_CLASS, CHANGE_UNIT, VIEW_ITEM
from .queries import incomplete_items, item_class_list, item_classes, unit_list


def attribute_words(row: ItemClass) -> str:
    """The required attributes as people read them."""
    return ", ".join(name.replace("_", " ") for name in row.required_attributes)


class ItemClassFilters(Filters):
    q = SearchFilter(label=_("Code or name"), contains=["code", "name"])
    parent = FacetFilter(
        label=_("Below"), choices=lambda: list(item_classes().values_list("pk", "name")), field_name="parent"
    )


class ItemClassList(ListPage):
    title, noun = _("Item classes"), _("classes")
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
        return reverse("masterdata:item_class", args=[row.pk])


def class_crumbs(row: ItemClass | None = None) -> Sequence[Any]:
    home = (_("Item classes"), reverse("masterdata:item_class_list"))
    return (*home, row.code, reverse("masterdata:item_class", args=[row.pk])) if row else home


class ItemClassRecord(RecordPage):
    permission = VIEW_ITEM
    record = "masterdata.item_class"

    def row(self, request: HttpRequest, pk: int) -> ItemClass:
        return get_object_or_404(item_class_list(user=request.user), pk=pk)

    def context(self, request: HttpRequest, row: ItemClass) -> dict[str, Any]:
        parent = row.parent
        lacking = incomplete_items(row).count()
        banner = gettext("%(n)s items lack a required attribute; each asks for it when it is changed next.")
        return {
            "title": row.code,
            "lead": row.name,
            "steps": (*class_crumbs(), row.code, ""),
            "banner": banner % {"n": lacking} if lacking else "",
            "facts": [
                Fact(
                    _("Below"), parent, reverse("masterdata:item_class", args=[parent.pk]) if parent else ""
                ),
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
            "links": [
                Link(
                    _("Change"),
                    reverse("masterdata:item_class_change", args=[row.pk]),
                    CHANGE_CLASS,
                    "pencil",
                    True,
                )
            ],
        }


class ItemClassCreate(FormPage):
    permission = CHANGE_CLASS
    form_class = CreateItemClassForm
    title, verb = _("New item class"), _("Create class")

    def crumbs(self) -> Sequence[Any]:
        return (*class_crumbs(), _("New"), "")

    def perform(self, by: By, form: CreateItemClassForm) -> str:
        made = create_item_class(by, **form.changes())
        return reverse("masterdata:item_class", args=[made.item_class_id])


class ItemClassChange(FormPage):
    permission = CHANGE_CLASS
    form_class = ItemClassForm
    title, verb = _("Change item class"), _("Save class")
    item_class: ItemClass

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.item_class = get_object_or_404(item_class_list(user=request.user), pk=kwargs["pk"])

    def crumbs(self) -> Sequence[Any]:
        return (*class_crumbs(self.item_class), self.title, "")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        row = self.item_class
        lines = "\n".join(name.replace("_", " ") for name in row.required_attributes)
        return {
            "name": row.name,
            "parent": row.parent_id,
            "required_attributes": lines,
            "version": row.version,
        }

    def perform(self, by: By, form: ItemClassForm) -> str:
        version = form.cleaned_data["version"] or 0
        change_item_class(by, item_class_id=self.item_class.pk, version=version, changes=form.changes())
        return reverse("masterdata:item_class", args=[self.item_class.pk])


# Units of measure --------------------------------------------------------------------------------


class UnitFilters(Filters):
    q = SearchFilter(label=_("Code or name"), contains=["code", "name"])


class UnitList(ListPage):
    title, noun = _("Units of measure"), _("units")
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
        return reverse("masterdata:unit", args=[row.pk])


def unit_crumbs(row: Unit | None = None) -> Sequence[Any]:
    home = (_("Units of measure"), reverse("masterdata:unit_list"))
    return (*home, row.code, reverse("masterdata:unit", args=[row.pk])) if row else home


class UnitRecord(RecordPage):
    permission = VIEW_ITEM
    record = "masterdata.unit"

    def row(self, request: HttpRequest, pk: int | str) -> Unit:
        return get_object_or_404(unit_list(user=request.user), pk=pk)

    def context(self, request: HttpRequest, row: Unit) -> dict[str, Any]:
        change = reverse("masterdata:unit_change", args=[row.pk])
        return {
            "title": row.code,
            "lead": row.name,
            "steps": (*unit_crumbs(), row.code, ""),
            "facts": [
                Fact(_("Decimals"), f"{row.decimals}"),
                Fact(_("Items counted in it"), f"{Item.objects.filter(stock_unit=row).count()}"),
                Fact(
                    _("Items packed or sold in it"),
                    f"{Item.objects.filter(Q(units__unit=row) & ~Q(stock_unit=row)).distinct().count()}",
                ),
            ],
            "links": [Link(_("Change"), change, CHANGE_UNIT, "pencil", True)],
        }


class UnitCreate(FormPage):
    permission = CHANGE_UNIT
    form_class = CreateUnitForm
    title, verb = _("New unit of measure"), _("Create unit")

    def crumbs(self) -> Sequence[Any]:
        return (*unit_crumbs(), _("New"), "")

    def perform(self, by: By, form: CreateUnitForm) -> str:
        made = create_unit(by, **form.changes())
        return reverse("masterdata:unit", args=[made.code])


class UnitChange(FormPage):
    permission = CHANGE_UNIT
    form_class = UnitOfMeasureForm
    title, verb = _("Change unit of measure"), _("Save unit")
    unit: Unit

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.unit = get_object_or_404(unit_list(user=request.user), pk=kwargs["pk"])

    def crumbs(self) -> Sequence[Any]:
        return (*unit_crumbs(self.unit), self.title, "")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {name: getattr(self.unit, name) for name in ("name", "decimals", "version")}

    def perform(self, by: By, form: UnitOfMeasureForm) -> str:
        change_unit(by, code=self.unit.pk, version=form.cleaned_data["version"] or 0, changes=form.changes())
        return reverse("masterdata:unit", args=[self.unit.pk])
