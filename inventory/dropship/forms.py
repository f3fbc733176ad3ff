"""What is typed from a supplier's ship notice."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.formats import read_day
from erp.kernel.forms import DayField, KeyedForm
from inventory.purchasing.models import PurchaseOrderLine
from inventory.stock.actions.name_lots import LotName


class ShipNoticeForm(KeyedForm):
    """When and by which carrier here, what was sent of each line as fields named after them ("quantity-17"), with its
    lot and expiry where the item is kept by lot. What came in several lots is entered notice by notice."""

    shipped_on = DayField(label=gettext_lazy("Shipped on"))
    tracking_number = forms.CharField(label=gettext_lazy("Tracking number"), max_length=60, required=False)

    def __init__(self, lines: Sequence[PurchaseOrderLine], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines = lines
        self.sent: list[tuple[PurchaseOrderLine, Decimal, LotName | None]] = []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for line in self.lines:
            quantity = self.read("quantity", line.pk, _("Line %(n)s") % {"n": line.line})
            if quantity is not None:
                self.sent.append((line, quantity, self._lot_of(line)))
        if not self.sent and not self.errors:
            self.add_error(None, _("Enter what was sent of at least one line."))
        return cleaned

    def _lot_of(self, line: PurchaseOrderLine) -> LotName | None:
        code, expiry = self.typed("lot", line.pk), self.typed("expires", line.pk)
        if not line.item.lot_tracked or not code:
            return None
        try:
            expires_on = read_day(expiry, timezone.localdate()) if expiry else None
        except ValueError as problem:
            self.add_error(None, f"{_('Line %(n)s') % {'n': line.line}}: {problem}")
            return None
        return LotName(line.item_id, code, expires_on)


class ReverseForm(KeyedForm):
    """Why a drop shipment is taken back."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
