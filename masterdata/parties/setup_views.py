"""Customer groups and payment terms: lists, records and the forms that keep them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import Filters, SearchFilter
from erp.kernel.lists import ListPage
from erp.kernel.models import User
from masterdata.pages import Fact, FormPage, Link, RecordPage

from .actions.change_customer_group import change_customer_group
from .actions.change_payment_terms import change_payment_terms
from .actions.create_customer_group import create_customer_group
from .actions.create_payment_terms import create_payment_terms
from .forms import CreateCustomerGroupForm, CreatePaymentTermsForm, CustomerGroupForm, PaymentTermsForm
from .models import CustomerGroup, PaymentTerms
from .permissions import CHANGE_GROUP, CHANGE_TERMS, VIEW_CUSTOMER, VIEW_TERMS
from .queries import customer_group_list, customer_list, payment_terms_list, supplier_list


class CodeFilters(Filters):
    q = SearchFilter(label=_("Code or name"), contains=["code", "name"])


class CustomerGroupList(ListPage):
    title, noun = _("Customer groups"), _("groups")
    permission = VIEW_CUSTOMER
    template = "masterdata/parties/customer_group_list.html"
    filters = CodeFilters
    columns = (
        Column("code", _("Code"), "code", sort="code"),
        Column("name", _("Name"), sort="name"),
        Column("priority", _("Priority"), "number", sort="priority"),
    )
    default_sort = "code"
    empty_title = _("No customer groups yet")
    empty_text = _("Customers of a group share prices and their place in the line when stock is short.")

    def queryset(self, user: User) -> QuerySet[CustomerGroup]:
        return customer_group_list(user=user)

    def row_url(self, row: CustomerGroup) -> str:
        return reverse("masterdata:customer_group", args=[row.pk])


def group_crumbs(row: CustomerGroup | None = None) -> Sequence[Any]:
    home = (_("Customer groups"), reverse("masterdata:customer_group_list"))
    return (*home, row.code, reverse("masterdata:customer_group", args=[row.pk])) if row else home


class CustomerGroupRecord(RecordPage):
    permission = VIEW_CUSTOMER
    record = "masterdata.customer_group"

    def row(self, request: HttpRequest, pk: int) -> CustomerGroup:
        return get_object_or_404(customer_group_list(user=request.user), pk=pk)

    def context(self, request: HttpRequest, row: CustomerGroup) -> dict[str, Any]:
        customers = customer_list(user=request.user).filter(group=row).count()
        change = reverse("masterdata:customer_group_change", args=[row.pk])
        return {
            "title": row.code,
            "lead": row.name,
            "steps": (*group_crumbs(), row.code, ""),
            "facts": [
                Fact(_("Priority"), row.priority),
                Fact(
                    _("Customers"),
                    customers,
                    f"{reverse('masterdata:customer_list')}?view=all&group={row.pk}",
                ),
            ],
            "links": [Link(_("Change"), change, CHANGE_GROUP, "pencil", True)],
        }


class CustomerGroupCreate(FormPage):
    permission = CHANGE_GROUP
    form_class = CreateCustomerGroupForm
    title, verb = _("New customer group"), _("Create group")

    def crumbs(self) -> Sequence[Any]:
        return (*group_crumbs(), _("New"), "")

    def perform(self, by: By, form: CreateCustomerGroupForm) -> str:
        made = create_customer_group(by, **form.changes())
        return reverse("masterdata:customer_group", args=[made.customer_group_id])


class CustomerGroupChange(FormPage):
    permission = CHANGE_GROUP
    form_class = CustomerGroupForm
    title, verb = _("Change customer group"), _("Save group")
    group: CustomerGroup

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.group = get_object_or_404(customer_group_list(user=request.user), pk=kwargs["pk"])

    def crumbs(self) -> Sequence[Any]:
        return (*group_crumbs(self.group), self.title, "")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {name: getattr(self.group, name) for name in ("name", "priority", "version")}

    def perform(self, by: By, form: CustomerGroupForm) -> str:
        version = form.cleaned_data["version"] or 0
        change_customer_group(by, customer_group_id=self.group.pk, version=version, changes=form.changes())
        return reverse("masterdata:customer_group", args=[self.group.pk])


# Payment terms -----------------------------------------------------------------------------------


class PaymentTermsList(ListPage):
    title, noun = _("Payment terms"), _("terms")
    permission = VIEW_TERMS
    template = "masterdata/parties/payment_terms_list.html"
    filters = CodeFilters
    columns = (
        Column("code", _("Code"), "code", sort="code"),
        Column("name", _("Name"), sort="name"),
        Column("days", _("Days"), "number", sort="days"),
    )
    default_sort = "days"
    empty_title = _("No payment terms yet")
    empty_text = _("Terms say when an invoice is due: so many days after its date.")

    def queryset(self, user: User) -> QuerySet[PaymentTerms]:
        return payment_terms_list(user=user)

    def row_url(self, row: PaymentTerms) -> str:
        return reverse("masterdata:payment_terms", args=[row.pk])


def terms_crumbs(row: PaymentTerms | None = None) -> Sequence[Any]:
    home = (_("Payment terms"), reverse("masterdata:payment_terms_list"))
    return (*home, row.code, reverse("masterdata:payment_terms", args=[row.pk])) if row else home


class PaymentTermsRecord(RecordPage):
    permission = VIEW_TERMS
    record = "masterdata.payment_terms"

    def row(self, request: HttpRequest, pk: int) -> PaymentTerms:
        return get_object_or_404(payment_terms_list(user=request.user), pk=pk)

    def context(self, request: HttpRequest, row: PaymentTerms) -> dict[str, Any]:
        change = reverse("masterdata:payment_terms_change", args=[row.pk])
        return {
            "title": row.code,
            "lead": row.name,
            "steps": (*terms_crumbs(), row.code, ""),
            "facts": [
                Fact(_("Days"), f"{row.days}"),
                Fact(_("Customers"), f"{customer_list(user=request.user).filter(terms=row).count()}"),
                Fact(_("Suppliers"), f"{supplier_list(user=request.user).filter(terms=row).count()}"),
            ],
            "links": [Link(_("Change"), change, CHANGE_TERMS, "pencil", True)],
        }


class PaymentTermsCreate(FormPage):
    permission = CHANGE_TERMS
    form_class = CreatePaymentTermsForm
    title, verb = _("New payment terms"), _("Create terms")

    def crumbs(self) -> Sequence[Any]:
        return (*terms_crumbs(), _("New"), "")

    def perform(self, by: By, form: CreatePaymentTermsForm) -> str:
        made = create_payment_terms(by, **form.changes())
        return reverse("masterdata:payment_terms", args=[made.payment_terms_id])


class PaymentTermsChange(FormPage):
    permission = CHANGE_TERMS
    form_class = PaymentTermsForm
    title, verb = _("Change payment terms"), _("Save terms")
    terms: PaymentTerms

    def prepare(self, request: HttpRequest, **kwargs: Any) -> None:
        self.terms = get_object_or_404(payment_terms_list(user=request.user), pk=kwargs["pk"])

    def crumbs(self) -> Sequence[Any]:
        return (*terms_crumbs(self.terms), self.title, "")

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {name: getattr(self.terms, name) for name in ("name", "days", "version")}

    def perform(self, by: By, form: PaymentTermsForm) -> str:
        version = form.cleaned_data["version"] or 0
        change_payment_terms(by, payment_terms_id=self.terms.pk, version=version, changes=form.changes())
        return reverse("masterdata:payment_terms", args=[self.terms.pk])
