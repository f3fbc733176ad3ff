"""What is typed about dunning."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import DayField, Form, NumberField, VersionedForm
from masterdata.models import Company


class LevelForm(VersionedForm):
    """A level that exists."""

    name = forms.CharField(label=_("Name"), max_length=40)
    days = forms.IntegerField(label=_("Days after the due date"), min_value=1, max_value=3650)
    fee = NumberField(label=_("Fee asked for"), min_value=0, max_digits=14, decimal_places=2, required=False)


class NewLevelForm(LevelForm):
    """A new level of a company."""

    of_user = True
    company = forms.ModelChoiceField(queryset=Company.objects.none(), label=_("Company"))
    level = forms.IntegerField(label=_("Level"), min_value=1, max_value=9)
    field_order = ("company", "level", "name", "days", "fee")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"].queryset = companies = Company.objects.visible_to(user)
        self.fields["company"].initial = companies.first()


class TextForm(VersionedForm):
    """What a level's letter says in one language."""

    language = forms.CharField(label=_("Language"), max_length=8, help_text=_("Its code, such as en or nl"))
    subject = forms.CharField(label=_("Subject"), max_length=120)
    body = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Placeholders: {name}, {total}, {currency}, {fee}, {pay_by}, {count}"),
    )


class StopForm(Form):
    """Until when no letter is written, and why."""

    until = DayField(label=_("No letter until"))
    reason = forms.CharField(label=_("Why no letter"), max_length=200)
