"""Customers and suppliers: lists, records and the forms that change them."""

from operator import attrgetter
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import FacetFilter, Filters
from erp.kernel.lists import ListPage, Tab
from erp.kernel.models import User
from masterdata.pages import CreatePage, Fact, OfRecord, RecordPage, Records, values_of

from .actions.change_customer import change_customer
from .actions.change_supplier import change_supplier
from .actions.create_customer import create_customer
from .actions.create_supplier import create_supplier
from .actions.set_ship_to import set_ship_to
from .forms import ChangeCustomerForm, ChangeSupplierForm, CreateCustomerForm, CreateSupplierForm, ShipToForm
from .models import Customer, ShipTo, Supplier
from .permissions import CHANGE_CUSTOMER, CHANGE_SHIP_TO, CHANGE_SUPPLIER, VIEW_CUSTOMER, VIEW_SUPPLIER
from .queries import customer_groups, customer_list, ship_to_list, supplier_list

BLOCKED = {True: (_("Blocked"), "bad"), False: (_("Active"), "ok")}
CUSTOMERS = Records(_("Customers"), "masterdata:customer", customer_list, attrgetter("party.code"))
SUPPLIERS = Records(_("Suppliers"), "masterdata:supplier", supplier_list, attrgetter("party.code"))
OF_PARTY = ("name", "country", "language", "tax_number", "email", "phone")


class PartySearch(django_filters.CharFilter):
    """Every word somewhere in the party's code, name or tax number."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        for word in (value or "").replace("\0", "").upper().split()[:6]:
            qs = qs.filter(party__search__contains=word)
        return qs


class CustomerFilters(Filters):
    q = PartySearch(label=_("Code, name or tax number"))
    group = FacetFilter(label=_("Group"), choices=lambda: list(customer_groups().values_list("pk", "name")))
    tax_treatment = FacetFilter(label=_("Tax"), choices=Customer.TaxTreatment.choices)


class CustomerList(ListPage):
    title, noun = CUSTOMERS.plural, _("customers")
    permission = VIEW_CUSTOMER
    template = "masterdata/parties/customer_list.html"
    filters = CustomerFilters
    columns = (
        Column("party__code", _("Code"), "code", sort="party__code"),
        Column("party__name", _("Name"), sort="party__name"),
        Column("party__country", _("Country")),
        Column("group__name", _("Group")),
        Column("terms__name", _("Terms"), optional=True),
        Column("currency", _("Currency"), optional=True),
        Column("is_blocked", _("Status"), "chip", states=BLOCKED),
    )
    tabs = (
        Tab("active", _("Active"), Q(is_blocked=False)),
        Tab("blocked", _("Blocked"), Q(is_blocked=True)),
        Tab("all", _("All")),
    )
    default_sort = "party__code"
    empty_title = _("No customers yet")
    empty_text = _("A customer buys from one of your companies.")

    def queryset(self, user: User) -> QuerySet[Customer]:
        return customer_list(user=user)

    def row_url(self, row: Customer) -> str:
        return CUSTOMERS.url(row)


class CustomerRecord(RecordPage):
    of = CUSTOMERS
    permission = VIEW_CUSTOMER
    record = "masterdata.customer"
    template = "masterdata/parties/customer.html"
    changed_with = CHANGE_CUSTOMER

    def row(self, request: HttpRequest, pk: int) -> Customer:
        rows = customer_list(user=request.user).select_related("bill_to__party", "preferred_site")
        return get_object_or_404(rows, pk=pk)

    def context(self, request: HttpRequest, row: Customer) -> dict[str, Any]:
        party = row.party
        payer = row.bill_to
        payer_page = CUSTOMERS.url(payer) if payer else ""
        facts = [
            Fact(_("Customer of"), row.company.name),
            Fact(_("Group"), row.group.name),
            Fact(_("Payment terms"), row.terms.name),
            Fact(_("Currency"), row.currency),
            Fact(_("Tax treatment"), row.get_tax_treatment_display()),
            Fact(_("Tax number"), party.tax_number),
            Fact(_("Billed to"), payer or _("itself"), payer_page),
            Fact(_("Invoiced"), row.get_billing_trigger_display()),
            Fact(_("Ships"), row.get_ship_rule_display()),
            Fact(_("Least fill"), f"{row.minimum_fill_percent} %" if row.minimum_fill_percent else ""),
            Fact(_("Most shipments of an order"), row.maximum_shipments or ""),
            Fact(_("Served from"), row.preferred_site),
            Fact(_("Freight"), row.get_freight_terms_display()),
            Fact(_("Customer PO"), _("required") if row.po_required else _("optional")),
            Fact(_("E-mail"), party.email),
            Fact(_("Phone"), party.phone),
        ]
        if row.freight_account:
            facts.append(Fact(_("Account with the carrier"), row.freight_account))
        return {
            "lead": f"{party.name}, {party.country}",
            "chip": BLOCKED[row.is_blocked],
            "facts": facts,
            "ship_tos": ship_to_list(user=request.user, customer=row),
            "may_add": request.user.has_perm(CHANGE_SHIP_TO),
        }


class CustomerCreate(CreatePage):
    of = CUSTOMERS
    permission = CHANGE_CUSTOMER
    form_class = CreateCustomerForm
    title, verb = _("New customer"), _("Create customer")

    def perform(self, by: By, form: CreateCustomerForm) -> str:
        made = create_customer(by, **form.changes())
        return reverse("masterdata:customer", args=[made.customer_id])

    def done(self, form: CreateCustomerForm) -> str:
        return gettext("%(name)s is a customer now.") % {"name": form.cleaned_data["name"]}


class CustomerChange(OfRecord):
    of = CUSTOMERS
    permission = CHANGE_CUSTOMER
    form_class = ChangeCustomerForm
    title, verb = _("Change customer"), _("Save customer")
    fields = (
        "group", "terms", "currency", "tax_treatment", "preferred_site", "bill_to", "ship_rule",
        "minimum_fill_percent", "maximum_shipments", "po_required", "po_unique", "is_blocked", "freight_terms",
        "freight_account", "billing_trigger",
    )  # fmt: skip
    row: Customer

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().initial(request), **values_of(self.row.party, OF_PARTY)}

    def perform(self, by: By, form: ChangeCustomerForm) -> str:
        entered = form.changes()
        entered["country"] = entered["country"].upper()
        entered["currency"] = entered["currency"] or self.row.currency
        change_customer(by, customer_id=self.row.pk, version=form.opened_on, changes=entered)
        return self.there()


class ShipToSet(OfRecord):
    """One address of a customer: a new one, or with `ship_to` in the address one that exists."""

    of = CUSTOMERS
    permission = CHANGE_SHIP_TO
    form_class = ShipToForm
    title, verb = _("Address"), _("Save address")
    row: Customer
    ship_to: ShipTo | None = None

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        super().prepare(request, **kwargs)
        if "ship_to" in kwargs:
            rows = ship_to_list(user=request.user, customer=self.row)
            self.ship_to = get_object_or_404(rows, pk=kwargs["ship_to"])

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        if self.ship_to is None:
            return {"country": self.row.party.country, "name": self.row.party.name}
        return values_of(self.ship_to, (*self.form_class.base_fields,))

    def perform(self, by: By, form: ShipToForm) -> str:
        set_ship_to(
            by,
            customer_id=self.row.pk,
            ship_to_id=self.ship_to.pk if self.ship_to else None,
            version=form.opened_on,
            **form.changes(),
        )
        return self.there()


# Suppliers ---------------------------------------------------------------------------------------


class SupplierFilters(Filters):
    q = PartySearch(label=_("Code, name or tax number"))


class SupplierList(ListPage):
    title, noun = SUPPLIERS.plural, _("suppliers")
    permission = VIEW_SUPPLIER
    template = "masterdata/parties/supplier_list.html"
    filters = SupplierFilters
    columns = (
        Column("party__code", _("Code"), "code", sort="party__code"),
        Column("party__name", _("Name"), sort="party__name"),
        Column("party__country", _("Country")),
        Column("terms__name", _("Terms"), optional=True),
        Column("currency", _("Currency"), optional=True),
        Column("lead_time_days", _("Lead time, days"), "number"),
        Column("is_blocked", _("Status"), "chip", states=BLOCKED),
    )
    default_sort = "party__code"
    empty_title = _("No suppliers yet")
    empty_text = _("A supplier delivers to one of your companies.")

    def queryset(self, user: User) -> QuerySet[Supplier]:
        return supplier_list(user=user)

    def row_url(self, row: Supplier) -> str:
        return SUPPLIERS.url(row)


class SupplierRecord(RecordPage):
    of = SUPPLIERS
    permission = VIEW_SUPPLIER
    record = "masterdata.supplier"
    changed_with = CHANGE_SUPPLIER

    def context(self, request: HttpRequest, row: Supplier) -> dict[str, Any]:
        party = row.party
        return {
            "lead": f"{party.name}, {party.country}",
            "chip": BLOCKED[row.is_blocked],
            "facts": [
                Fact(_("Supplier of"), row.company.name),
                Fact(_("Payment terms"), row.terms.name),
                Fact(_("Currency"), row.currency),
                Fact(_("Lead time, days"), row.lead_time_days),
                Fact(_("Tax number"), party.tax_number),
                Fact(_("E-mail"), party.email),
                Fact(_("Phone"), party.phone),
            ],
        }


class SupplierCreate(CreatePage):
    of = SUPPLIERS
    permission = CHANGE_SUPPLIER
    form_class = CreateSupplierForm
    title, verb = _("New supplier"), _("Create supplier")

    def perform(self, by: By, form: CreateSupplierForm) -> str:
        made = create_supplier(by, **form.changes())
        return reverse("masterdata:supplier", args=[made.supplier_id])


class SupplierChange(OfRecord):
    of = SUPPLIERS
    permission = CHANGE_SUPPLIER
    form_class = ChangeSupplierForm
    title, verb = _("Change supplier"), _("Save supplier")
    fields = ("terms", "currency", "lead_time_days", "is_blocked")
    row: Supplier

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().initial(request), **values_of(self.row.party, OF_PARTY)}

    def perform(self, by: By, form: ChangeSupplierForm) -> str:
        entered = form.changes()
        entered["country"] = entered["country"].upper()
        entered["currency"] = entered["currency"] or self.row.currency
        change_supplier(by, supplier_id=self.row.pk, version=form.opened_on, changes=entered)
        return self.there()
