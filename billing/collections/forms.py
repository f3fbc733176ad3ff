"""What a collector types."""

import uuid
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.collections.models import CollectionNote
from billing.collections.permissions import COLLECT
from billing.exceptions.forms import OwnerForm
from erp.kernel.forms import DayField, Form, NumberField
from erp.kernel.models import User


class NoteForm(Form):
    """What was said, and when to look again."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    kind = forms.ChoiceField(label=_("How"), choices=CollectionNote.Kind.choices)
    text = forms.CharField(label=_("What was said"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    follow_up_on = DayField(label=_("Look again on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": str(uuid.uuid4())}, **kwargs)


class PromiseForm(Form):
    """How much they pay, until when."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    amount = NumberField(
        label=_("Promised amount"), min_value=Decimal("0.01"), max_digits=15, decimal_places=2
    )
    promised_on = DayField(label=_("Until"))
    note = forms.CharField(label=_("Who promised it"), max_length=200, required=False)

    def __init__(self, *args: Any, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": str(uuid.uuid4()), **(initial or {})}, **kwargs)


class CollectorForm(OwnerForm):
    """Who collects; nobody means the common list."""

    right: ClassVar = COLLECT

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["owner_id"].label = _("Collector")


class WithdrawForm(Form):
    """Why a promise ends."""

    reason = forms.CharField(label=_("Why it ends"), max_length=200)
