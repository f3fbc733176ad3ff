"""What is typed about goods that go back to a supplier."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.forms import KeyedForm, NumberField
from inventory.stock.models import StockBalance

from .actions.send_back import BackLine
from .queries import ToSend


class SendBackForm(KeyedForm):
    """The header here, quantity and price of each place as fields named after it ("quantity-17", "cost-17"). A
    blank price is that of the last time."""

    authorisation = forms.CharField(
        label=gettext_lazy("Supplier's authorisation"), max_length=60, required=False
    )
    tracking_number = forms.CharField(label=gettext_lazy("Tracking number"), max_length=60, required=False)
    note = forms.CharField(label=gettext_lazy("Note to the supplier"), max_length=400, required=False)

    def __init__(self, goods: ToSend, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.goods = goods
        self.lines: list[BackLine] = []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for row, _cost in self.goods.rows:
            quantity = self.read("quantity", row.pk, row.item.code)
            cost = self.read("cost", row.pk, row.item.code)
            if quantity:
                self.lines.append(BackLine(row.item_id, row.bin_id, row.lot_id, quantity, cost))
        if not self.lines and not self.errors:
            self.add_error(None, _("Enter how much of at least one row goes back."))
        return cleaned

    def rows(self) -> list[dict[str, Any]]:
        """The places with what was typed; at first all of each, at the price of the last time."""
        return [self._row(row, cost) for row, cost in self.goods.rows]

    def _row(self, row: StockBalance, cost: Decimal) -> dict[str, Any]:
        if not self.is_bound:
            return {"place": row, "quantity": None, "cost": cost}
        return {
            "place": row,
            "quantity": self.typed("quantity", row.pk),
            "typed_cost": self.typed("cost", row.pk),
        }


class AnswerForm(KeyedForm):
    """What the supplier credits; zero is a denial."""

    credited = NumberField(
        label=gettext_lazy("Supplier credits"), min_value=0, decimal_places=2, max_digits=18
    )
    reference = forms.CharField(label=gettext_lazy("Credit note, or who denied it"), max_length=60)
