"""What a resolution asks for."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.exceptions.actions.correct_exceptions import LinePrice
from billing.exceptions.models import InvoiceException
from billing.exceptions.permissions import ACCEPT_EXCEPTION
from billing.exceptions.queries import ComparedLine, tax_codes_of
from erp.kernel.forms import DayField, Form, NumberField
from erp.kernel.grants import possible_owners
from erp.kernel.models import User

Kind = InvoiceException.Kind


class AcceptForm(Form):
    """Bill as it is, and why."""

    reason = forms.CharField(label=_("Why it is billed as it is"), max_length=200)


class OwnerForm(Form):
    """Who of the user's colleagues works it; nobody means the common queue."""

    right: ClassVar = ACCEPT_EXCEPTION
    of_user = True
    owner_id = forms.TypedChoiceField(label=_("Owner"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner_id"].choices = [("", _("Nobody")), *possible_owners(self.right, user=user)]


class HoldForm(Form):
    """Until when it is held, and what for."""

    until = DayField(label=_("Hold until"))
    reason = forms.CharField(label=_("What are you waiting for?"), max_length=200)


class CorrectForm(Form):
    """What this kind of exception needs: a price per line and why, a PO, a tax code, a delivery, or nothing."""

    def __init__(
        self, *args: Any, exception: InvoiceException, lines: list[ComparedLine], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = [line for line in lines if line.is_free] if exception.kind == Kind.ZERO_PRICE else []
        for line in self.lines:
            label = _("Price of %(item)s per %(unit)s") % {"item": line.item, "unit": line.unit}
            self.fields[f"price_{line.order_line_id}"] = NumberField(
                label=label, max_digits=18, decimal_places=6, min_value=Decimal("0.000001")
            )
        if exception.kind == Kind.ZERO_PRICE:
            self.fields["reason"] = forms.CharField(label=_("Why this price"), max_length=200)
        elif exception.kind == Kind.PO_MISSING:
            self.fields["customer_po"] = forms.CharField(label=_("Customer PO"), max_length=60)
        elif exception.kind == Kind.POD_MISSING:
            self.fields["delivered_on"] = DayField(label=_("Delivered on"))
            self.fields["delivered_to"] = forms.CharField(label=_("Signed by"), max_length=80, required=False)
        elif exception.kind == Kind.TAX_MISSING:
            self.fields["tax_code_id"] = forms.TypedChoiceField(
                label=_("Tax code"), coerce=int, choices=tax_codes_of(exception)
            )

    def answers(self) -> dict[str, Any]:
        """The arguments of correct_exceptions."""
        given = self.cleaned_data
        answers: dict[str, Any] = {
            name: given[name]
            for name in ("reason", "customer_po", "tax_code_id", "delivered_on", "delivered_to")
            if name in given
        }
        if self.lines:
            answers["prices"] = [
                LinePrice(line.order_line_id, given[f"price_{line.order_line_id}"]) for line in self.lines
            ]
        return answers
