"""What is typed at the dock."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.formats import read_day, read_number
from erp.kernel.forms import Form
from inventory.purchasing.models import PurchaseOrderLine
from masterdata.places.models import Bin


@dataclass(frozen=True, slots=True)
class Arrived:
    """One line as it was counted at the dock, in the stock unit."""

    line: PurchaseOrderLine
    quantity: Decimal
    bin_id: int
    lot: str
    expires_on: date | None


class ReceiveForm(Form):
    """A receipt: its delivery note here, its lines as fields named after them ("quantity-17")."""

    delivery_note = forms.CharField(label=gettext_lazy("Delivery note"), max_length=40, required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(
        self,
        lines: list[PurchaseOrderLine],
        bins: dict[str, int],
        data: QueryDict | None = None,
        **options: object,
    ) -> None:
        super().__init__(data, **options)
        self.lines, self.bins = lines, bins
        self.arrived: list[Arrived] = []

    def typed(self, name: str, line: PurchaseOrderLine) -> str:
        return str(self.data.get(f"{name}-{line.pk}", "")).strip()

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        for line in self.lines:
            if self.typed("quantity", line):
                try:
                    self.arrived.append(self._arrived(line))
                except ValueError as problem:
                    self.add_error(None, _("Line %(n)s: %(problem)s") % {"n": line.line, "problem": problem})
        if not self.arrived and not self.errors:
            self.add_error(None, _("Enter what has arrived of at least one line."))
        return cleaned

    def _arrived(self, line: PurchaseOrderLine) -> Arrived:
        code, lot, expiry = self.typed("bin", line), self.typed("lot", line), self.typed("expires", line)
        bin_id = self.bins.get(code.upper())
        if bin_id is None:
            raise ValueError(_("there is no bin “%(code)s” that goods are taken into.") % {"code": code})
        if line.item.lot_tracked and not lot:
            raise ValueError(_("the item is kept by lot; enter the lot."))
        expires_on = read_day(expiry, timezone.localdate()) if expiry else None
        return Arrived(line, read_number(self.typed("quantity", line)), bin_id, lot, expires_on)


def bins_of(site_id: int) -> dict[str, int]:
    """Bins of a site that goods are taken into, by their code in upper case."""
    usable = Bin.objects.filter(site=site_id, is_active=True, kind__in=Bin.PICKABLE)
    return {code.upper(): pk for pk, code in usable.values_list("pk", "code")}
