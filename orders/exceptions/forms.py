"""What the inbox asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import Form
from erp.kernel.grants import possible_owners
from erp.kernel.models import User

from .permissions import WORK_EXCEPTIONS


class OwnerForm(Form):
    """Who works it from now on, and what they have to know; nobody means the common queue."""

    of_user = True
    owner_id = forms.TypedChoiceField(label=_("Owner"), coerce=int, empty_value=None, required=False)
    note = forms.CharField(label=_("What the next one has to know"), max_length=500, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_id"].choices = [("", _("Nobody")), *possible_owners(WORK_EXCEPTIONS, user=user)]


class NoteForm(Form):
    """What was found out or agreed."""

    text = forms.CharField(label=_("Note"), max_length=500)
