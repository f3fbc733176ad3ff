"""What people type about banks: accounts, files, and what an entry is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.banking.models import BankAccount
from billing.ledger.models import Account
from billing.ledger.queries import account_list
from billing.receivables.forms import ApplicationForm
from erp.kernel.forms import Form
from masterdata.formlib import GroupedForm
from masterdata.models import Company


class ChangeBankAccountForm(GroupedForm):
    """A bank account that exists; number, currency and ledger account stay."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Such as the bank's"))
    layout = (("", ("company", "kind", "name", "number", "account")),)


class BankAccountForm(ChangeBankAccountForm):
    """A new bank account or lockbox, in the company's currency."""

    company = forms.ModelChoiceField(queryset=Company.objects.none(), label=_("Company"))
    kind = forms.ChoiceField(label=_("Kind"), choices=BankAccount.Kind.choices)
    number = forms.CharField(
        label=_("Number"), max_length=50, help_text=_("The IBAN, or the number as the bank's files write it")
    )
    account = forms.ModelChoiceField(
        queryset=Account.objects.none(),
        label=_("Account of the ledger"),
        help_text=_("Its own: nothing else may post there"),
    )

    def arrange(self) -> None:
        self.fields["company"].queryset = companies = Company.objects.visible_to(self.user)
        self.fields["company"].initial = companies.first()
        free = account_list(user=self.user).filter(held_by="", rules=None, kind=Account.Kind.ASSET)
        self.fields["account"].queryset = free


class UploadForm(Form):
    """A file as the bank sent it."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("camt.053, MT940, BAI2 or BAI lockbox, at most 20 MB. It is taken whole or not at all."),
        widget=forms.FileInput(attrs={"accept": ".xml,.sta,.mt940,.940,.bai,.bai2,.txt"}),
    )


class EntryForm(ApplicationForm):
    """What an entry's money pays, and whose it is."""

    customer = forms.CharField(widget=forms.HiddenInput, max_length=20)


class CodeForm(Form):
    """Which account takes an entry that is nobody's payment."""

    of_user = True

    account_id = forms.ModelChoiceField(queryset=Account.objects.none(), label=_("Account of the ledger"))
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account_id"].queryset = account_list(user=user)

    def clean_account_id(self) -> int:
        return int(self.cleaned_data["account_id"].pk)


class ReverseEntryForm(Form):
    """Why what was posted is taken back."""

    reason = forms.CharField(label=_("Why it is taken back"), max_length=200)
