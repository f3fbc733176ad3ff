"""Forms of the books."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.ledger.models import Account, Purpose
from billing.ledger.queries import account_list
from erp.kernel.forms import DayField, Form, VersionedForm
from masterdata.formlib import GroupedForm, code_field
from masterdata.models import Company, ItemClass


class ReasonForm(Form):
    """Why."""

    reason = forms.CharField(label=_("Why it is opened again"), max_length=200)


class ChangeAccountForm(GroupedForm):
    """An account that exists; its company and code stay."""

    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=Account.Kind.choices)
    layout = (("", ("company", "code", "name", "kind")),)


class AccountForm(ChangeAccountForm):
    """A new account of one company's chart; the code is its name for ever."""

    company = forms.ModelChoiceField(queryset=Company.objects.none(), label=_("Company"))
    code = code_field(_("Code"))

    def arrange(self) -> None:
        self.fields["company"].queryset = companies = Company.objects.visible_to(self.user)
        self.fields["company"].initial = companies.first()


class RuleForm(VersionedForm):
    """Which account serves a purpose, for one class or for all."""

    account = forms.ModelChoiceField(queryset=Account.objects.none(), label=_("Account"))
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices)
    item_class = forms.ModelChoiceField(
        queryset=ItemClass.objects.all(), label=_("Item class"), required=False, empty_label=_("All")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = account_list(user=user)


class BalanceForm(Form):
    """Which company, and up to which day."""

    company = forms.ModelChoiceField(queryset=Company.objects.none(), label=_("Company"), empty_label=None)
    on = DayField(label=_("At the end of"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"].queryset = Company.objects.visible_to(user)
