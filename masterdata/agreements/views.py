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
from masterdata.pages import CreatePage, Fact, FormPage, Link, OfRecord, RecordPage, Records, values_of
from masterdata.parties.actions.place_customer_group import place_customer_group
from masterdata.parties.models import Customer
from masterdata.parties.permissions import CHANGE_GROUP
from masterdata.parties.queries import customer_list
from masterdata.parties.views import CUSTOMERS

from .actions.assign_price_scope import assign_price_scope
from .actions.create_price_scope import create_price_scope
from .actions.end_price_scope import end_price_scope
from .actions.redate_price_scope import redate_price_scope
from .actions.set_allowance import set_allowance
from .actions.set_price import set_price
from .forms import (
    AllowanceForm,
    AssignForm,
    AssignGroupForm,
    EndForm,
    GroupParentForm,
    PriceForm,
    PriceScopeForm,
    RedateForm,
)
from .models import CustomerPriceScope, Price, PriceScope
from .permissions import SET_PRICE, VIEW_PRICE
from .policies import CHANGE_ALONE
from .queries import changes_by_proposal, coupon_list, holders_of, price_list, price_scope_list
from .rules import ADDS_GOODS

SCOPES = Records(_("Price lists and agreements"), "masterdata:price_scope", price_scope_list)


def in_effect(user: User) -> Q:
    today = timezone.localdate()
    return (Q(valid_to=None) | Q(valid_to__gt=today)) & Q(valid_from__lte=today)


class ScopeFilters(Filters):
    q = SearchFilter(label=_("Code or name"), contains=["code", "name"])
    kind = FacetFilter(label=_("Kind"), choices=PriceScope.Kind.choices)


class PriceScopeList(ListPage):
    title, noun = SCOPES.plural, _("price lists")
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
        return SCOPES.url(row)


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


class PriceScopeRecord(RecordPage):
    of = SCOPES
    permission = VIEW_PRICE
    record = "masterdata.price_scope"
    template = "masterdata/agreements/price_scope.html"

    def context(self, request: HttpRequest, row: PriceScope) -> dict[str, Any]:
        prices = price_list(user=request.user).filter(in_effect(request.user), scope=row)
        customers = customer_list(user=request.user).filter(price_scopes__scope=row).distinct()
        listed = reverse("masterdata:price_list")
        return {
            "lead": row.name,
            "facts": [
                Fact(_("Kind"), row.get_kind_display()),
                Fact(_("Company"), row.company.name),
                Fact(_("Currency"), row.currency),
                Fact(_("Prices in effect"), prices.count(), f"{listed}?scope={row.pk}"),
                Fact(_("Customers"), customers.count()),
                *_promotion_facts(row),
            ],
            "links": [
                Link(_("For a group"), reverse("masterdata:price_assign_group", args=[row.pk]), SET_PRICE),
                Link(_("Cap or budget"), reverse("masterdata:price_allowance", args=[row.pk]), SET_PRICE),
                *_coupon_link(row),
                *_set_link(row),
            ],
            "holders": holders_of(user=request.user).filter(scope=row)[:SHOWN],
            "coupons": coupon_list(user=request.user).filter(scope=row)[:SHOWN],
            "allowances": row.allowances.select_related("item").order_by("item__code")[:SHOWN],
            "may_set": request.user.has_perm(SET_PRICE),
            "prices": prices.order_by("item__code", "item_class__code", "min_quantity")[:SHOWN],
            "all_prices": f"{listed}?scope={row.pk}",
        }


def _set_link(row: PriceScope) -> list[Link]:
    """Setting a price, where one person may do so at least by a little."""
    in_use = changes_by_proposal(row, on=timezone.localdate())
    if in_use and (row.stacking in ADDS_GOODS or not CHANGE_ALONE.value(company=row.company_id)):
        return []
    return [Link(_("Set price"), reverse("masterdata:price_set", args=[row.pk]), SET_PRICE, "pencil", True)]


def _coupon_link(row: PriceScope) -> list[Link]:
    if row.kind != PriceScope.Kind.PROMOTION:
        return []
    return [Link(_("New coupon"), reverse("masterdata:coupon_issue", args=[row.pk]), SET_PRICE)]


def _promotion_facts(row: PriceScope) -> list[Fact]:
    if row.kind != PriceScope.Kind.PROMOTION:
        return []
    paid = f"{row.funded_by} {row.funding_percent.normalize():f} %" if row.funded_by else _("ourselves")
    return [
        Fact(_("Meets other prices"), row.get_stacking_display()),
        Fact(_("Paid for by"), paid),
    ]


SHOWN = 25  # of the prices and customers on the record; the lists have all of them


class PriceScopeCreate(CreatePage):
    of = SCOPES
    permission = SET_PRICE
    form_class = PriceScopeForm
    title, verb = _("New price list or agreement"), _("Create")

    def perform(self, by: By, form: PriceScopeForm) -> str:
        made = create_price_scope(by, **form.changes())
        return reverse("masterdata:price_scope", args=[made.scope_id])


class OfScope(OfRecord):
    """A form about one set of prices."""

    of = SCOPES
    permission = SET_PRICE
    row: PriceScope


class PriceSetPage(OfScope):
    form_class = PriceForm
    title, verb = _("Set price"), _("Set price")

    def perform(self, by: By, form: PriceForm) -> str:
        set_price(by, scope_id=self.row.pk, **form.price())
        return self.there()


class PriceAssign(OfRecord):
    of = CUSTOMERS
    permission = SET_PRICE
    form_class = AssignForm
    title, verb = _("Prices of a customer"), _("Assign prices")
    row: Customer

    def form_options(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().form_options(request), "customer": self.row}

    def perform(self, by: By, form: AssignForm) -> str:
        assign_price_scope(by, customer_id=self.row.pk, **form.changes())
        return self.there()


class PriceAssignGroup(OfScope):
    form_class = AssignGroupForm
    title, verb = _("Prices of a group"), _("Assign prices")

    def perform(self, by: By, form: AssignGroupForm) -> str:
        assign_price_scope(by, scope_id=self.row.pk, **form.changes())
        return self.there()


class AllowancePage(OfScope):
    form_class = AllowanceForm
    title, verb = _("Cap, commitment or budget"), _("Set")

    def perform(self, by: By, form: AllowanceForm) -> str:
        entered = form.cleaned_data
        set_allowance(
            by,
            scope_id=self.row.pk,
            item_id=entered["item"],
            unit=entered["unit"].pk if entered["unit"] else "",
            most=entered["most"],
            commitment=entered["commitment"] or Decimal(0),
        )
        return self.there()


class OfAssignment(OfScope):
    """A form about who gets a set of prices."""

    assignment: CustomerPriceScope

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.assignment = get_object_or_404(holders_of(user=request.user), pk=kwargs["pk"])
        self.row = self.assignment.scope


class PriceAssignRedate(OfAssignment):
    form_class = RedateForm
    title, verb = _("Days of an assignment"), _("Save")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return values_of(self.assignment, ("valid_from", "valid_to", "version"))

    def perform(self, by: By, form: RedateForm) -> str:
        redate_price_scope(by, assignment_id=self.assignment.pk, version=form.opened_on, **form.changes())
        return self.there()


class PriceAssignEnd(OfAssignment):
    form_class = EndForm
    title, verb = _("End an assignment"), _("End")

    def perform(self, by: By, form: EndForm) -> str:
        end_price_scope(by, assignment_id=self.assignment.pk, on=form.cleaned_data["on"])
        return self.there()


class GroupParentPage(FormPage):
    """Where a customer group stands: what a node agrees holds for every group below it."""

    permission = CHANGE_GROUP
    form_class = GroupParentForm
    title, verb = _("Customer hierarchy"), _("Save")

    def crumbs(self) -> Sequence[Any]:
        return (*SCOPES.crumbs(), self.title, "")

    def perform(self, by: By, form: GroupParentForm) -> str:
        place_customer_group(by, **form.changes())
        return reverse("masterdata:customer_hierarchy")
