"""Forms of messages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import Form


class WaiveForm(Form):
    """Why customers are not told."""

    reason = forms.CharField(label=_("Why are they not told?"), max_length=200)
