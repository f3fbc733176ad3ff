"""Money as it is typed in."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.receivables.models import CashApplication, Deduction
from billing.receivables.queries import payer_list
from billing.receivables.rules import ZERO, Application, Candidate
from erp.kernel.forms import DayField, Form, NumberField
from masterdata.models import Customer


class PayerForm(Form):
    """Who paid, by the customer's code."""

    customer = forms.CharField(label=_("Customer code"), max_length=20)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_customer(self) -> Customer:
        """The customer with exactly this code; a code in two companies of the reader is refused."""
        code = self.cleaned_data["customer"].strip()
        found = list(payer_list(user=self.user).filter(party__code__iexact=code)[:2])
        if len(found) != 1:
            raise forms.ValidationError(_("There is no customer with this code."), code="unknown")
        payer = found[0]
        return payer_list(user=self.user).get(pk=payer.bill_to_id) if payer.bill_to_id else payer


class ReceiptForm(PayerForm):
    """Who paid how much, when, and what the bank line says."""

    amount = NumberField(label=_("Amount"), min_value=Decimal("0.01"), max_digits=15, decimal_places=2)
    received_on = DayField(label=_("Received on"))
    reference = forms.CharField(label=_("Reference of the payment"), max_length=80, required=False)


class ApplicationForm(Form):
    """An amount per open item, and what is short or over of it with a reason; empty leaves the item alone.

    Some reasons settle the difference; others leave it open, and dispute it. The key makes a second click the same
    command.
    """

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(
        self, *args: Any, items: list[Candidate], proposed: list[Application] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial={"key": str(uuid.uuid4())}, **kwargs)
        self.items = items
        told = {one.open_item_id: one for one in proposed or ()}
        for item in items:
            pk, one, number = item.open_item_id, told.get(item.open_item_id), {"number": item.number}
            self.fields[f"item-{pk}"] = NumberField(
                label=_("Apply to %(number)s") % number, required=False, max_digits=15, decimal_places=2,
                initial=one.amount if one else None,
            )  # fmt: skip
            self.fields[f"short-{pk}"] = NumberField(
                label=_("Short or over of %(number)s") % number, required=False, max_digits=15,
                decimal_places=2, initial=one.difference or None if one else None,
            )  # fmt: skip
            self.fields[f"why-{pk}"] = forms.ChoiceField(
                label=_("Why it is short or over: %(number)s") % number, required=False,
                choices=[("", "–"), (_("Settled"), CashApplication.Reason.of_payments()),
                         (_("Deducted, disputed"), Deduction.choices)],
                initial=one.reason if one else "",
            )  # fmt: skip

    def rows(self) -> list[tuple[Candidate, Any, Any, Any]]:
        """Each item with its three fields."""
        names = [(item, item.open_item_id) for item in self.items]
        return [(item, self[f"item-{pk}"], self[f"short-{pk}"], self[f"why-{pk}"]) for item, pk in names]

    def applications(self) -> list[Application]:
        """What was typed, for the verbs."""
        given = []
        for item in self.items:
            pk = item.open_item_id
            amount = self.cleaned_data.get(f"item-{pk}") or ZERO
            short = self.cleaned_data.get(f"short-{pk}") or ZERO
            why = self.cleaned_data.get(f"why-{pk}") or ""
            if why in Deduction.values:
                given.append(Application(pk, amount, deducted=short, deduction=why))
            elif amount or short:
                given.append(Application(pk, amount, short, why))
        return given


class ReverseForm(Form):
    """Why an application is taken back."""

    reason = forms.CharField(label=_("Why"), max_length=200)
