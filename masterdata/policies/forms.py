"""Forms of policies."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from erp.kernel.forms import DayField
from masterdata.formlib import GroupedForm

from . import levels
from .registry import Policy


class ValueForm(GroupedForm):
    """A policy's value for the enterprise, from a day on."""

    value = forms.CharField(label=_("Value"), max_length=120)
    valid_from = DayField(label=_("From"), help_text=_("t, +3, 27.11"))
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)
    layout: Any = (("", ("value", "valid_from", "reason")),)

    def __init__(self, *args: Any, policy: Policy[Any], **kwargs: Any) -> None:
        self.policy = policy
        super().__init__(*args, **kwargs)

    def arrange(self) -> None:
        choices = (
            (("true", _("Yes")), ("false", _("No"))) if self.policy.type is bool else self.policy.choices
        )
        if choices:
            self.fields["value"] = forms.ChoiceField(label=_("Value"), choices=choices)
        else:
            self.fields["value"].help_text = self.policy.unit
        self.fields["valid_from"].initial = timezone.localdate()


class VariationForm(ValueForm):
    """What one company, site or customer asks for instead."""

    scope = forms.ChoiceField(label=_("For"))
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=200,
        required=False,
        help_text=_("Where the case is made: a document, a link"),
    )
    review_on = DayField(label=_("Look at it again on"), required=False)
    layout = (("", ("scope", "value", "valid_from", "reason", "evidence", "review_on")),)

    def arrange(self) -> None:
        super().arrange()
        self.fields["reason"].required = True
        self.fields["scope"].choices = [
            (
                str(levels.label(level)),
                [(f"{level}:{row.pk}", str(row)) for row in levels.rows_of(level, self.user)],
            )
            for level in self.policy.levels
        ]
