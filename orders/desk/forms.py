"""Forms of the order desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from erp.kernel.forms import NumberField, VersionedForm

from .substitutes import Offered


class SubstituteForm(VersionedForm):
    """Which of the offers, how much is replaced, who agreed and why."""

    item = forms.TypedChoiceField(label=gettext_lazy("Instead"), coerce=int, widget=forms.RadioSelect)
    quantity = NumberField(label=gettext_lazy("Replace"), min_value=0)
    consent = forms.CharField(label=gettext_lazy("Who agreed?"), max_length=120, required=False)
    reason = forms.CharField(label=gettext_lazy("Why is something else sent?"), max_length=200)

    def __init__(self, *args: Any, offers: list[Offered], asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [(offer.item_id, offer.code) for offer in offers]
        self.fields["consent"].required = asks
