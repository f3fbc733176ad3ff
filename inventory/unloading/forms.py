"""What is scanned and typed while a delivery is unloaded."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import DayField, KeyedForm, NumberField
from masterdata.formlib import code_field


class UnloadScanForm(KeyedForm):
    """A scan of goods, or one more or less of a counted line by hand (`pick`: its id)."""

    code = forms.CharField(required=False, max_length=120, strip=False)
    pick = forms.IntegerField(required=False)
    change = forms.TypedChoiceField(
        required=False, choices=[("1", "+1"), ("-1", "-1")], coerce=Decimal, empty_value=None
    )


class UnloadTypedForm(KeyedForm):
    """How much there is of one item, counted in one go."""

    item = code_field(_("Item"), max_length=120)
    lot = code_field(_("Lot"), required=False, max_length=40)
    expires_on = DayField(required=False)
    counted = NumberField(label=_("Counted"))


class PostForm(KeyedForm):
    """The end of unloading."""

    delivery_note = forms.CharField(label=_("Delivery note"), max_length=40, required=False)
    bin = code_field(_("Bin"), max_length=20, required=False)
    complete = forms.BooleanField(
        label=_("Everything is unloaded: what I did not count is short"), required=False
    )
