"""Customer groups and payment terms: lists, records and the forms that keep them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from erp.kernel.columns import Column
from erp.kernel.command import By
from erp.kernel.filters import Filters, SearchFilter
from erp.kernel.formats import write_quantity
from erp.kernel.lists import ListPage
from erp.kernel.models import User
from masterdata.pages import CreatePage, Fact, Link, OfRecord, RecordPage, Records

from .actions.change_customer_group import change_customer_group
from .actions.change_payment_terms import change_payment_terms
from .actions.create_customer_group import create_customer_group
from .actions.create_payment_terms import create_payment_terms
from .actions.place_customer_group import place_customer_group
from .forms import (
    CreateCustomerGroupForm,
    CreatePaymentTermsForm,
    CustomerGroupForm,
    PaymentTermsForm,
    PlaceGroupForm,
)
from .models import CustomerGroup, PaymentTerms
from .permissions import CHANGE_GROUP, CHANGE_TERMS, VIEW_CUSTOMER, VIEW_TERMS
from .queries import customer_group_list, customer_list, payment_terms_list, supplier_list

GROUPS = Records(_("Customer groups"), "masterdata:customer_group", customer_group_list)
TERMS = Records(_("Payment terms"), "masterdata:payment_terms", payment_terms_list)


class CodeFilters(Filters):
    q = SearchFilter(label=_("Code or name"), contains=["code", "name"])


class CustomerGroupList(ListPage):
    title, noun = GROUPS.plural, _("groups")
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
        return GROUPS.url(row)


class CustomerGroupRecord(RecordPage):
    of = GROUPS
    permission = VIEW_CUSTOMER
    record = "masterdata.customer_group"
    changed_with = CHANGE_GROUP

    def context(self, request: HttpRequest, row: CustomerGroup) -> dict[str, Any]:
        customers = customer_list(user=request.user).filter(group=row).count()
        beneath = list(row.children.order_by("code"))
        return {
            "lead": row.name,
            "links": [
                Link(_("Move"), reverse("masterdata:customer_group_place", args=[row.pk]), CHANGE_GROUP)
            ],
            "facts": [
                Fact(_("Priority"), row.priority),
                Fact(_("Beneath"), row.parent, GROUPS.url(row.parent) if row.parent else ""),
                *(Fact(_("Above"), child, GROUPS.url(child)) for child in beneath),
                Fact(
                    _("Customers"),
                    customers,
                    f"{reverse('masterdata:customer_list')}?view=all&group={row.pk}",
                ),
            ],
        }


class CustomerGroupCreate(CreatePage):
    of = GROUPS
    permission = CHANGE_GROUP
    form_class = CreateCustomerGroupForm
    title, verb = _("New customer group"), _("Create group")

    def perform(self, by: By, form: CreateCustomerGroupForm) -> str:
        made = create_customer_group(by, **form.changes())
        return reverse("masterdata:customer_group", args=[made.customer_group_id])


class CustomerGroupChange(OfRecord):
    of = GROUPS
    permission = CHANGE_GROUP
    form_class = CustomerGroupForm
    title, verb = _("Change customer group"), _("Save group")
    fields = ("name", "priority")

    def perform(self, by: By, form: CustomerGroupForm) -> str:
        change_customer_group(
            by, customer_group_id=self.row.pk, version=form.opened_on, changes=form.changes()
        )
        return self.there()


class CustomerGroupPlace(OfRecord):
    """Where the group stands: what a group agrees and owes counts for the groups above it."""

    of = GROUPS
    permission = CHANGE_GROUP
    form_class = PlaceGroupForm
    title, verb = _("Move customer group"), _("Move group")
    fields = ("parent",)

    def form_options(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": request.user, "group": self.row}

    def perform(self, by: By, form: PlaceGroupForm) -> str:
        place_customer_group(by, group_id=self.row.pk, version=form.opened_on, **form.changes())
        return self.there()


# Payment terms -----------------------------------------------------------------------------------


class PaymentTermsList(ListPage):
    title, noun = TERMS.plural, _("terms")
    permission = VIEW_TERMS
    template = "masterdata/parties/payment_terms_list.html"
    filters = CodeFilters
    columns = (
        Column("code", _("Code"), "code", sort="code"),
        Column("name", _("Name"), sort="name"),
        Column("days", _("Days"), "number", sort="days"),
        Column("discount_percent", _("Discount %"), "number"),
        Column("discount_days", _("Within days"), "number"),
    )
    default_sort = "days"
    empty_title = _("No payment terms yet")
    empty_text = _("Terms say when an invoice is due: so many days after its date.")

    def queryset(self, user: User) -> QuerySet[PaymentTerms]:
        return payment_terms_list(user=user)

    def row_url(self, row: PaymentTerms) -> str:
        return TERMS.url(row)


class PaymentTermsRecord(RecordPage):
    of = TERMS
    permission = VIEW_TERMS
    record = "masterdata.payment_terms"
    changed_with = CHANGE_TERMS

    def context(self, request: HttpRequest, row: PaymentTerms) -> dict[str, Any]:
        return {
            "lead": row.name,
            "facts": [
                Fact(_("Days"), f"{row.days}"),
                Fact(_("Cash discount"), _discount_of(row)),
                Fact(_("Customers"), f"{customer_list(user=request.user).filter(terms=row).count()}"),
                Fact(_("Suppliers"), f"{supplier_list(user=request.user).filter(terms=row).count()}"),
            ],
        }


def _discount_of(row: PaymentTerms) -> str:
    if not row.discount_percent:
        return gettext("None")
    return gettext("%(percent)s %% within %(days)s days") % {
        "percent": write_quantity(row.discount_percent),
        "days": row.discount_days,
    }


class PaymentTermsCreate(CreatePage):
    of = TERMS
    permission = CHANGE_TERMS
    form_class = CreatePaymentTermsForm
    title, verb = _("New payment terms"), _("Create terms")

    def perform(self, by: By, form: CreatePaymentTermsForm) -> str:
        made = create_payment_terms(by, **form.changes())
        return reverse("masterdata:payment_terms", args=[made.payment_terms_id])


class PaymentTermsChange(OfRecord):
    of = TERMS
    permission = CHANGE_TERMS
    form_class = PaymentTermsForm
    title, verb = _("Change payment terms"), _("Save terms")
    fields = ("name", "days", "discount_percent", "discount_days")

    def perform(self, by: By, form: PaymentTermsForm) -> str:
        change_payment_terms(by, payment_terms_id=self.row.pk, version=form.opened_on, changes=form.changes())
        return self.there()
