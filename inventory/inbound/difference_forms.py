"""What is entered of goods that did not come as they should."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import Form, KeyedForm, NumberField
from inventory.purchasing.models import PurchaseOrderLine
from masterdata.formlib import code_field
from masterdata.items.lookups import resolve_codes

from .models import ReceiptDifference
from .rules import OUTCOMES

Kind, Outcome = ReceiptDifference.Kind, ReceiptDifference.Outcome
PHOTOS = "image/jpeg,image/png"


class ReportForm(KeyedForm):
    """What is wrong with one line of a delivery; with a photo, if there is one."""

    line = forms.ChoiceField(label=_("Line"))
    kind = forms.ChoiceField(label=_("What is wrong?"), choices=Kind.choices, widget=forms.RadioSelect)
    quantity = NumberField(label=_("Quantity"))
    item = code_field(_("Wrong item: what came instead"), max_length=40, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)
    photo = forms.FileField(label=_("Photo"), required=False)

    def __init__(self, lines: list[PurchaseOrderLine], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen: Any = self.fields["line"]
        chosen.choices = [(str(line.pk), f"{line.line} · {line.item}") for line in lines]
        self.fields["photo"].widget.attrs |= {"accept": PHOTOS, "capture": "environment"}

    def clean_item(self) -> int | None:
        """The item behind a code or a label; None for none."""
        code = self.cleaned_data["item"].strip()
        found = resolve_codes([code]).get(code) if code else None
        if code and found is None:
            raise forms.ValidationError(_t("There is no item with this code. Describe it in the note."))
        return found


class ResolveForm(KeyedForm):
    """What becomes of the goods."""

    outcome = forms.ChoiceField(label=_("What becomes of it?"), widget=forms.RadioSelect)
    note = forms.CharField(label=_("What was agreed"), max_length=200)
    claim_reference = forms.CharField(
        label=_("Claim number"),
        max_length=60,
        required=False,
        help_text=_("Under which the supplier was asked for it"),
    )

    def __init__(self, kind: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        outcome: Any = self.fields["outcome"]
        outcome.choices = [(each.value, each.label) for each in OUTCOMES[kind]]


class BuyerForm(Form):
    """Who clears it."""

    owner = forms.CharField(label=_("Owner"), max_length=80, help_text=_("Sign-in name"))
