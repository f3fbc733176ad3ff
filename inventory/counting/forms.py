"""What is typed and scanned when bins are counted."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import Form, KeyedForm
from masterdata.formlib import code_field

from .models import CountTask


class CountScanForm(KeyedForm):
    """A scan of what lies in the bin, or one more or less of a line by hand."""

    code = forms.CharField(required=False, max_length=120, strip=False)
    pick = forms.IntegerField(required=False)
    change = forms.TypedChoiceField(
        required=False, choices=[("1", "+1"), ("-1", "-1")], coerce=Decimal, empty_value=None
    )


class TypedCountForm(KeyedForm):
    """How much there is of one item, counted in one go."""

    item = code_field(_("Item"), max_length=40)
    lot = code_field(_("Lot"), required=False, max_length=40)
    counted = forms.CharField(label=_("Counted"), max_length=30)


class FinishForm(KeyedForm):
    """The end of a count."""

    cause = forms.ChoiceField(
        label=_("Why does it differ?"), choices=[("", ""), *CountTask.Cause.choices], required=False
    )


class CauseForm(Form):
    """Why the ledger was wrong, once somebody knows."""

    cause = forms.ChoiceField(label=_("Why did it differ?"), choices=CountTask.Cause.choices)


class CancelForm(Form):
    """Why a count is given up."""

    reason = forms.CharField(label=_("Why is it not counted?"), max_length=200)
