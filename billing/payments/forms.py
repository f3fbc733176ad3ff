"""What is typed about payments and bank details."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.banking.models import BankAccount
from billing.payments.actions.edit_payment_run import Paid
from billing.payments.models import PaymentItem
from billing.payments.queries import paying_accounts
from erp.kernel.forms import DayField, KeyedForm
from masterdata.parties.models import Supplier
from masterdata.parties.queries import supplier_list

AHEAD = timedelta(days=7)  # until the next run of most houses


class ProposeForm(KeyedForm):
    """Out of which account, on which day, and what."""

    bank_account = forms.ModelChoiceField(
        label=gettext_lazy("Out of the account"), queryset=BankAccount.objects.none(), empty_label=None
    )
    pay_on = DayField(label=gettext_lazy("Paid on"))
    due_until = DayField(
        label=gettext_lazy("Due until"),
        help_text=gettext_lazy(
            "Usually the day before the next run. Discounts that would be lost by then are taken."
        ),
    )

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        initial = {"pay_on": today, "due_until": today + AHEAD, **options.pop("initial", {})}
        super().__init__(*args, initial=initial, **options)
        self.fields["bank_account"].queryset = paying_accounts(user=user)


class RunForm(KeyedForm):
    """What each item of a run pays, as fields named after it ("amount-17", "discount-17"); a blank one is dropped."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, rows: list[PaymentItem], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows = rows
        self.paid: list[Paid] = []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for row in self.rows:
            number = row.payable.invoice.reference
            amount = self.read("amount", row.pk, number)
            discount = self.read("discount", row.pk, number)
            if amount is not None:
                self.paid.append(Paid(row.pk, amount, discount or Decimal(0)))
        if not self.paid and not self.errors:
            self.add_error(None, _("Nothing is left to pay: cancel the run instead."))
        return cleaned


class ReasonForm(KeyedForm):
    """Why a run is cancelled or a payment is taken back."""

    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=200)


class DetailsForm(KeyedForm):
    """Where a supplier is paid, and how that was checked."""

    supplier = forms.ModelChoiceField(label=gettext_lazy("Supplier"), queryset=Supplier.objects.none())
    holder = forms.CharField(label=gettext_lazy("Account holder"), max_length=70)
    iban = forms.CharField(label=gettext_lazy("IBAN"), max_length=42)
    bic = forms.CharField(label=gettext_lazy("BIC"), max_length=11, required=False)
    note = forms.CharField(
        label=gettext_lazy("How it was checked"),
        max_length=200,
        help_text=gettext_lazy(
            "A letter, or a call to a number that was known before; never the one on the request."
        ),
    )

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["supplier"].queryset = supplier_list(user=user)
