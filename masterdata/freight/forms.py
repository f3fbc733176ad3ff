"""Forms of freight tariffs and their rates."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import DayField, NumberField
from masterdata.formlib import GroupedForm, code_field
from masterdata.items.models import Item
from masterdata.places.queries import company_list

from .models import FreightTariff
from .queries import tariff_list


class TermsForm(GroupedForm):
    """What may change of a tariff."""

    name = forms.CharField(label=_("Name"), max_length=80)
    item = forms.ModelChoiceField(
        label=_("Charged as"),
        queryset=None,
        help_text=_("A service item: it says how freight is taxed and booked"),
    )
    free_from = NumberField(
        label=_("Free from"),
        required=False,
        min_value=0,
        max_digits=16,
        decimal_places=2,
        help_text=_("Net value of the goods; empty: never free"),
    )
    surcharge_percent = NumberField(
        label=_("Surcharge, percent"),
        min_value=0,
        max_value=100,
        max_digits=7,
        decimal_places=4,
        initial=Decimal(0),
    )

    def arrange(self) -> None:
        self.fields["item"].queryset = Item.objects.filter(kind=Item.Kind.SERVICE).order_by("code")


class ChangeTariffForm(TermsForm):
    """A tariff that exists: its code, basis and days stay."""

    layout = (("", ("name", "item", "free_from", "surcharge_percent")),)


class TariffForm(TermsForm):
    """A new tariff."""

    company = forms.ModelChoiceField(label=_("Company"), queryset=None)
    code = code_field(_("Code"))
    basis = forms.ChoiceField(label=_("Charged by"), choices=FreightTariff.Basis.choices)
    valid_from = DayField(label=_("From"), help_text=_("The tariff that holds then ends that day"))
    copy = forms.ModelChoiceField(label=_("Rates as in"), queryset=None, required=False)
    layout = (
        (
            "",
            (
                "company", "code", "name", "item", "basis", "valid_from", "free_from", "surcharge_percent", "copy",
            ),
        ),
    )  # fmt: skip

    def arrange(self) -> None:
        super().arrange()
        self.fields["company"].queryset = companies = company_list(user=self.user)
        self.fields["company"].initial = companies.first()
        self.fields["copy"].queryset = tariff_list(user=self.user)


class RateForm(GroupedForm):
    """One break."""

    country = code_field(_("Country"), max_length=2, required=False, help_text=_("Empty: anywhere"))
    postal_prefix = code_field(
        _("Postal codes that begin with"),
        max_length=10,
        required=False,
        help_text=_("Empty: the whole country"),
    )
    from_amount = NumberField(
        label=_("From"), min_value=0, max_digits=16, decimal_places=4, initial=Decimal(0),
        help_text=_("kg, or net value of the goods"),
    )  # fmt: skip
    charge = NumberField(label=_("Charge"), min_value=0, max_digits=16, decimal_places=2)
    per_unit = NumberField(
        label=_("And for each"), min_value=0, max_digits=16, decimal_places=6, initial=Decimal(0),
        help_text=_("per kg, or share of the value: 0.02 is 2 %"),
    )  # fmt: skip
    layout = (("", ("country", "postal_prefix", "from_amount", "charge", "per_unit")),)
