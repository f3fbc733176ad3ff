"""Prices: lists, group terms and agreements; what each holds, and who gets it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters, SearchFilter
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from masterdata.items.views import ItemSearch
from masterdata.pages import Fact, FormPage, Link, RecordPage
from masterdata.parties.models import Customer
from masterdata.parties.queries import customer_list

from .actions.assign_price_scope import assign_price_scope
from .actions.create_price_scope import create_price_scope
from .actions.set_price import set_price
from .forms import AssignForm, PriceForm, PriceScopeForm
from .models import Price, PriceScope
from .permissions import SET_PRICE, VIEW_PRICE
from .queries import price_list, price_scope_list


def in_effect(user: User) -> Q:
    today = timezone.localdate()
    return (Q(valid_to=None) | Q(valid_to__gt=today)) & Q(valid_from__lte=today)


class ScopeFilters(Filters):
    q = SearchFilter(label=_("Code or name"), contains=["code", "name"])
    kind = FacetFilter(label=_("Kind"), choices=PriceScope.Kind.choices)


class PriceScopeList(ListPage):
    title, noun = _("Price lists and agreements"), _("price lists")
    permission = VIEW_PRICE
    template = "masterdata/agreements/price_scope_list.html"
    filters = ScopeFilters
    columns = (
        Column("code", _("Code"), "code", sort="code"),
        Column("name", _("Name"), sort="name"),
        Column("get_kind_display", _("Kind")),
        Column("currency", _("Currency")),
        Column("company__code", _("Company"), optional=True),
    )
    default_sort = "code"
    empty_title = _("No prices yet")
    empty_text = _("A price list, terms of a group or a customer's agreement.")

    def queryset(self, user: User) -> QuerySet[PriceScope]:
        return price_scope_list(user=user)

    def row_url(self, row: PriceScope) -> str:
        return reverse("masterdata:price_scope", args=[row.pk])


class PriceFilters(Filters):
    q = ItemSearch(label=_("Item: code, name or any number"), path="item__search")
    scope__kind = FacetFilter(label=_("Kind"), choices=PriceScope.Kind.choices)
    scope = FacetFilter(label=_("Prices"), choices=list)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = PriceScope.objects.filter(pk__in=self.queryset.values("scope")).values_list("pk", "code")
        self.form.fields["scope"].choices = [("", _("Any")), *scopes]


class PriceList(ListPage):
    title, noun = _("Prices"), _("prices")
    permission = VIEW_PRICE
    filters = PriceFilters
    columns = (
        Column("scope__code", _("Prices"), "code"),
        Column("item", _("For"), value=lambda row: row.item or row.item_class),
        Column("method", _("Kind"), value=lambda row: row.get_method_display()),
        Column("value", _("Value"), "money", places=4),
        Column("unit_id", _("Per")),
        Column("min_quantity", _("From quantity"), "quantity"),
        Column("valid_from", _("From"), "day", sort="valid_from"),
        Column("valid_to", _("Until before"), "day"),
    )
    tabs = (
        Tab("now", _("In effect"), in_effect),
        Tab("next", _("To come"), lambda user: Q(valid_from__gt=timezone.localdate())),
        Tab("all", _("All")),
    )
    default_sort = "-valid_from"

    def queryset(self, user: User) -> QuerySet[Price]:
        return price_list(user=user)

    def row_url(self, row: Price) -> str:
        return reverse("masterdata:price_scope", args=[row.scope_id])


def crumbs(scope: PriceScope | None = None) -> Sequence[Any]:
    home = (_("Price lists and agreements"), reverse("masterdata:price_scope_list"))
    return (*home, scope.code, reverse("masterdata:price_scope", args=[scope.pk])) if scope else home


class PriceScopeRecord(RecordPage):
    permission = VIEW_PRICE
    record = "masterdata.price_scope"
    template = "masterdata/agreements/price_scope.html"

    def row(self, request: HttpRequest, pk: int) -> PriceScope:
        return get_object_or_404(price_scope_list(user=request.user), pk=pk)

    def context(self, request: HttpRequest, row: PriceScope) -> dict[str, Any]:
        prices = price_list(user=request.user).filter(in_effect(request.user), scope=row)
        customers = customer_list(user=request.user).filter(price_scopes__scope=row).distinct()
        listed = reverse("masterdata:price_list")
        return {
            "title": row.code,
            "lead": row.name,
            "steps": (*crumbs(), row.code, ""),
            "facts": [
                Fact(_("Kind"), row.get_kind_display()),
                Fact(_("Company"), row.company.name),
                Fact(_("Currency"), row.currency),
                Fact(_("Prices in effect"), prices.count(), f"{listed}?scope={row.pk}"),
                Fact(_("Customers"), customers.count()),
            ],
            "links": [
                Link(
                    _("Set price"), reverse("masterdata:price_set", args=[row.pk]), SET_PRICE, "pencil", True
                )
            ],
            "prices": prices.order_by("item__code", "item_class__code", "min_quantity")[:SHOWN],
            "customers": customers.order_by("party__code")[:SHOWN],
            "all_prices": f"{listed}?scope={row.pk}",
        }


SHOWN = 25  # of the prices and customers on the record; the lists have all of them


class PriceScopeCreate(FormPage):
    permission = SET_PRICE
    form_class = PriceScopeForm
    title, verb = _("New price list or agreement"), _("Create")

    def crumbs(self) -> Sequence[Any]:
        return (*crumbs(), _("New"), "")

    def perform(self, by: By, form: PriceScopeForm) -> str:
        made = create_price_scope(by, **form.changes())
        return reverse("masterdata:price_scope", args=[made.scope_id])


class PriceSetPage(FormPage):
    permission = SET_PRICE
    form_class = PriceForm
    title, verb = _("Set price"), _("Set price")
    scope: PriceScope

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.scope = get_object_or_404(price_scope_list(user=request.user), pk=kwargs["pk"])

    def crumbs(self) -> Sequence[Any]:
        return (*crumbs(self.scope), self.title, "")

    def perform(self, by: By, form: PriceForm) -> str:
        entered = form.cleaned_data
        set_price(
            by,
            scope_id=self.scope.pk,
            item_id=entered["item"],
            item_class_id=entered["item_class"].pk if entered["item_class"] else None,
            method=entered["method"],
            value=entered["value"],
            unit=entered["unit"].pk if entered["unit"] else "",
            min_quantity=entered["min_quantity"] or Decimal(0),
            valid_from=entered["valid_from"],
            reason=entered["reason"],
        )
        return reverse("masterdata:price_scope", args=[self.scope.pk])


class PriceAssign(FormPage):
    permission = SET_PRICE
    form_class = AssignForm
    title, verb = _("Prices of a customer"), _("Assign prices")
    customer: Customer

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.customer = get_object_or_404(customer_list(user=request.user), pk=kwargs["pk"])

    def crumbs(self) -> Sequence[Any]:
        there = reverse("masterdata:customer", args=[self.customer.pk])
        return (
            _("Customers"),
            reverse("masterdata:customer_list"),
            self.customer.party.code,
            there,
            self.title,
            "",
        )

    def perform(self, by: By, form: AssignForm) -> str:
        assign_price_scope(by, customer_id=self.customer.pk, **form.changes())
        return reverse("masterdata:customer", args=[self.customer.pk])
