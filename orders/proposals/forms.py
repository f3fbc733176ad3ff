"""Forms of price proposals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import DayField, Form
from masterdata.agreements.queries import price_scope_list


class ProposeForm(Form):
    """A file of prices for one set, and the day from which they should hold."""

    scope = forms.ModelChoiceField(label=_("Prices"), queryset=None)
    title = forms.CharField(
        label=_("What changes"), max_length=120, help_text=_("Spring price list, steel +4 %")
    )
    effective_on = DayField(label=_("From"), help_text=_("t, +3, 27.11"))
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel (.xlsx), at most 20 MB and 200,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].queryset = price_scope_list(user=user)


class ApproveForm(Form):
    """From when the prices hold; empty: from the day that was proposed."""

    effective_on = DayField(label=_("From"), required=False)


class ReasonForm(Form):
    """Why the proposal is turned down or taken back."""

    reason = forms.CharField(label=_("Why?"), max_length=200)
