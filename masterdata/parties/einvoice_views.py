"""The form that says how a customer gets its invoices."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from erp.kernel.command import By
from masterdata.formlib import GroupedForm, code_field
from masterdata.pages import OfRecord, values_of

from .actions.set_einvoice_profile import set_einvoice_profile
from .models import Customer, EInvoiceProfile
from .permissions import CHANGE_CUSTOMER
from .queries import einvoice_profile_of
from .views import CUSTOMERS


class EInvoiceProfileForm(GroupedForm):
    """Format, references and addresses of a customer's e-invoices."""

    format = forms.ChoiceField(label=_("Format"), choices=EInvoiceProfile.Format.choices)
    buyer_reference = forms.CharField(
        label=_("Buyer reference"),
        max_length=100,
        required=False,
        help_text=_("What the customer routes invoices by: a Leitweg-ID, a cost centre"),
    )
    endpoint_scheme = code_field(
        _("Scheme of the electronic address"),
        max_length=4,
        required=False,
        help_text=_("A code of the EAS list: 0208 for a Belgian enterprise number, EM for e-mail"),
    )
    endpoint_id = forms.CharField(label=_("Electronic address"), max_length=80, required=False)
    email = forms.EmailField(
        label=_("Send to"), required=False, help_text=_("Empty: to the customer's e-mail address")
    )
    layout = (
        (_("Document"), ("format", "buyer_reference")),
        (_("Where it goes"), ("endpoint_scheme", "endpoint_id", "email")),
    )


class EInvoiceProfileSet(OfRecord):
    of = CUSTOMERS
    permission = CHANGE_CUSTOMER
    form_class = EInvoiceProfileForm
    title, verb = _("E-invoice"), _("Save")
    row: Customer

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return values_of(einvoice_profile_of(self.row), (*self.form_class.base_fields,))

    def perform(self, by: By, form: EInvoiceProfileForm) -> str:
        set_einvoice_profile(by, customer_id=self.row.pk, version=form.opened_on, **form.changes())
        return self.there()
