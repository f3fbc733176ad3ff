"""What is asked when a limit is set."""

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import NumberField
from masterdata.formlib import GroupedForm


class LimitForm(GroupedForm):
    """A limit, or none."""

    limit = NumberField(
        label=_("Limit"),
        required=False,
        min_value=0,
        max_digits=16,
        decimal_places=2,
        help_text=_("Empty: no limit, nothing is held for credit"),
    )
    reason = forms.CharField(label=_("Why does it change?"), max_length=200)
    layout = (("", ("limit", "reason")),)
