"""Money as it is typed in."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.receivables.queries import payer_list
from billing.receivables.rules import Application, Candidate
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
    """An amount per open item; empty leaves the item alone. The key makes a second click the same command."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(
        self, *args: Any, items: list[Candidate], proposed: list[Application] | None = None, **kwargs: Any
    ) -> None:
        amounts = {f"item-{one.open_item_id}": one.amount for one in proposed or ()}
        super().__init__(*args, initial={"key": str(uuid.uuid4()), **amounts}, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"item-{item.open_item_id}"] = NumberField(
                label=_("Apply to %(number)s") % {"number": item.number},
                required=False,
                max_digits=15,
                decimal_places=2,
            )

    def rows(self) -> list[tuple[Candidate, Any]]:
        """Each item with its field."""
        return [(item, self[f"item-{item.open_item_id}"]) for item in self.items]

    def applications(self) -> list[Application]:
        """What was typed, for the verbs."""
        given = [
            (item.open_item_id, self.cleaned_data.get(f"item-{item.open_item_id}")) for item in self.items
        ]
        return [Application(item_id, amount) for item_id, amount in given if amount]


class ReverseForm(Form):
    """Why an application is taken back."""

    reason = forms.CharField(label=_("Why"), max_length=200)
