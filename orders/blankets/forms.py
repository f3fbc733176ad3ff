"""What is typed about blanket orders."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.formats import write_quantity
from erp.kernel.forms import DayField, DayInput, Form, KeyedForm, VersionedForm

from .actions.call_off import CalledLine, CallOffRequest
from .actions.write_blanket import LineTerms
from .queries import LineView


class SaveForm(Form):
    """The term of what is written at the desk."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    valid_from = DayField(label=gettext_lazy("Runs from"), widget=DayInput({"autofocus": True}))
    valid_until = DayField(label=gettext_lazy("Runs until"))


class CloseForm(VersionedForm):
    reason = forms.CharField(label=gettext_lazy("Why is it closed?"), max_length=200)


class CallOffForm(KeyedForm):
    """How much of each line is called off, for when, under which number of the customer's."""

    customer_po = forms.CharField(label=gettext_lazy("Customer PO"), max_length=60, required=False)
    requested_on = DayField(label=gettext_lazy("Requested date"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=400, required=False)

    def __init__(self, *args: Any, views: Sequence[LineView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.views = views
        self.called: list[CalledLine] = []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for view in self.views:
            quantity = self.read("quantity", view.line.line, view.line.item.code)
            if quantity is not None:
                self.called.append(CalledLine(view.line.line, quantity))
        if not self.called and not self.errors:
            self.add_error(None, _("Enter how much of at least one line is called off."))
        return cleaned

    def rows(self) -> list[dict[str, Any]]:
        return [{"view": view, "quantity": self.typed("quantity", view.line.line)} for view in self.views]

    def request(self) -> CallOffRequest:
        given = self.cleaned_data
        return CallOffRequest(
            lines=self.called,
            requested_on=given["requested_on"],
            customer_po=given["customer_po"],
            note=given["note"],
        )


class ChangeForm(KeyedForm):
    """What is committed of each line and its smallest call-off, and the last day."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    valid_until = DayField(label=gettext_lazy("Runs until"))
    reason = forms.CharField(label=gettext_lazy("Why does it change?"), max_length=200)

    def __init__(self, *args: Any, views: Sequence[LineView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.views = views
        self.terms: list[LineTerms] = []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for view in self.views:
            line = view.line
            quantity = self.read("quantity", line.line, line.item.code)
            least = self.read("least", line.line, line.item.code)
            quantity = line.quantity if quantity is None else quantity
            least = line.least if least is None else least
            if (quantity, least) != (line.quantity, line.least):
                self.terms.append(LineTerms(line.line, quantity, least))
        return cleaned

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "view": view,
                "quantity": self._shown("quantity", view, view.line.quantity),
                "least": self._shown("least", view, view.line.least),
            }
            for view in self.views
        ]

    def _shown(self, name: str, view: LineView, value: Any) -> str:
        return self.typed(name, view.line.line) if self.is_bound else write_quantity(value)
