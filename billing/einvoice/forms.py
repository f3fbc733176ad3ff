"""What people say to an e-invoice."""

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.einvoice.permissions import WORK_EINVOICE
from billing.exceptions import forms as exceptions
from erp.kernel.forms import Form

ACCEPTED, REJECTED = "accepted", "rejected"


class ReportForm(Form):
    """What the customer said."""

    said = forms.ChoiceField(
        label=_("The customer"), choices=((ACCEPTED, _("accepted it")), (REJECTED, _("rejected it")))
    )
    reason = forms.CharField(label=_("Why, in their words"), max_length=200, required=False)


class SendForm(Form):
    """Where it goes."""

    recipient = forms.EmailField(label=_("Send to"), required=False)


class WaiveForm(Form):
    """How it was settled instead."""

    reason = forms.CharField(label=_("How it was settled"), max_length=200)


class OwnerForm(exceptions.OwnerForm):
    """Who of the user's colleagues works it."""

    right = WORK_EINVOICE
