"""Items: the list, the record, and the forms that change it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from erp.kernel import logs
from erp.kernel.actor import Actor
from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from erp.kernel.templatetags.ui import money, qty
from erp.kernel.web import needs
from masterdata.pages import CreatePage, Fact, Link, OfRecord, RecordPage, Records

from .actions.add_reference import add_reference
from .actions.block_item import block_item
from .actions.change_item import change_item
from .actions.create_item import create_item
from .actions.remove_item_unit import remove_item_unit
from .actions.remove_reference import remove_reference
from .actions.set_item_unit import set_item_unit
from .forms import BlockForm, ChangeItemForm, CreateItemForm, ReferenceForm, UnitForm, attribute_lines
from .lookups import item_lookup
from .models import Item
from .permissions import CHANGE_ITEM, VIEW_COST, VIEW_ITEM
from .queries import item_classes, item_list, item_references, kit_component_list, substitute_list
from .states import STATUS

ITEMS = Records(_("Items"), "masterdata:item", item_list)


class ItemSearch(SearchFilter):
    """Every word somewhere in code, name or any number; `search` is upper case, so its trigram index serves."""

    def __init__(self, *, path: str = "search", **options: Any) -> None:
        super().__init__(**options)
        self.path = path

    def filter(self, qs: QuerySet[Item], value: str) -> QuerySet[Item]:
        for word in (value or "").replace("\0", "").upper().split()[:6]:
            qs = qs.filter(**{f"{self.path}__contains": word})
        return qs


class ItemFilters(Filters):
    q = ItemSearch(label=_("Code, name or any number"))
    item_class = FacetFilter(
        label=_("Class"),
        choices=lambda: list(item_classes().values_list("pk", "name")),
        field_name="item_class",
    )
    kind = FacetFilter(label=_("Kind"), choices=Item.Kind.choices)


class ItemList(ListPage):
    title, noun = ITEMS.plural, _("items")
    permission = VIEW_ITEM
    template = "masterdata/items/item_list.html"
    filters = ItemFilters
    columns = (
        Column("code", _("Code"), "code", sort="code"),
        Column("name", _("Name"), sort="name"),
        Column("item_class__name", _("Class"), optional=True),
        Column("status", _("Status"), "chip", states=STATUS),
        Column("sell_unit_id", _("Sold in")),
        Column("gtin", _("GTIN"), "code", optional=True),
        Column("standard_cost", _("Cost"), "money", permission=VIEW_COST, places=4),
    )
    tabs = (
        Tab("active", _("Active"), Q(status=Item.Status.ACTIVE)),
        Tab("discontinued", _("Discontinued"), Q(status=Item.Status.DISCONTINUED)),
        Tab("blocked", _("Blocked"), Q(status=Item.Status.BLOCKED)),
        Tab("all", _("All")),
    )
    default_sort = "code"
    empty_title = _("No items yet")
    empty_text = _("Items are what is bought, stocked and sold.")

    def queryset(self, user: User) -> QuerySet[Item]:
        return item_list(user=user)

    def row_url(self, row: Item) -> str:
        return ITEMS.url(row)


class ItemRecord(RecordPage):
    of = ITEMS
    permission = VIEW_ITEM
    record = "masterdata.item"
    template = "masterdata/items/item.html"
    changed_with = CHANGE_ITEM

    def context(self, request: HttpRequest, row: Item) -> dict[str, Any]:
        facts = [
            Fact(_("Class"), row.item_class.name),
            Fact(_("Kind"), row.get_kind_display()),
            Fact(_("Counted in"), row.stock_unit_id),
            Fact(_("Sold in"), row.sell_unit_id),
            Fact(_("Bought in"), row.buy_unit_id),
            Fact(_("GTIN"), row.gtin),
            Fact(_("Tax class"), row.get_tax_class_display()),
            Fact(_("Weight, kg"), qty(row.weight_kg)),
            Fact(_("Kept by lot"), _("yes") if row.lot_tracked else _("no")),
            Fact(_("Stocking"), row.get_stocking_display()),
        ]
        if request.user.has_perm(VIEW_COST):
            facts.append(Fact(_("Standard cost"), f"{money(row.standard_cost, 4)} / {row.stock_unit_id}"))
        facts += [Fact(name.replace("_", " ").capitalize(), value) for name, value in row.attributes.items()]
        blocked = row.status == Item.Status.BLOCKED
        may_change = request.user.has_perm(CHANGE_ITEM)
        return {
            "lead": row.name,
            "chip": STATUS[Item.Status(row.status)],
            "facts": facts,
            "links": [
                Link(
                    _("Unblock") if blocked else _("Block"),
                    reverse("masterdata:item_block", args=[row.pk]), CHANGE_ITEM, "ban",
                ),
            ],
            "units": row.units.select_related("unit").order_by("numerator", "unit"),
            "references": item_references(user=request.user, item=row),
            "substitutes": substitute_list(user=request.user)
            .filter(Q(item=row) | Q(substitute=row))
            .order_by("rank", "pk"),
            "components": kit_component_list(user=request.user)
            .filter(Q(kit=row) | Q(component=row))
            .order_by("position", "component__code", "valid_from"),
            "may_change": may_change,
            "unit_form": UnitForm(user=request.user) if may_change else None,
            "reference_form": ReferenceForm(user=request.user) if may_change else None,
        }  # fmt: skip

    def hidden_from(self, request: HttpRequest) -> Sequence[str]:
        return () if request.user.has_perm(VIEW_COST) else ("standard_cost",)


class ItemCreate(CreatePage):
    of = ITEMS
    permission = CHANGE_ITEM
    form_class = CreateItemForm
    title, verb = _("New item"), _("Create item")

    def perform(self, by: By, form: CreateItemForm) -> str:
        entered = form.changes("stock_unit", "pack_unit", "pack_content")
        pack = form.cleaned_data["pack_unit"]
        made = create_item(
            by,
            **entered,
            stock_unit=form.cleaned_data["stock_unit"].pk,
            pack_unit=pack.pk if pack else "",
            pack_content=form.cleaned_data["pack_content"] or 1,
        )
        return reverse("masterdata:item", args=[made.item_id])

    def done(self, form: CreateItemForm) -> str:
        return gettext("Item %(code)s is created.") % {"code": form.cleaned_data["code"].strip().upper()}


class OfItem(OfRecord):
    """A form about one item."""

    of = ITEMS
    permission = CHANGE_ITEM
    row: Item


class ItemChange(OfItem):
    form_class = ChangeItemForm
    title, verb = _("Change item"), _("Save item")
    fields = (
        "name", "item_class", "status", "gtin", "sell_unit", "buy_unit", "tax_class", "weight_kg", "lot_tracked",
        "stocking", "standard_cost",
    )  # fmt: skip

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().initial(request), "attributes": attribute_lines(self.row.attributes)}

    def form_options(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": request.user, "item": self.row}

    def perform(self, by: By, form: ChangeItemForm) -> str:
        change_item(by, item_id=self.row.pk, version=form.opened_on, changes=form.changes())
        return self.there()


class ItemBlock(OfItem):
    form_class = BlockForm
    title, verb = _("Block or unblock"), _("Save")

    def perform(self, by: By, form: BlockForm) -> str:
        blocked = self.row.status != Item.Status.BLOCKED
        block_item(by, item_id=self.row.pk, reason=form.cleaned_data["reason"], blocked=blocked)
        return self.there()


class ItemUnitSet(OfItem):
    form_class = UnitForm
    title, verb = _("Unit of an item"), _("Save unit")

    def perform(self, by: By, form: UnitForm) -> str:
        entered = form.cleaned_data
        set_item_unit(
            by, item_id=self.row.pk, unit=entered["unit"].pk, numerator=entered["numerator"],
            denominator=entered["denominator"], gtin=entered["gtin"],
        )  # fmt: skip
        return self.there()


class ItemReferenceAdd(OfItem):
    form_class = ReferenceForm
    title, verb = _("Another number"), _("Add number")

    def perform(self, by: By, form: ReferenceForm) -> str:
        add_reference(by, item_id=self.row.pk, **form.changes())
        return self.there()


def _by(request: HttpRequest) -> By:
    return By(Actor.of(request.user, logs.request_id.get()))


@require_POST
@needs(CHANGE_ITEM)
def unit_remove(request: HttpRequest, pk: int, unit: str) -> HttpResponse:
    """Take a unit from the item."""
    remove_item_unit(_by(request), item_id=pk, unit=unit)
    return redirect("masterdata:item", pk)


@require_POST
@needs(CHANGE_ITEM)
def reference_remove(request: HttpRequest, pk: int, reference: int) -> HttpResponse:
    """Forget one of the item's other numbers, of those that the reader may see."""
    item = get_object_or_404(item_list(user=request.user), pk=pk)
    found = get_object_or_404(item_references(user=request.user, item=item), pk=reference)
    remove_reference(_by(request), reference_id=found.pk)
    return redirect("masterdata:item", pk)


@require_GET
@needs(VIEW_ITEM)
def lookup(request: HttpRequest) -> HttpResponse:
    """The type-ahead's list for what was typed: `q` or `item`, for a customer where one is named."""
    text = request.GET.get("q") or request.GET.get("item", "")
    customer = request.GET.get("customer", "")
    hits = item_lookup(
        request.user, text[:80].replace("\0", ""), int(customer) if customer.isdecimal() else None
    )
    return render(request, "masterdata/items/_lookup.html", {"hits": hits, "text": text})
