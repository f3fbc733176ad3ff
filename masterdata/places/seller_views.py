"""The form that says what e-invoices say of a company."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from erp.kernel.command import By
from masterdata.formlib import GroupedForm, code_field
from masterdata.pages import OfRecord, values_of

from .actions.set_seller_details import FIELDS, set_seller_details
from .models import Company
from .permissions import CHANGE_SELLER
from .queries import seller_details_of
from .views import COMPANIES


class SellerDetailsForm(GroupedForm):
    """The seller as EN 16931 wants it: name, registers, address, contact, bank account."""

    legal_name = forms.CharField(
        label=_("Name"), max_length=120, required=False, help_text=_("Empty: the company's name")
    )
    tax_number = code_field(
        _("Tax number"),
        max_length=30,
        required=False,
        help_text=_("A VAT identifier starts with its country, such as BE0477472701"),
    )
    registration_number = forms.CharField(label=_("Register number"), max_length=40, required=False)
    street = forms.CharField(label=_("Street"), max_length=200, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=80, required=False)
    endpoint_scheme = code_field(
        _("Scheme of the electronic address"),
        max_length=4,
        required=False,
        help_text=_("A code of the EAS list: 0208 for a Belgian enterprise number, EM for e-mail"),
    )
    endpoint_id = forms.CharField(label=_("Electronic address"), max_length=80, required=False)
    contact_name = forms.CharField(label=_("Contact"), max_length=80, required=False)
    contact_phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    account_name = forms.CharField(label=_("Account holder"), max_length=80, required=False)
    account_number = forms.CharField(
        label=_("Account"), max_length=42, required=False, help_text=_("An IBAN where the country has one")
    )
    bic = code_field(_("BIC"), max_length=11, required=False)
    layout = (
        (_("Seller"), ("legal_name", "tax_number", "registration_number")),
        (_("Address"), ("street", "postal_code", "city", "endpoint_scheme", "endpoint_id")),
        (_("Contact"), ("contact_name", "contact_phone", "contact_email")),
        (_("Paid to"), ("account_name", "account_number", "bic")),
    )


class SellerDetailsSet(OfRecord):
    of = COMPANIES
    permission = CHANGE_SELLER
    form_class = SellerDetailsForm
    title, verb = _("Seller on e-invoices"), _("Save")
    row: Company

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        kept = values_of(seller_details_of(self.row), (*FIELDS, "version"))
        return {**kept, "tax_number": self.row.tax_number}

    def perform(self, by: By, form: SellerDetailsForm) -> str:
        set_seller_details(by, company_id=self.row.pk, version=form.opened_on, values=form.changes())
        return self.there()
