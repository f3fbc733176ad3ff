"""What closing a month asks people for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.closing.permissions import WORK_CLOSE
from billing.closing.queries import last_period_list, open_period_list
from erp.kernel.forms import DayField, Form, VersionedForm
from erp.kernel.grants import possible_owners
from erp.kernel.models import User
from masterdata.models import AccountingPeriod


class PeriodField(forms.ModelChoiceField):
    def label_from_instance(self, obj: AccountingPeriod) -> str:
        return f"{obj.company.code} {obj}"


class StartForm(Form):
    """Which period is to be closed."""

    period = PeriodField(queryset=AccountingPeriod.objects.none(), label=_("Period"), empty_label=None)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].queryset = open_period_list(user=user)


class YearForm(Form):
    """Which period a fiscal year ends with."""

    period = PeriodField(
        queryset=AccountingPeriod.objects.none(), label=_("Last period of the year"), empty_label=None
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].queryset = last_period_list(user=user)


class ReverseForm(Form):
    """Why a year is opened again."""

    reason = forms.CharField(label=_("Why the year is opened again"), max_length=200)


class OwnedForm(Form):
    """Whose task it is, and by when."""

    owner_id = forms.TypedChoiceField(label=_("Owner"), coerce=int, empty_value=None, required=False)
    due_on = DayField(label=_("Due"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_id"].choices = [("", _("Nobody")), *possible_owners(WORK_CLOSE, user=user)]


class AssignForm(OwnedForm, VersionedForm):
    """A task that exists, as it was opened."""


class TaskForm(OwnedForm):
    """A task that a person does; the next close has it, too."""

    title = forms.CharField(label=_("What is to be done"), max_length=120)
    is_blocking = forms.BooleanField(label=_("Keeps the period open"), required=False, initial=True)
    field_order = ("title", "owner_id", "due_on", "is_blocking")


class NoteForm(Form):
    """What was done, for who looks at it later."""

    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class WaiverForm(Form):
    """Why the period may close all the same."""

    reason = forms.CharField(label=_("Why the period may close all the same"), max_length=200)
