"""What is typed from a supplier's ship notice."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.forms import DayField, KeyedForm
from inventory.purchasing.models import PurchaseOrderLine

from .actions.confirm_drop_shipment import SentLine


class ShipNoticeForm(KeyedForm):
    """When and by which carrier here, what was sent of each line as fields named after them ("quantity-17")."""

    shipped_on = DayField(label=gettext_lazy("Shipped on"))
    tracking_number = forms.CharField(label=gettext_lazy("Tracking number"), max_length=60, required=False)

    def __init__(self, lines: Sequence[PurchaseOrderLine], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = lines
        self.sent: list[SentLine] = []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for line in self.lines:
            quantity = self.read("quantity", line.pk, _("Line %(n)s") % {"n": line.line})
            if quantity is not None:
                self.sent.append(SentLine(line.pk, quantity))
        if not self.sent and not self.errors:
            self.add_error(None, _("Enter what was sent of at least one line."))
        return cleaned


class ReverseForm(KeyedForm):
    """Why a drop shipment is taken back."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
