"""What is typed about quotes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.kernel.forms import DayField, DayInput, Form, KeyedForm

from .actions.accept_quote import Acceptance
from .models import Quote
from .queries import LineView


class VersionedKeyForm(KeyedForm):
    """A command on a quote as it was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class SaveForm(Form):
    """How long the prices of what is written at the desk hold, and why a revision differs."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    valid_until = DayField(
        label=gettext_lazy("Prices hold until"), required=False, widget=DayInput({"autofocus": True})
    )
    reason = forms.CharField(label=gettext_lazy("What changes?"), max_length=200, required=False)


class SendForm(VersionedKeyForm):
    recipient = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)
    by_hand = forms.BooleanField(label=gettext_lazy("Handed over, no e-mail"), required=False)


class ApproveForm(VersionedKeyForm):
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


class LoseForm(VersionedKeyForm):
    """Why a quote was lost, and to whom."""

    loss = forms.ChoiceField(
        label=gettext_lazy("Why is it lost?"), choices=[("", gettext_lazy("Choose")), *Quote.Loss.choices]
    )
    competitor = forms.CharField(label=gettext_lazy("Competitor"), max_length=80, required=False)
    closing_note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


class AcceptForm(VersionedKeyForm):
    """Which lines the customer orders, under which number of theirs, for when."""

    customer_po = forms.CharField(label=gettext_lazy("Customer PO"), max_length=60, required=False)
    requested_on = DayField(label=gettext_lazy("Requested date"))
    order_note = forms.CharField(label=gettext_lazy("Note"), max_length=400, required=False)
    anew = forms.BooleanField(
        label=gettext_lazy("The quote has expired: order at today's prices"), required=False
    )

    def __init__(self, *args: Any, views: Sequence[LineView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.views = [view for view in views if view.order is None]
        self.chosen: list[int] = []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.chosen = [view.line.line for view in self.views if self.typed("line", view.line.line)]
        if not self.chosen:
            self.add_error(None, _("Choose at least one line."))
        return cleaned

    def rows(self) -> list[dict[str, Any]]:
        """The lines with whether each is chosen."""
        return [
            {"view": view, "chosen": not self.is_bound or bool(self.typed("line", view.line.line))}
            for view in self.views
        ]

    def acceptance(self) -> Acceptance:
        given = self.cleaned_data
        return Acceptance(
            lines=self.chosen,
            customer_po=given["customer_po"],
            requested_on=given["requested_on"],
            note=given["order_note"],
            anew=given["anew"],
        )
