"""Forms of tax codes and rules."""

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import DayField, NumberField
from masterdata.formlib import GroupedForm, code_field
from masterdata.items.models import Item
from masterdata.parties.models import Customer
from masterdata.places.queries import company_list

from .models import TaxCode
from .queries import tax_code_list


class TaxCodeForm(GroupedForm):
    """A new tax code."""

    company = forms.ModelChoiceField(label=_("Company"), queryset=None)
    code = code_field(_("Code"))
    name = forms.CharField(label=_("Name"), max_length=80)
    category = forms.ChoiceField(label=_("Category (EN 16931)"), choices=TaxCode.Category.choices)
    rate_percent = NumberField(label=_("Rate, percent"), min_value=0, max_digits=7, decimal_places=4)
    exemption_reason = forms.CharField(
        label=_("Why no tax"), max_length=200, required=False, help_text=_("Printed on the invoice")
    )
    layout = (("", ("company", "code", "name", "category", "rate_percent", "exemption_reason")),)

    def arrange(self) -> None:
        self.fields["company"].queryset = companies = company_list(user=self.user)
        self.fields["company"].initial = companies.first()


class ChangeTaxCodeForm(GroupedForm):
    """A tax code that exists: its code, category and rate stay."""

    name = forms.CharField(label=_("Name"), max_length=80)
    exemption_reason = forms.CharField(
        label=_("Why no tax"), max_length=200, required=False, help_text=_("Printed on the invoice")
    )
    layout = (("", ("name", "exemption_reason")),)


class TaxRuleForm(GroupedForm):
    """Which code applies, from a day on."""

    tax_treatment = forms.ChoiceField(label=_("Customer"), choices=Customer.TaxTreatment.choices)
    tax_class = forms.ChoiceField(label=_("Item"), choices=Item.TaxClass.choices)
    tax_code = forms.ModelChoiceField(label=_("Tax code"), queryset=None)
    valid_from = DayField(label=_("From"), help_text=_("t, +3, 27.11"))
    layout = (("", ("tax_treatment", "tax_class", "tax_code", "valid_from")),)

    def arrange(self) -> None:
        self.fields["tax_code"].queryset = tax_code_list(user=self.user)
