"""What planners type."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import DayField, KeyedForm, NumberField, VersionedForm
from inventory.transfers.forms import DismissForm
from masterdata.formlib import GroupedForm, code_field
from masterdata.items.lookups import resolve_codes
from masterdata.items.models import ItemClass
from masterdata.parties.models import Supplier
from masterdata.places.queries import site_list

from .actions.set_stocking_policy import StockingTerms
from .models import Method, Stocking
from .queries import companies_in_reach

ALL = _("All")
HOUSE = _("As the house says")


class DismissOneForm(KeyedForm, DismissForm):
    """Why a proposal is not wanted, on its page."""


class EditForm(VersionedForm, KeyedForm):
    """How much is ordered instead, and from whom."""

    quantity = NumberField(
        label=_("Quantity"),
        max_digits=18,
        decimal_places=6,
        help_text=_("In the stock unit; whole packs are ordered"),
    )
    supplier = forms.ModelChoiceField(
        label=_("From"), queryset=Supplier.objects.none(), required=False, empty_label=_("As proposed")
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, sellers: list[int], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["supplier"].queryset = Supplier.objects.filter(pk__in=sellers).select_related("party")
        if not sellers:
            del self.fields["supplier"]


def _quantity(label: Any, help_text: Any = "") -> NumberField:
    return NumberField(label=label, required=False, help_text=help_text, max_digits=18, decimal_places=6)


class TermsForm(GroupedForm):
    """How something is stocked; what is left empty follows the house's policies."""

    stocking = forms.ChoiceField(label=_("Kept"), choices=Stocking.choices)
    method = forms.ChoiceField(label=_("Method"), choices=[("", HOUSE), *Method.choices], required=False)
    service_level = NumberField(
        label=_("Service level, %"), required=False, min_value=Decimal(50), max_value=Decimal("99.99"),
        max_digits=5, decimal_places=2,
    )  # fmt: skip
    minimum = _quantity(_("Minimum"), _("Of minimum and maximum: ordered when the position is not above it"))
    maximum = _quantity(_("Maximum"))
    order_quantity = _quantity(_("Order quantity"), _("Of reorder point and economic quantity"))
    order_minimum = _quantity(_("Never buy less than"))
    order_multiple = _quantity(_("Buy in multiples of"))
    reviewer = forms.CharField(label=_("Reviewer"), max_length=80, required=False)
    review_on = DayField(label=_("Review on"), required=False, help_text=_("+90, 31.12"))
    reason = forms.CharField(label=_("Why"), max_length=200)
    layout: Any = (
        (_("How"), ("stocking", "method", "service_level")),
        (_("Quantities, in the stock unit"), (
            "minimum", "maximum", "order_quantity", "order_minimum", "order_multiple",
        )),
        (_("Looked at again"), ("reviewer", "review_on", "reason")),
    )  # fmt: skip

    @property
    def terms(self) -> StockingTerms:
        return StockingTerms(**{name: self.cleaned_data[name] for name in StockingTerms.__slots__})


class NewPolicyForm(TermsForm):
    """A policy for an item or a class, at one site or at all."""

    company = forms.ModelChoiceField(label=_("Company"), queryset=None, empty_label=None)
    site = forms.ModelChoiceField(label=_("Site"), queryset=None, required=False, empty_label=ALL)
    item = code_field(_("Item"), max_length=40, required=False, help_text=_("Code or barcode; or a class"))
    item_class = forms.ModelChoiceField(
        label=_("Item class"), queryset=ItemClass.objects.all(), required=False, empty_label="–"
    )
    layout = ((_("What and where"), ("company", "site", "item", "item_class")), *TermsForm.layout)

    def arrange(self) -> None:
        self.fields["company"].queryset = companies_in_reach(self.user)
        self.fields["site"].queryset = site_list(user=self.user)

    def clean_item(self) -> int | None:
        code: str = self.cleaned_data["item"].replace("\0", "").strip()
        if not code:
            return None
        found = resolve_codes([code]).get(code)
        if found is None:
            raise forms.ValidationError(_("No item is known by this code."))
        return found
