"""What procurement types."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.formats import read_number
from erp.kernel.forms import DayField, Form, KeyedForm, NumberField
from masterdata.items.lookups import resolve_codes
from masterdata.items.models import ItemUnit
from masterdata.parties.models import Supplier
from masterdata.places.models import Site
from masterdata.places.queries import site_list

from .actions.create_purchase_order import PurchaseLine
from .needs import Need

ROWS = 8
COLUMNS = ("item", "quantity", "unit", "cost")


class PurchaseOrderForm(Form):
    """A new purchase order: the header here, its lines as parallel columns of the same request."""

    supplier = forms.ModelChoiceField(label=gettext_lazy("Supplier"), queryset=Supplier.objects.none())
    site = forms.ModelChoiceField(label=gettext_lazy("Deliver to"), queryset=Site.objects.none())
    due_on = DayField(label=gettext_lazy("Due"))
    key = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(self, user: Any, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        sites = site_list(user=user).filter(is_active=True)
        self.fields["site"].queryset = sites
        companies = sites.values("company")
        self.fields["supplier"].queryset = Supplier.objects.filter(
            company__in=companies, is_blocked=False
        ).select_related("party")
        self.lines: list[PurchaseLine] = []

    @property
    def rows(self) -> list[dict[str, str]]:
        """The lines as typed, filled up with blank ones."""
        typed = []
        if isinstance(self.data, QueryDict):
            columns = [self.data.getlist(name) for name in COLUMNS]
            typed = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*columns, strict=False)]
        return typed + [dict.fromkeys(COLUMNS, "") for _row in range(ROWS - len(typed))]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        filled = [row for row in self.rows if any(value.strip() for value in row.values())]
        known = resolve_codes(row["item"] for row in filled)
        for place, row in enumerate(filled, 1):
            item_id = known.get(row["item"])
            if item_id is None:
                self.add_error(
                    None, _("Line %(n)s: there is no item “%(code)s”.") % {"n": place, "code": row["item"]}
                )
                continue
            try:
                quantity, cost = read_number(row["quantity"]), read_number(row["cost"] or "0")
            except ValueError as problem:
                self.add_error(None, _("Line %(n)s: %(problem)s") % {"n": place, "problem": problem})
                continue
            self.lines.append(
                PurchaseLine(item_id, Decimal(quantity), row["unit"].strip().upper(), Decimal(cost))
            )
        if not filled:
            self.add_error(None, _("Enter at least one line."))
        return cleaned


class CancelLineForm(Form):
    """Why what is open of a line is given up."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    key = forms.CharField(widget=forms.HiddenInput, max_length=80)


class BuyForm(KeyedForm):
    """From whom, how much, at which cost, by when."""

    supplier = forms.ModelChoiceField(label=gettext_lazy("Supplier"), queryset=Supplier.objects.none())
    quantity = NumberField(label=gettext_lazy("Quantity"), max_digits=18, decimal_places=6)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Unit"), queryset=ItemUnit.objects.none(), to_field_name="unit_id"
    )
    unit_cost = NumberField(
        label=gettext_lazy("Cost per unit"), min_value=Decimal(0), max_digits=18, decimal_places=6
    )
    due_on = DayField(label=gettext_lazy("Due"))

    def __init__(self, need: Need, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        sellers = Supplier.objects.filter(company=need.demand.group.company_id, is_blocked=False)
        self.fields["supplier"].queryset = sellers.select_related("party")
        self.fields["supplier"].widget.attrs["data-focus"] = ""  # Ctrl Enter orders at once
        self.fields["unit"].queryset = ItemUnit.objects.filter(item=need.demand.item_id)
        self.fields["unit"].label_from_instance = lambda row: row.unit_id
