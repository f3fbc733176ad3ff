"""Forms of prices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import DayField, NumberField
from masterdata.formlib import GroupedForm, code_field
from masterdata.items.lookups import resolve_codes
from masterdata.items.queries import item_classes, units
from masterdata.places.queries import company_list

from .models import Price, PriceScope
from .queries import price_scope_list


class PriceForm(GroupedForm):
    """A price or discount from a day on."""

    item = code_field(_("Item"), max_length=60, required=False, help_text=_("Code, GTIN or another number"))
    item_class = forms.ModelChoiceField(
        label=_("or class"), queryset=None, required=False, help_text=_("For a discount on all its items")
    )
    method = forms.ChoiceField(label=_("Kind"), choices=Price.Method.choices)
    value = NumberField(label=_("Price or percent"), min_value=0, max_digits=18, decimal_places=6)
    unit = forms.ModelChoiceField(
        label=_("Per"), queryset=None, required=False, help_text=_("Empty: the sales unit")
    )
    min_quantity = NumberField(
        label=_("From quantity"), min_value=0, max_digits=18, decimal_places=6, required=False
    )
    valid_from = DayField(label=_("From"), help_text=_("t, +3, 27.11"))
    reason = forms.CharField(label=_("Why"), max_length=120, required=False)
    layout = (
        (_("For"), ("item", "item_class")),
        (_("Price"), ("method", "value", "unit", "min_quantity")),
        (_("When"), ("valid_from", "reason")),
    )

    def arrange(self) -> None:
        self.fields["item_class"].queryset = item_classes()
        self.fields["unit"].queryset = units()

    def clean_item(self) -> int | None:
        """The item that the code names; never a guess."""
        code = self.cleaned_data["item"]
        if not code:
            return None
        found = resolve_codes([code]).get(code)
        if found is None:
            raise forms.ValidationError(_("No single item has this number."))
        return found


class PriceScopeForm(GroupedForm):
    """A new list, group terms or agreement."""

    company = forms.ModelChoiceField(label=_("Company"), queryset=None)
    kind = forms.ChoiceField(label=_("Kind"), choices=PriceScope.Kind.choices)
    code = code_field(_("Code"), max_length=30)
    name = forms.CharField(label=_("Name"), max_length=120)
    currency = code_field(_("Currency"), max_length=3, required=False, help_text=_("Empty: the company's"))
    layout = (("", ("company", "kind", "code", "name", "currency")),)

    def arrange(self) -> None:
        self.fields["company"].queryset = companies = company_list(user=self.user)
        self.fields["company"].initial = companies.first()


class AssignForm(GroupedForm):
    """Prices that a customer gets."""

    scope = forms.ModelChoiceField(label=_("Prices"), queryset=None)
    valid_from = DayField(label=_("From"), help_text=_("t, +3, 27.11"))
    valid_to = DayField(label=_("Until before"), required=False)
    layout = (("", ("scope", "valid_from", "valid_to")),)

    def arrange(self) -> None:
        self.fields["scope"].queryset = price_scope_list(user=self.user)
