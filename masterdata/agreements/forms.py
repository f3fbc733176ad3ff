"""Forms of prices."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import DayField, NumberField
from masterdata.formlib import GroupedForm, code_field
from masterdata.items.lookups import resolve_codes
from masterdata.items.queries import item_classes, units
from masterdata.parties.models import Customer, CustomerGroup
from masterdata.parties.queries import supplier_list
from masterdata.places.queries import company_list

from .models import Price, PriceScope, SupplierRebate
from .queries import price_scope_list


class PriceForm(GroupedForm):
    """A price or discount from a day on."""

    item = code_field(_("Item"), max_length=60, required=False, help_text=_("Code, GTIN or another number"))
    item_class = forms.ModelChoiceField(
        label=_("or class"), queryset=None, required=False, help_text=_("For a discount on all its items")
    )
    method = forms.ChoiceField(label=_("Kind"), choices=Price.Method.choices)
    value = NumberField(
        label=_("Price, percent or how many are free"), min_value=0, max_digits=18, decimal_places=6
    )
    unit = forms.ModelChoiceField(
        label=_("Per"), queryset=None, required=False, help_text=_("Empty: the sales unit")
    )
    min_quantity = NumberField(
        label=_("From quantity"), min_value=0, max_digits=18, decimal_places=6, required=False,
        help_text=_("Of free goods: for each so many"),
    )  # fmt: skip
    free_item = code_field(
        _("Free is"), max_length=60, required=False, help_text=_("Of free goods: empty for the same item")
    )
    valid_from = DayField(label=_("From"), help_text=_("t, +3, 27.11"))
    reason = forms.CharField(label=_("Why"), max_length=120, required=False)
    layout = (
        (_("For"), ("item", "item_class")),
        (_("Price"), ("method", "value", "unit", "min_quantity", "free_item")),
        (_("When"), ("valid_from", "reason")),
    )

    def arrange(self) -> None:
        self.fields["item_class"].queryset = item_classes()
        self.fields["unit"].queryset = units()

    def clean_item(self) -> int | None:
        """The item that the code names; never a guess."""
        return named_item(self.cleaned_data["item"])

    def clean_free_item(self) -> int | None:
        """The same for what is free."""
        return named_item(self.cleaned_data["free_item"])

    def price(self) -> dict[str, Any]:
        """What `set_price` is asked for, but for the set."""
        entered = self.cleaned_data
        return {
            "item_id": entered["item"],
            "item_class_id": entered["item_class"].pk if entered["item_class"] else None,
            "method": entered["method"],
            "value": entered["value"],
            "unit": entered["unit"].pk if entered["unit"] else "",
            "min_quantity": entered["min_quantity"] or Decimal(0),
            "free_item_id": entered["free_item"],
            "valid_from": entered["valid_from"],
            "reason": entered["reason"],
        }


def named_item(code: str) -> int | None:
    """The id of the one item known by the code, None for an empty one."""
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
    stacking = forms.ChoiceField(
        label=_("How it meets other prices"),
        choices=[("", "–"), *PriceScope.Stacking.choices],
        required=False,
    )
    funded_by = forms.ModelChoiceField(label=_("Paid for by"), queryset=None, required=False)
    funding_percent = NumberField(
        label=_("Share of what it takes off, %"), min_value=0, max_digits=5, decimal_places=2, required=False
    )
    layout = (
        ("", ("company", "kind", "code", "name", "currency")),
        (_("Only for a promotion"), ("stacking", "funded_by", "funding_percent")),
    )

    def arrange(self) -> None:
        self.fields["company"].queryset = companies = company_list(user=self.user)
        self.fields["company"].initial = companies.first()
        self.fields["funded_by"].queryset = supplier_list(user=self.user)


class AssignForm(GroupedForm):
    """Prices that a customer gets, for everything, at one ship-to or for one job."""

    scope = forms.ModelChoiceField(label=_("Prices"), queryset=None)
    ship_to = forms.ModelChoiceField(
        label=_("Only at"), queryset=None, required=False, help_text=_("Empty: at every address")
    )
    job = code_field(
        _("Only for the job"), max_length=30, required=False, help_text=_("As the customer calls it")
    )
    valid_from = DayField(label=_("From"), help_text=_("t, +3, 27.11"))
    valid_to = DayField(label=_("Until before"), required=False)
    layout = (("", ("scope", "ship_to", "job")), (_("When"), ("valid_from", "valid_to")))

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        self.customer = customer
        super().__init__(*args, **kwargs)

    def arrange(self) -> None:
        self.fields["scope"].queryset = price_scope_list(user=self.user)
        self.fields["ship_to"].queryset = self.customer.ship_tos.filter(is_active=True)


class AssignGroupForm(GroupedForm):
    """A group, with every group below it, that gets the prices."""

    group = forms.ModelChoiceField(label=_("Customer group"), queryset=None)
    valid_from = DayField(label=_("From"), help_text=_("t, +3, 27.11"))
    valid_to = DayField(label=_("Until before"), required=False)
    layout = (("", ("group", "valid_from", "valid_to")),)

    def arrange(self) -> None:
        self.fields["group"].queryset = CustomerGroup.objects.order_by("code")


class EndForm(GroupedForm):
    """The first day on which the prices are no longer for this holder."""

    on = DayField(label=_("Ends before"), help_text=_("t, +3, 27.11"))
    layout = (("", ("on",)),)


class RedateForm(GroupedForm):
    """The days of an assignment."""

    valid_from = DayField(label=_("From"), help_text=_("What has begun keeps its day"))
    valid_to = DayField(label=_("Until before"), required=False, help_text=_("Empty: without an end"))
    layout = (("", ("valid_from", "valid_to")),)


class ChangeCouponForm(GroupedForm):
    """A coupon's end and limits; empty: none."""

    valid_to = DayField(label=_("Until before"), required=False)
    most_uses = forms.IntegerField(
        label=_("Orders in all"), min_value=1, required=False, help_text=_("Empty: any number")
    )
    most_per_customer = forms.IntegerField(label=_("Orders of each customer"), min_value=1, required=False)
    layout = ((_("Until"), ("valid_to",)), (_("At most"), ("most_uses", "most_per_customer")))


class CouponForm(GroupedForm):
    """A new code for a promotion."""

    code = code_field(_("Code"), max_length=30, help_text=_("As customers say it, without blanks"))
    valid_from = DayField(label=_("From"), help_text=_("t, +3, 27.11"))
    valid_to = DayField(label=_("Until before"), required=False)
    most_uses = forms.IntegerField(
        label=_("Orders in all"), min_value=1, required=False, help_text=_("Empty: any number")
    )
    most_per_customer = forms.IntegerField(label=_("Orders of each customer"), min_value=1, required=False)
    layout = (
        ("", ("code",)),
        (_("When"), ("valid_from", "valid_to")),
        (_("At most"), ("most_uses", "most_per_customer")),
    )


class AllowanceForm(GroupedForm):
    """An agreement's cap and commitment for an item, or a promotion's budget."""

    item = code_field(_("Item"), max_length=60, required=False, help_text=_("Empty for a promotion's budget"))
    unit = forms.ModelChoiceField(
        label=_("Counted in"), queryset=None, required=False, help_text=_("Empty: the stock unit")
    )
    most = NumberField(
        label=_("At most"), min_value=0, max_digits=18, decimal_places=6, required=False,
        help_text=_("Quantity, or money for a budget"),
    )  # fmt: skip
    commitment = NumberField(
        label=_("Undertaken to buy"), min_value=0, max_digits=18, decimal_places=6, required=False
    )
    layout = (("", ("item", "unit", "most", "commitment")),)

    def arrange(self) -> None:
        self.fields["unit"].queryset = units()

    def clean_item(self) -> int | None:
        """The item that the code names; never a guess."""
        return named_item(self.cleaned_data["item"])


class GroupParentForm(GroupedForm):
    """A customer group and the one above it."""

    group = forms.ModelChoiceField(label=_("Customer group"), queryset=None)
    parent = forms.ModelChoiceField(
        label=_("Stands below"), queryset=None, required=False, help_text=_("Empty: at the top")
    )
    layout = (("", ("group", "parent")),)

    def arrange(self) -> None:
        for name in ("group", "parent"):
            self.fields[name].queryset = CustomerGroup.objects.order_by("code")


class RebateForm(GroupedForm):
    """A supplier's rebate from a day on."""

    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=None)
    item = code_field(_("Item"), max_length=60, required=False, help_text=_("Code, GTIN or another number"))
    item_class = forms.ModelChoiceField(label=_("or class"), queryset=None, required=False)
    method = forms.ChoiceField(label=_("Kind"), choices=SupplierRebate.Method.choices)
    value = NumberField(label=_("Value"), min_value=0, max_digits=18, decimal_places=6)
    reference = forms.CharField(label=_("Supplier's reference"), max_length=40, required=False)
    valid_from = DayField(label=_("From"), help_text=_("t, +3, 27.11"))
    valid_to = DayField(label=_("Until before"), required=False)
    reason = forms.CharField(label=_("Why"), max_length=120)
    layout = (
        (_("Who and what"), ("supplier", "item", "item_class")),
        (_("Rebate"), ("method", "value", "reference")),
        (_("When"), ("valid_from", "valid_to", "reason")),
    )

    def arrange(self) -> None:
        self.fields["supplier"].queryset = supplier_list(user=self.user)
        self.fields["item_class"].queryset = item_classes()

    def clean_item(self) -> int | None:
        """The item that the code names; never a guess."""
        return named_item(self.cleaned_data["item"])
