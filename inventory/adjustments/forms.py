"""What people type when they change stock by hand."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import Form, KeyedForm, NumberField
from inventory.stock.models import Lot, Status
from inventory.stock.statuses import BY_HAND
from masterdata.formlib import code_field
from masterdata.items.lookups import resolve_codes
from masterdata.places.models import Bin
from masterdata.places.queries import site_list

from .models import Reason

CHOICES = [(status.value, status.label) for status in BY_HAND]


class TargetForm(Form):
    """The status that the chosen goods get, and why."""

    target = forms.ChoiceField(label=_("New status"), choices=CHOICES)
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_(
            "All that no pick is bound to changes. Order lines that lose stock by it are promised anew."
        ),
    )


class StatusForm(KeyedForm):
    """A part of what lies in one place, and the status it gets."""

    target = forms.ChoiceField(label=_("New status"))
    quantity = NumberField(label=_("Quantity"))
    reason = forms.CharField(label=_("Why"), max_length=200)

    def __init__(self, *args: Any, targets: Sequence[Status], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = [(status.value, status.label) for status in targets]


class RefuseForm(Form):
    """Why an adjustment is refused."""

    reason = forms.CharField(label=_("Why not?"), max_length=200)


class AdjustForm(KeyedForm):
    """More or less of one item in one place."""

    site = forms.ModelChoiceField(label=_("Site"), queryset=None, empty_label=None)
    item = code_field(_("Item"), max_length=40, help_text=_("Code or barcode"))
    bin = code_field(_("Bin"), max_length=20)
    lot = code_field(_("Lot"), required=False, max_length=40)
    status = forms.ChoiceField(label=_("Status"), choices=CHOICES, initial=Status.AVAILABLE)
    quantity = NumberField(
        label=_("Difference"),
        help_text=_("In the stock unit: 3 when there are three more, −3 when three fewer"),
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=Reason.choices)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = site_list(user=user)

    def clean_item(self) -> int:
        code = self.cleaned_data["item"].replace("\0", "").strip()
        found = resolve_codes([code]).get(code)
        if found is None:
            raise forms.ValidationError(_t("No item is known by this code."))
        return found

    def clean_quantity(self) -> Decimal:
        quantity: Decimal = self.cleaned_data["quantity"]
        if not quantity:
            raise forms.ValidationError(_t("Say how many more or fewer there are."))
        return quantity

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        site, item_id = cleaned.get("site"), cleaned.get("item")
        if site and cleaned.get("bin"):
            found = Bin.objects.filter(site=site, code__iexact=cleaned["bin"].strip()).first()
            if found is None:
                self.add_error("bin", _t("%(site)s has no such bin.") % {"site": site.code})
            cleaned["bin_id"] = found.pk if found else None
        cleaned["lot_id"] = None
        if item_id and cleaned.get("lot"):
            lot = Lot.objects.filter(item=item_id, code=cleaned["lot"].strip()).first()
            if lot is None:
                self.add_error("lot", _t("The item has no such lot."))
            cleaned["lot_id"] = lot.pk if lot else None
        return cleaned
