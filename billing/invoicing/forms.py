"""What crediting an invoice and keeping a number series ask for."""

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from billing.invoicing.actions.credit_invoice import CreditLine
from billing.invoicing.models import Invoice, InvoiceLine
from erp.kernel.forms import Form, NumberField
from masterdata.formlib import GroupedForm, code_field
from masterdata.places.queries import company_list


class CreditForm(Form):
    """Why, and how much of each line; without any quantity all that is left. The key makes a second click the same
    command.
    """

    reason = forms.CharField(label=_("Why it is credited"), max_length=200)
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, *args: Any, lines: Sequence[InvoiceLine], **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": str(uuid.uuid4())}, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"line-{line.pk}"] = NumberField(
                label=_("Credit of line %(line)s, %(item)s") % {"line": line.line, "item": line.item.code},
                required=False,
                min_value=0,
                max_digits=18,
                decimal_places=6,
            )

    def rows(self) -> list[tuple[InvoiceLine, Decimal, BoundField]]:
        """Each line with what of it is left, in the stock unit, and its field."""
        return [
            (line, line.billable.billed - line.billable.credited, self[f"line-{line.pk}"])
            for line in self.lines
        ]

    def quantities(self) -> list[CreditLine]:
        """What was typed, for the verb; zeros only where there is nothing else, which it refuses."""
        typed = [(line.pk, self.cleaned_data.get(f"line-{line.pk}")) for line in self.lines]
        given = [CreditLine(line_id, quantity) for line_id, quantity in typed if quantity is not None]
        return [line for line in given if line.quantity] or given


class ChangeSeriesForm(GroupedForm):
    """A number series that no document carries yet."""

    layout = (("", ("company", "code", "prefix")),)

    def arrange(self) -> None:
        # Added here, since a form of Django's has a prefix of its own.
        help_text = _("INV- gives INV-000001")
        self.fields["prefix"] = code_field(_("Prefix"), max_length=20, help_text=help_text)


class SeriesForm(ChangeSeriesForm):
    """A new number series of a company."""

    company = forms.ModelChoiceField(label=_("Company"), queryset=None)
    code = forms.ChoiceField(label=_("Numbers"), choices=Invoice.Kind.choices)

    def arrange(self) -> None:
        super().arrange()
        self.fields["company"].queryset = companies = company_list(user=self.user)
        self.fields["company"].initial = companies.first()
