"""What people say to an e-invoice."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.einvoice.permissions import WORK_EINVOICE
from erp.kernel.forms import Form
from erp.kernel.grants import possible_owners
from erp.kernel.models import User

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


class OwnerForm(Form):
    """Who of the user's colleagues works it; nobody means the common queue."""

    of_user = True
    owner_id = forms.TypedChoiceField(label=_("Owner"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_id"].choices = [("", _("Nobody")), *possible_owners(WORK_EINVOICE, user=user)]
