"""What working a dispute asks for."""

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.disputes.permissions import WORK_DISPUTE
from billing.exceptions.forms import OwnerForm
from billing.invoicing.forms import CreditForm
from billing.invoicing.models import InvoiceLine
from billing.receivables.models import Deduction
from erp.kernel.forms import DayField, Form, NumberField, VersionedForm

CENT = Decimal("0.01")


class OpenForm(Form):
    """What of an invoice the customer does not accept. The key makes a second click the same command."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    amount = NumberField(label=_("Disputed amount"), min_value=CENT, max_digits=15, decimal_places=2)
    kind = forms.ChoiceField(label=_("What it is about"), choices=Deduction.choices)
    claim = forms.CharField(label=_("Customer's reference"), max_length=60, required=False)
    note = forms.CharField(label=_("What the customer says"), max_length=300, required=False)

    def __init__(self, *args: Any, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": str(uuid.uuid4()), **(initial or {})}, **kwargs)


class DisputeOwnerForm(OwnerForm):
    """Who of the user's colleagues works it; nobody means the common queue."""

    right: ClassVar = WORK_DISPUTE


class ChangeForm(VersionedForm):
    """What it is about, and by when it is answered."""

    kind = forms.ChoiceField(label=_("What it is about"), choices=Deduction.choices)
    claim = forms.CharField(label=_("Customer's reference"), max_length=60, required=False)
    due_on = DayField(label=_("Answer by"))
    reason = forms.CharField(label=_("Why another day"), max_length=200, required=False)


class NoteForm(Form):
    """Why it is closed."""

    note = forms.CharField(label=_("Why"), max_length=200)


class ReasonForm(Form):
    """Why not, or why after all."""

    reason = forms.CharField(label=_("Why"), max_length=200)


class WriteOffForm(Form):
    """How much is given up, and why."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    amount = NumberField(label=_("Amount to write off"), min_value=CENT, max_digits=15, decimal_places=2)
    note = forms.CharField(label=_("Why it is written off"), max_length=200)

    def __init__(self, *args: Any, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": str(uuid.uuid4()), **(initial or {})}, **kwargs)


class DisputeCreditForm(CreditForm):
    """Quantities of the invoice's lines to credit, and why."""

    def __init__(self, *args: Any, lines: Sequence[InvoiceLine], **kwargs: Any) -> None:
        super().__init__(*args, lines=lines, **kwargs)
        self.fields["reason"].label = _("Why it is credited")
