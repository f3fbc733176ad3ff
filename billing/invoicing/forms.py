"""What crediting an invoice asks for."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import Form


class CreditForm(Form):
    """Why, once: the key makes a second click the same command."""

    reason = forms.CharField(label=_("Why it is credited"), max_length=200)
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": str(uuid.uuid4())}, **kwargs)
