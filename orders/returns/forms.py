"""What is typed about returns: what is asked back, counted at the dock, and decided at inspection."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.forms import KeyedForm, NumberField
from masterdata.places.models import Bin

from .actions.dispose_return import Disposal
from .actions.receive_return import CountedLine
from .kits import ReturnKitRequest
from .models import Reason, ReturnDisposition, ReturnLine, ReturnReceipt
from .queries import Returnable, ReturnableKit
from .rules import ReturnLineRequest


class RequestForm(KeyedForm):
    """The lines of an order with quantities to return, one reason for each."""

    note = forms.CharField(label=gettext_lazy("Note"), max_length=400, required=False)

    def __init__(
        self, *args: Any, lines: Sequence[Returnable], kits: Sequence[ReturnableKit] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines, self.kits = lines, kits
        self.wanted: list[ReturnLineRequest] = []
        self.wanted_kits: list[ReturnKitRequest] = []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for row in self.lines:
            quantity = self.read("quantity", row.key, row.line.item.name)
            if quantity:
                reason = self.typed("reason", row.key)
                if reason not in Reason.values:
                    self.add_error(None, _("%(item)s: choose a reason.") % {"item": row.line.item.name})
                lot_id = row.lot.pk if row.lot else None
                self.wanted.append(ReturnLineRequest(row.line.pk, quantity, reason, lot_id))
        for kit in self.kits:
            quantity = self.read("kits", kit.line.pk, kit.line.item.name)
            if quantity:
                reason = self.typed("kit-reason", kit.line.pk)
                if reason not in Reason.values:
                    self.add_error(None, _("%(item)s: choose a reason.") % {"item": kit.line.item.name})
                named = {self.typed(f"lot-{kit.line.pk}", item.pk) for item, _lots in kit.lots}
                lots = [lot.pk for _item, found in kit.lots for lot in found if str(lot.pk) in named]
                self.wanted_kits.append(ReturnKitRequest(kit.line.pk, quantity, reason, lots))
        if not self.wanted and not self.wanted_kits and not self.errors:
            self.add_error(None, _("Enter what comes back of at least one line."))
        return cleaned

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "of": row,
                "quantity": self.typed("quantity", row.key),
                "reason": self.typed("reason", row.key),
            }
            for row in self.lines
        ]

    def kit_rows(self) -> list[dict[str, Any]]:
        """The kits as they stand in the form."""
        return [
            {
                "of": kit,
                "quantity": self.typed("kits", kit.line.pk),
                "reason": self.typed("kit-reason", kit.line.pk),
                "lots": [(item, lots, self.typed(f"lot-{kit.line.pk}", item.pk)) for item, lots in kit.lots],
            }
            for kit in self.kits
        ]


class ReceiveForm(KeyedForm):
    """What was counted of each line, without a look at what was authorised."""

    def __init__(
        self, *args: Any, lines: Sequence[ReturnLine], bins: dict[str, Bin], default: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines, self.bins, self.default = lines, bins, default
        self.counted: list[CountedLine] = []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for line in self.lines:
            quantity = self.read("quantity", line.pk, line.item.name)
            if quantity is not None:
                found = self.bins.get(self.typed("bin", line.pk).upper())
                if found is None:
                    self.add_error(None, _("%(item)s: name a bin of this site.") % {"item": line.item.name})
                else:
                    self.counted.append(CountedLine(line.pk, quantity, found.pk))
        if not self.counted and not self.errors:
            self.add_error(None, _("Enter what was counted of at least one line."))
        return cleaned

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "line": line,
                "quantity": self.typed("quantity", line.pk),
                "bin": self.typed("bin", line.pk) if self.is_bound else self.default,
            }
            for line in self.lines
        ]


class InspectForm(KeyedForm):
    """How each receipt is split over its dispositions."""

    def __init__(
        self, *args: Any, receipts: Sequence[ReturnReceipt], bins: dict[str, Bin], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.receipts, self.bins = receipts, bins
        self.disposed: list[Disposal] = []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for receipt in self.receipts:
            found = self.bins.get((self.typed("bin", receipt.pk) or receipt.bin.code).upper())
            if found is None:
                self.add_error(
                    None, _("%(item)s: name a bin of this site.") % {"item": receipt.line.item.name}
                )
                continue
            for kind, label in ReturnDisposition.Kind.choices:
                quantity = self.read(kind, receipt.pk, f"{receipt.line.item.name}, {label}")
                if quantity:
                    refused = bool(self.typed("refused", receipt.pk))
                    note = self.typed("note", receipt.pk)
                    self.disposed.append(Disposal(receipt.pk, kind, quantity, found.pk, not refused, note))
        if not self.disposed and not self.errors:
            self.add_error(None, _("Enter where at least one piece goes."))
        return cleaned

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "receipt": receipt,
                "kinds": [
                    (kind, label, self.typed(kind, receipt.pk))
                    for kind, label in ReturnDisposition.Kind.choices
                ],
                "bin": self.typed("bin", receipt.pk) if self.is_bound else receipt.bin.code,
                "refused": bool(self.typed("refused", receipt.pk)),
                "note": self.typed("note", receipt.pk),
            }
            for receipt in self.receipts
        ]


class ApproveForm(KeyedForm):
    waive_fee = forms.BooleanField(label=gettext_lazy("Waive the restocking fee"), required=False)


class ReasonForm(KeyedForm):
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class ExcessForm(ReasonForm):
    decision = forms.ChoiceField(choices=[("authorise", ""), ("refuse", "")])


class ClaimForm(KeyedForm):
    recovered = NumberField(label=gettext_lazy("Carrier pays"), min_value=0, decimal_places=2, max_digits=18)
    reference = forms.CharField(label=gettext_lazy("Carrier's reference"), max_length=60, required=False)
