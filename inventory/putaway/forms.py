"""What is scanned and typed when goods are put away."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import Form, KeyedForm, NumberField
from masterdata.formlib import code_field


class PutawayScanForm(KeyedForm):
    """One scan at the station."""

    code = forms.CharField(max_length=120, strip=False)


class PlaceForm(KeyedForm):
    """The bin and how much went into it, typed: where a label is missing, or the goods go into several bins."""

    bin = code_field(_("Bin"), max_length=20)
    quantity = NumberField(label=_("Quantity"), required=False)
    note = forms.CharField(label=_("Why not the proposed bin"), max_length=120, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["quantity"].help_text = _("Blank: all of it")


class AssignForm(Form):
    """Who puts it away; nobody is whoever comes first."""

    owner = forms.CharField(
        label=_("Owner"), max_length=80, required=False, help_text=_("Sign-in name; blank: nobody")
    )


class UrgencyForm(Form):
    """What goes first."""

    priority = forms.IntegerField(
        label=_("Priority"), min_value=1, max_value=99, help_text=_("1 goes first, 99 last")
    )


class CloseForm(Form):
    """Why goods stay where they stand."""

    reason = forms.CharField(label=_("Why is it not put away?"), max_length=200)
