"""What crediting an invoice and keeping a number series ask for."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.invoicing.models import Invoice
from erp.kernel.forms import Form
from masterdata.formlib import GroupedForm, code_field
from masterdata.places.queries import company_list


class CreditForm(Form):
    """Why, once: the key makes a second click the same command."""

    reason = forms.CharField(label=_("Why it is credited"), max_length=200)
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": str(uuid.uuid4())}, **kwargs)


class ChangeSeriesForm(GroupedForm):
    """A number series that no document carries yet."""

    # A field, not Django's own prefix of the form's names.
    prefix = code_field(  # type: ignore[assignment]
        _("Prefix"), max_length=20, help_text=_("INV- gives INV-000001")
    )
    layout = (("", ("company", "code", "prefix")),)


class SeriesForm(ChangeSeriesForm):
    """A new number series of a company."""

    company = forms.ModelChoiceField(label=_("Company"), queryset=None)
    code = forms.ChoiceField(label=_("Numbers"), choices=Invoice.Kind.choices)

    def arrange(self) -> None:
        self.fields["company"].queryset = companies = company_list(user=self.user)
        self.fields["company"].initial = companies.first()
