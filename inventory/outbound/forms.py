"""What the warehouse types: reasons, weights, tracking numbers."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.formats import read_number
from erp.kernel.forms import DayField, Form, KeyedForm

from .actions.pack_shipment import PackedCarton
from .models import Pick


class ScanForm(KeyedForm):
    """A scan, or one more or less of a pick by hand."""

    code = forms.CharField(required=False, max_length=120, strip=False)
    pick = forms.IntegerField(required=False)
    change = forms.TypedChoiceField(
        required=False, choices=[("1", "+1"), ("-1", "-1")], coerce=Decimal, empty_value=None
    )


class ShortForm(KeyedForm):
    """Why a pick is short of what was asked."""

    pick = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("Reason"), choices=Pick.ShortReason.choices, widget=forms.RadioSelect)


class ConfirmForm(KeyedForm):
    tracking_number = forms.CharField(label=_("Tracking number"), max_length=60, required=False)


class ReasonForm(KeyedForm):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class DeliveryForm(KeyedForm):
    """On which day it was received, and by whom."""

    delivered_on = DayField(label=_("Delivered on"))
    delivered_to = forms.CharField(label=_("Signed by"), max_length=80, required=False)


class DeliveryDayForm(Form):
    """The day on which all of the chosen shipments were received."""

    delivered_on = DayField(label=_("Delivered on"))


class PackForm(KeyedForm):
    """One weight per carton, in kilograms, in any number format."""

    def cartons(self) -> list[PackedCarton]:
        """The cartons as typed, blank rows left out. Raises ValueError with one sentence."""
        typed: list[Any] = self.data.getlist("weight")
        return [PackedCarton(read_number(text)) for text in typed if text.strip()]
