"""Forms of customers, their addresses, and suppliers."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import NumberField
from masterdata.formlib import LANGUAGES, GroupedForm, code_field
from masterdata.places.queries import company_list, site_list

from .models import Customer, CustomerGroup
from .queries import customer_groups, customer_list, payment_terms


class PartyForm(GroupedForm):
    """What is known of any party."""

    name = forms.CharField(label=_("Name"), max_length=160)
    country = code_field(_("Country"), max_length=2, help_text=_("Two letters, such as BE"))
    language = forms.ChoiceField(label=_("Language of documents"), choices=LANGUAGES, initial="en")
    tax_number = forms.CharField(label=_("Tax number"), max_length=30, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    currency = code_field(_("Currency"), max_length=3, required=False, help_text=_("Empty: the company's"))
    terms = forms.ModelChoiceField(label=_("Payment terms"), queryset=None)

    def arrange(self) -> None:
        self.fields["terms"].queryset = payment_terms()


class CustomerForm(PartyForm):
    """A customer: who it is, what is agreed, how it is served."""

    group = forms.ModelChoiceField(label=_("Group"), queryset=None)
    tax_treatment = forms.ChoiceField(label=_("Tax treatment"), choices=Customer.TaxTreatment.choices)
    ship_rule = forms.ChoiceField(label=_("Ships"), choices=Customer.ShipRule.choices)
    minimum_fill_percent = forms.IntegerField(
        label=_("Least fill, %"), min_value=0, max_value=100, required=False,
        help_text=_("How much of an order is there before anything ships. Empty: whatever there is"),
    )  # fmt: skip
    maximum_shipments = forms.IntegerField(
        label=_("Most shipments of an order"), min_value=0, max_value=99, required=False,
        help_text=_("The last one takes everything. Empty: as many as it takes"),
    )  # fmt: skip
    preferred_site = forms.ModelChoiceField(label=_("Served from"), queryset=None, required=False)
    freight_terms = forms.ChoiceField(label=_("Freight"), choices=Customer.FreightTerms.choices)
    freight_account = forms.CharField(
        label=_("Account with the carrier"),
        max_length=40,
        required=False,
        help_text=_("Theirs for collect, the payer's for a third party"),
    )
    billing_trigger = forms.ChoiceField(label=_("Invoiced"), choices=Customer.BillingTrigger.choices)
    bill_to = forms.ModelChoiceField(
        label=_("Billed to"), queryset=None, required=False, help_text=_("Empty: to itself")
    )
    po_required = forms.BooleanField(label=_("Orders need a customer PO"), required=False)
    po_unique = forms.BooleanField(label=_("Refuse a PO that was used before"), required=False, initial=True)

    def arrange(self) -> None:
        super().arrange()
        self.fields["group"].queryset = customer_groups()
        self.fields["preferred_site"].queryset = site_list(user=self.user)
        self.fields["bill_to"].queryset = customer_list(user=self.user).filter(bill_to=None)

    def clean_minimum_fill_percent(self) -> int:
        return self.cleaned_data["minimum_fill_percent"] or 0

    def clean_maximum_shipments(self) -> int:
        return self.cleaned_data["maximum_shipments"] or 0


class CreateCustomerForm(CustomerForm):
    """A new customer with its first address."""

    company = forms.ModelChoiceField(label=_("Customer of"), queryset=None)
    code = code_field(_("Code"), max_length=20, required=False, help_text=_("Empty: the next number"))
    street = forms.CharField(label=_("Street"), max_length=200, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=80, required=False)

    layout = (
        (_("Who"), ("company", "code", "name", "country", "language", "tax_number", "email", "phone")),
        (_("First address"), ("street", "postal_code", "city")),
        (_("Terms"), ("group", "terms", "currency", "tax_treatment", "bill_to", "billing_trigger")),
        (
            _("Service"),
            (
                "ship_rule",
                "minimum_fill_percent",
                "maximum_shipments",
                "preferred_site",
                "po_required",
                "po_unique",
            ),
        ),
        (_("Freight"), ("freight_terms", "freight_account")),
    )

    def arrange(self) -> None:
        super().arrange()
        self.fields["company"].queryset = companies = company_list(user=self.user)
        self.fields["company"].initial = companies.first()


class ChangeCustomerForm(CustomerForm):
    """A customer that exists."""

    is_blocked = forms.BooleanField(label=_("Blocked: no new orders"), required=False)
    layout = (
        (_("Who"), ("name", "country", "language", "tax_number", "email", "phone")),
        (_("Terms"), ("group", "terms", "currency", "tax_treatment", "bill_to", "billing_trigger")),
        (
            _("Service"),
            (
                "ship_rule",
                "minimum_fill_percent",
                "maximum_shipments",
                "preferred_site",
                "po_required",
                "po_unique",
                "is_blocked",
            ),
        ),
        (_("Freight"), ("freight_terms", "freight_account")),
    )


class ShipToForm(GroupedForm):
    """An address that goods go to."""

    code = code_field(_("Code"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=120)
    street = forms.CharField(label=_("Street"), max_length=200, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=80, required=False)
    country = code_field(_("Country"), max_length=2, help_text=_("Two letters, such as BE"))
    is_default = forms.BooleanField(label=_("The usual address"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    layout = (("", ("code", "name", "street", "postal_code", "city", "country", "is_default", "is_active")),)


class SupplierForm(PartyForm):
    """A supplier: who it is and what is agreed."""

    lead_time_days = forms.IntegerField(label=_("Lead time, days"), min_value=0, max_value=999, initial=7)


class CreateSupplierForm(SupplierForm):
    """A new supplier."""

    company = forms.ModelChoiceField(label=_("Supplier of"), queryset=None)
    code = code_field(_("Code"), max_length=20, required=False, help_text=_("Empty: the next number"))
    layout = (
        (_("Who"), ("company", "code", "name", "country", "language", "tax_number", "email", "phone")),
        (_("Terms"), ("terms", "currency", "lead_time_days")),
    )

    def arrange(self) -> None:
        super().arrange()
        self.fields["company"].queryset = companies = company_list(user=self.user)
        self.fields["company"].initial = companies.first()


class ChangeSupplierForm(SupplierForm):
    """A supplier that exists."""

    is_blocked = forms.BooleanField(label=_("Blocked: no new orders"), required=False)
    layout = (
        (_("Who"), ("name", "country", "language", "tax_number", "email", "phone")),
        (_("Terms"), ("terms", "currency", "lead_time_days", "is_blocked")),
    )


class CustomerGroupForm(GroupedForm):
    """A customer group that exists: its code stays."""

    name = forms.CharField(label=_("Name"), max_length=60)
    priority = forms.IntegerField(
        label=_("Priority"),
        min_value=1,
        max_value=9,
        initial=5,
        help_text=_("1 is served first when stock is short"),
    )
    layout = (("", ("code", "name", "priority")),)


class CreateCustomerGroupForm(CustomerGroupForm):
    """A new customer group."""

    code = code_field(_("Code"), help_text=_("It stays"))


class PlaceGroupForm(GroupedForm):
    """The group above."""

    parent = forms.ModelChoiceField(
        label=_("Beneath"),
        queryset=None,
        required=False,
        empty_label=_("none: it stands at the top"),
        help_text=_("Its prices and limits hold for this group too. Three levels at most"),
    )
    layout = (("", ("parent",)),)

    def __init__(self, *args: Any, group: CustomerGroup, **kwargs: Any) -> None:
        self.group = group
        super().__init__(*args, **kwargs)

    def arrange(self) -> None:
        self.fields["parent"].queryset = customer_groups().exclude(pk=self.group.pk)


class PaymentTermsForm(GroupedForm):
    """Payment terms that exist: their code stays."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("As customers read it: 30 days net"))
    days = forms.IntegerField(
        label=_("Days"),
        min_value=0,
        max_value=365,
        help_text=_("From the invoice's date to the day it is due"),
    )
    discount_percent = NumberField(
        label=_("Cash discount in %"), required=False, min_value=0, max_digits=5, decimal_places=2,
        help_text=_("Of the gross amount; blank: none"),
    )  # fmt: skip
    discount_days = forms.IntegerField(
        label=_("Within days"),
        required=False,
        min_value=0,
        max_value=365,
        help_text=_("From the invoice's date"),
    )
    layout = (("", ("code", "name", "days", "discount_percent", "discount_days")),)

    def clean_discount_percent(self) -> Decimal:
        return self.cleaned_data["discount_percent"] or Decimal(0)

    def clean_discount_days(self) -> int:
        return self.cleaned_data["discount_days"] or 0


class CreatePaymentTermsForm(PaymentTermsForm):
    """New payment terms."""

    code = code_field(_("Code"), help_text=_("It stays"))
