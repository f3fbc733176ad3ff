"""Forms of the books."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.ledger.models import Account, AccountClass, Purpose
from billing.ledger.queries import account_class_list, account_list, company_list
from billing.ledger.tester import choices
from erp.kernel.forms import DayField, Form, NumberField, VersionedForm
from erp.kernel.shapes import EARLIEST, LATEST
from masterdata.formlib import GroupedForm, code_field
from masterdata.models import Company, ItemClass


class ReasonForm(Form):
    """Why."""

    reason = forms.CharField(label=_("Why it is opened again"), max_length=200)


class ChangeAccountForm(GroupedForm):
    """An account that exists; its company and code stay."""

    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=Account.Kind.choices)
    account_class = forms.ModelChoiceField(
        queryset=AccountClass.objects.none(),
        label=_("Class"),
        required=False,
        empty_label=_("None"),
        help_text=_("What the statements gather it under"),
    )
    is_intercompany = forms.BooleanField(
        label=_("Balances with companies of the house"),
        required=False,
        help_text=_("Taken out of a consolidation"),
    )
    layout = (("", ("company", "code", "name", "kind", "account_class", "is_intercompany")),)

    def arrange(self) -> None:
        self.fields["account_class"].queryset = account_class_list(user=self.user)


class AccountForm(ChangeAccountForm):
    """A new account of one company's chart; the code is its name for ever."""

    company = forms.ModelChoiceField(queryset=Company.objects.none(), label=_("Company"))
    code = code_field(_("Code"))

    def arrange(self) -> None:
        super().arrange()
        self.fields["company"].queryset = companies = Company.objects.visible_to(self.user)
        self.fields["company"].initial = companies.first()


class ChangeAccountClassForm(GroupedForm):
    """A class of accounts that exists; its code and kind stay."""

    name = forms.CharField(label=_("Name"), max_length=80)
    position = forms.IntegerField(
        label=_("Position"), min_value=0, max_value=9_999, help_text=_("Lower ones stand above")
    )
    subtotal = forms.CharField(
        label=_("Sum behind it"),
        max_length=80,
        required=False,
        help_text=_("What everything down to here comes to, such as gross profit"),
    )
    layout = (("", ("code", "name", "kind", "position", "subtotal")),)


class AccountClassForm(ChangeAccountClassForm):
    """A new class of accounts."""

    code = code_field(_("Code"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Account.Kind.choices)


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
        self.fields["company"].queryset = company_list(user=user)


ALL = "all"  # companies, consolidated


class StatementForm(Form):
    """Which company or all of them, which days, and what they are compared with.

    A consolidation asks for the rate of each foreign currency: how much of the first company's currency one unit is.
    """

    company = forms.ChoiceField(label=_("Company"))
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))
    compare = forms.ChoiceField(
        label=_("Compared with"),
        required=False,
        choices=[("", _("Nothing")), ("before", _("The period before")), ("year", _("A year before"))],
    )

    def __init__(self, *args: Any, user: Any, has_first_day: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.companies = list(company_list(user=user))
        choices = [(str(each.pk), each.name) for each in self.companies]
        if len(self.companies) > 1:
            choices.append((ALL, _("All companies, consolidated")))
        self.fields["company"].choices = choices
        if not has_first_day:
            del self.fields["since"]
            self.fields["until"].label = _("At the end of")
        self.foreign: list[str] = []
        if self.data.get("company") == ALL and len(self.companies) > 1:
            own = self.companies[0].currency
            del self.fields["compare"]
            self.foreign = sorted({each.currency for each in self.companies} - {own})
            for currency in self.foreign:
                self.fields[f"rate_{currency}"] = NumberField(
                    label=_("1 %(currency)s in %(own)s") % {"currency": currency, "own": own},
                    min_value=Decimal("0.000001"),
                    max_value=Decimal(1_000_000),
                    max_digits=14,
                    decimal_places=6,
                )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        for name, day in (("since", since), ("until", until)):
            if day and not EARLIEST <= day <= LATEST:
                self.add_error(name, _("That year is a slip of the hand."))
        if since and until and since > until:
            self.add_error("until", _("The last day is before the first."))
        return given

    def asked(self) -> dict[str, str]:
        """The question as a query string's parts, with its days written out."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value not in (None, "")}

    @property
    def is_consolidated(self) -> bool:
        return bool(self.cleaned_data["company"] == ALL)

    @property
    def chosen(self) -> Company:
        """The one company asked for."""
        return next(each for each in self.companies if str(each.pk) == self.cleaned_data["company"])

    @property
    def rates(self) -> dict[str, Decimal]:
        return {currency: self.cleaned_data[f"rate_{currency}"] for currency in self.foreign}


class RuleTestForm(Form):
    """Which event of which company, for goods of which class."""

    company = forms.ModelChoiceField(queryset=Company.objects.none(), label=_("Company"), empty_label=None)
    event = forms.ChoiceField(label=_("What is posted"))
    item_class = forms.ModelChoiceField(
        queryset=ItemClass.objects.all(), label=_("Item class"), required=False, empty_label=_("Any")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["company"].queryset = company_list(user=user)
        self.fields["event"].choices = choices()
