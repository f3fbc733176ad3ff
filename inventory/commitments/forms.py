"""Forms of allocation."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import DayField, Form, NumberField
from masterdata.formlib import GroupedForm, code_field
from masterdata.items.lookups import resolve_codes
from masterdata.items.models import ItemClass
from masterdata.parties.models import CustomerGroup
from masterdata.places.queries import company_list, site_list

from .models import AllocationPolicy

ALL = _("All")


class AllocationPolicyForm(GroupedForm):
    """How a class of customers is served when stock is scarce."""

    company = forms.ModelChoiceField(label=_("Company"), queryset=None, empty_label=None)
    site = forms.ModelChoiceField(label=_("Site"), queryset=None, required=False, empty_label=ALL)
    customer_class = forms.ModelChoiceField(
        label=_("Customer class"), queryset=CustomerGroup.objects.all(), required=False, empty_label=ALL
    )
    item_class = forms.ModelChoiceField(
        label=_("Item class"), queryset=ItemClass.objects.all(), required=False, empty_label=ALL
    )
    priority = forms.IntegerField(
        label=_("Priority"), min_value=1, max_value=99, help_text=_("1 is served first")
    )
    method = forms.ChoiceField(label=_("Among equals"), choices=AllocationPolicy.Method.choices)
    stance = forms.ChoiceField(
        label=_("When stock is shared anew"),
        choices=AllocationPolicy.Stance.choices,
        initial=AllocationPolicy.Stance.REDISTRIBUTE,
    )
    valid_from = DayField(label=_("From"), help_text=_("t, +3, 27.11"))
    reason = forms.CharField(label=_("Why"), max_length=200)
    layout = (
        (_("Who and what"), ("company", "site", "customer_class", "item_class")),
        (_("How"), ("priority", "method", "stance")),
        ("", ("valid_from", "reason")),
    )

    def arrange(self) -> None:
        self.fields["company"].queryset = company_list(user=self.user)
        self.fields["site"].queryset = site_list(user=self.user)
        self.fields["valid_from"].initial = timezone.localdate()


class QuotaForm(GroupedForm):
    """Stock that is kept for a class of customers."""

    site = forms.ModelChoiceField(label=_("Site"), queryset=None, empty_label=None)
    item = code_field(_("Item"), max_length=40, help_text=_("Code or barcode"))
    customer_class = forms.ModelChoiceField(
        label=_("For"), queryset=CustomerGroup.objects.all(), empty_label=None
    )
    quantity = NumberField(label=_("Quantity"), help_text=_("In the item's stock unit"))
    expires_on = DayField(label=_("Until"), help_text=_("From this day on nothing is kept: +30, 31.12"))
    reason = forms.CharField(label=_("Why"), max_length=200)
    layout = (("", ("site", "item", "customer_class", "quantity", "expires_on", "reason")),)

    def arrange(self) -> None:
        self.fields["site"].queryset = site_list(user=self.user)

    def clean_item(self) -> int:
        code: Any = self.cleaned_data["item"].replace("\0", "").strip()
        found = resolve_codes([code]).get(code)
        if found is None:
            raise forms.ValidationError(_("No item is known by this code."))
        return found


class EndQuotaForm(Form):
    """Why a quota ends before its day."""

    reason = forms.CharField(label=_("Why does it end?"), max_length=200)
