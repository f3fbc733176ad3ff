"""What is typed about supplier invoices: the paper itself, and what is decided on it."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.payables.capturing import Tax
from billing.payables.lookups import WrittenLine
from billing.payables.models import SupplierInvoice
from billing.payables.permissions import WORK_MATCH
from erp.kernel.formats import read_number
from erp.kernel.forms import DayField, Form, KeyedForm, NumberField
from erp.kernel.grants import possible_owners
from erp.kernel.models import User
from masterdata.parties.models import Supplier
from masterdata.parties.queries import supplier_list

ROWS, RATES = 6, 3
LINE = ("against", "quantity", "line_net", "text")
RATE = ("rate", "base", "tax_amount")
ORDER_LINE = re.compile(r"(PO-\d{1,18})(?:\s*/\s*(\d{1,6}))?", re.IGNORECASE)
RETURN = re.compile(r"SRT-\d{1,18}", re.IGNORECASE)
FREIGHT = "freight"


class AcceptForm(Form):
    """Why it is taken as it is."""

    reason = forms.CharField(label=gettext_lazy("Why it is taken as it is"), max_length=200)


class ReasonForm(KeyedForm):
    """Why an invoice is refused or taken back."""

    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=200)


class OwnerForm(Form):
    """Who of the user's colleagues works it; nobody means the common queue."""

    right: ClassVar = WORK_MATCH
    of_user = True
    owner_id = forms.TypedChoiceField(
        label=gettext_lazy("Owner"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_id"].choices = [("", _("Nobody")), *possible_owners(self.right, user=user)]


class FileForm(KeyedForm):
    """A file as a supplier sent it."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("E-invoice (UBL or CII) or CSV, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".xml,.csv"}),
    )


class InvoiceForm(KeyedForm):
    """An invoice as it is written: the header here, taxes and lines as parallel columns of the same request."""

    supplier = forms.ModelChoiceField(label=gettext_lazy("Supplier"), queryset=Supplier.objects.none())
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=SupplierInvoice.Kind.choices)
    reference = forms.CharField(label=gettext_lazy("Supplier's number"), max_length=60)
    issued_on = DayField(label=gettext_lazy("Dated"))
    due_on = DayField(
        label=gettext_lazy("Due"), required=False, help_text=gettext_lazy("Blank: by the terms")
    )
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        max_length=3,
        required=False,
        help_text=gettext_lazy("Blank: the supplier's"),
    )
    net = NumberField(label=gettext_lazy("Net"), max_digits=15, decimal_places=2, min_value=0)
    tax = NumberField(label=gettext_lazy("Tax"), max_digits=15, decimal_places=2, min_value=0)
    gross = NumberField(label=gettext_lazy("Gross"), max_digits=15, decimal_places=2, min_value=0)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        user: Any,
        data: QueryDict | None = None,
        *,
        known: Sequence[dict[str, str]] = (),
        rates: Sequence[dict[str, str]] = (),
        invoice: SupplierInvoice | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.fields["supplier"].queryset = supplier_list(user=user)
        if invoice is not None:  # whose invoice it is does not change
            del self.fields["supplier"]
            self.fields["due_on"].required = self.fields["currency"].required = True
        self.known, self.known_rates = list(known), list(rates)
        self.lines: list[WrittenLine] = []
        self.taxes: list[Tax] = []

    @property
    def rows(self) -> list[dict[str, str]]:
        """The lines as typed, else as known, filled up with blank ones."""
        typed = self._typed(LINE, self.known)
        return [*typed, *(dict.fromkeys(LINE, "") for _row in range(max(ROWS - len(typed), 1)))]

    @property
    def rates(self) -> list[dict[str, str]]:
        """The taxes as typed, else as known."""
        typed = self._typed(RATE, self.known_rates)
        return [*typed, *(dict.fromkeys(RATE, "") for _row in range(RATES - len(typed)))]

    def _typed(self, names: Sequence[str], known: list[dict[str, str]]) -> list[dict[str, str]]:
        if not (isinstance(self.data, QueryDict) and self.is_bound):
            return known
        columns = [self.data.getlist(name) for name in names]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=False)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        filled = [row for row in self.rows if any(value.strip() for value in row.values())]
        for place, row in enumerate(filled, 1):
            try:
                self.lines.append(_line(row))
            except ValueError as problem:
                self.add_error(None, _("Line %(n)s: %(problem)s") % {"n": place, "problem": problem})
        if not filled:
            self.add_error(None, _("Enter at least one line."))
        for row in self.rates:
            if any(value.strip() for value in row.values()):
                try:
                    self.taxes.append(_tax(row, cleaned))
                except ValueError as problem:
                    self.add_error(None, _("Tax: %(problem)s") % {"problem": problem})
        return cleaned

    def document(self) -> dict[str, Any]:
        """The header as the arguments of the verbs."""
        names = ("kind", "reference", "issued_on", "due_on", "currency", "net", "tax", "gross")
        return {name: self.cleaned_data[name] for name in names}


def _line(row: dict[str, str]) -> WrittenLine:
    """A typed line. What it is against: PO-17/2, SRT-4, freight, the code of an account, or nothing."""
    against = row["against"].strip()
    named: dict[str, Any] = {}
    if ordered := ORDER_LINE.fullmatch(against):
        named = {"order": ordered[1].upper(), "order_line": int(ordered[2]) if ordered[2] else None}
    elif RETURN.fullmatch(against):
        named = {"supplier_return": against.upper()}
    elif against.lower() in (FREIGHT, _("freight")):
        named = {"is_freight": True}
    elif against:
        named = {"account": against}
    return WrittenLine(
        net=read_number(row["line_net"]),
        quantity=read_number(row["quantity"] or "1"),
        description=row["text"].strip(),
        **named,
    )


def _tax(row: dict[str, str], header: dict[str, Any]) -> Tax:
    """A typed rate; one alone takes its base and amount from the header."""
    base = read_number(row["base"]) if row["base"].strip() else header.get("net")
    amount = read_number(row["tax_amount"]) if row["tax_amount"].strip() else header.get("tax")
    return Tax(read_number(row["rate"] or "0"), base or Decimal(0), amount or Decimal(0))
