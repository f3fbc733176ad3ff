"""What people type about banks: accounts, files, and what an entry is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.banking.models import BankAccount
from billing.ledger.models import Account
from billing.ledger.queries import account_list
from billing.receivables.forms import ApplicationForm
from billing.receivables.models import CashApplication, Deduction
from billing.receivables.rules import ZERO, Application, Candidate
from erp.kernel.forms import Form, NumberField
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
    """What an entry's money pays: an amount per item, and what is short or over of it with a reason.

    Some reasons settle the difference; others leave it open, and dispute it.
    """

    customer = forms.CharField(widget=forms.HiddenInput, max_length=20)

    def __init__(
        self, *args: Any, items: list[Candidate], proposed: list[Application] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, items=items, proposed=proposed, **kwargs)
        told = {one.open_item_id: one for one in proposed or ()}
        for item in items:
            one = told.get(item.open_item_id)
            number = {"number": item.number}
            self.fields[f"short-{item.open_item_id}"] = NumberField(
                label=_("Short or over of %(number)s") % number, required=False, max_digits=15,
                decimal_places=2, initial=one.difference or None if one else None,
            )  # fmt: skip
            self.fields[f"why-{item.open_item_id}"] = forms.ChoiceField(
                label=_("Why it is short or over: %(number)s") % number, required=False,
                choices=[("", "–"), (_("Settled"), CashApplication.Reason.of_payments()),
                         (_("Deducted, disputed"), Deduction.choices)],
                initial=one.reason if one else "",
            )  # fmt: skip

    def full_rows(self) -> list[tuple[Candidate, Any, Any, Any]]:
        """Each item with its three fields."""
        names = [(item, item.open_item_id) for item in self.items]
        return [(item, self[f"item-{pk}"], self[f"short-{pk}"], self[f"why-{pk}"]) for item, pk in names]

    def applications(self) -> list[Application]:
        """What was typed, for the verbs."""
        given = []
        for item in self.items:
            pk = item.open_item_id
            amount = self.cleaned_data.get(f"item-{pk}") or ZERO
            short = self.cleaned_data.get(f"short-{pk}") or ZERO
            why = self.cleaned_data.get(f"why-{pk}") or ""
            if why in Deduction.values:
                given.append(Application(pk, amount, deducted=short, deduction=why))
            elif amount or short:
                given.append(Application(pk, amount, short, why))
        return given


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
