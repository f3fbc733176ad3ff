"""What is written on an invoice, checked for what no match can work with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing.ledger.actions.keep_accounts import CONTROLLED
from billing.payables.errors import NotChargeable
from billing.payables.matching import Outcome
from billing.payables.models import SupplierInvoice, SupplierInvoiceLine, SupplierInvoiceTax
from billing.payables.reads import NAMED
from billing.payables.rules import LONGEST_REFERENCE, ZERO, LineKind, reference_key
from erp.kernel.batch import Batch
from erp.kernel.errors import BadInput, NotFound

MOST_LINES = 5000
LONGEST_DUE = timedelta(days=730)


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line as it is written; it names a purchase order line, a supplier return, an account, or is freight.

    Quantity in the unit that was ordered; net of allowances and charges of the line.
    """

    net: Decimal
    quantity: Decimal = Decimal(1)
    purchase_line_id: int | None = None
    return_id: int | None = None
    account_id: int | None = None
    is_freight: bool = False
    description: str = ""

    @property
    def kind(self) -> SupplierInvoiceLine.Kind:
        if self.is_freight:
            return LineKind.FREIGHT
        return LineKind.GOODS if self.account_id is None else LineKind.COST


@dataclass(frozen=True, slots=True)
class Tax:
    """The tax of one rate: percent, base and amount."""

    rate_percent: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Captured:
    """The invoice, our number of it, and whether it was posted at once."""

    invoice_id: int
    number: str
    posted: bool


def captured(invoice_id: int, outcome: Outcome) -> Captured:
    """What a verb that enters or corrects an invoice answers."""
    return Captured(invoice_id, f"AP-{invoice_id}", invoice_id in outcome.posted_ids)


def written(
    *,
    kind: str,
    reference: str,
    issued_on: date,
    due_on: date | None,
    days: int,
    today: date,
    currency: str,
    figures: tuple[Decimal, Decimal, Decimal],
) -> dict[str, Any]:
    """The columns of the header. `days`: of the supplier's terms. Raises BadInput."""
    reference = reference.strip()
    if kind not in SupplierInvoice.Kind.values:
        raise BadInput(field="kind", reason=_("an invoice or a credit note."))
    if not reference_key(reference) or len(reference) > LONGEST_REFERENCE:
        raise BadInput(
            field="reference", reason=_("the supplier's number, with letters or digits, up to 60.")
        )
    if issued_on > today:
        raise BadInput(field="issued_on", reason=_("the document is not from the future."))
    due_on = issued_on + timedelta(days=days) if due_on is None else due_on
    if not issued_on <= due_on <= issued_on + LONGEST_DUE:
        raise BadInput(field="due_on", reason=_("not before the document, and at most two years after it."))
    if len(currency) != 3 or not currency.isalpha():
        raise BadInput(field="currency", reason=_("three letters, such as EUR."))
    for name, amount in zip(("net", "tax", "gross"), figures, strict=True):
        if amount < 0 or amount != round(amount, 2):
            raise BadInput(field=name, reason=_("not below zero, with at most two decimals."))
    net, tax, gross = figures
    return {
        "kind": kind,
        "reference": reference,
        "reference_key": reference_key(reference),
        "issued_on": issued_on,
        "due_on": due_on,
        "currency": currency,
        "net": net,
        "tax": tax,
        "gross": gross,
    }


def write_lines(
    batch: Batch, invoice_id: int, company_id: int, lines: Sequence[InvoiceLine], taxes: Sequence[Tax]
) -> None:
    """The lines and taxes of an invoice. Raises BadInput, NotFound, NotChargeable."""
    _check(lines, taxes)
    _check_named(batch, company_id, lines)
    batch.insert(
        SupplierInvoiceLine,
        invoice=invoice_id,
        line=list(range(1, len(lines) + 1)),
        kind=[line.kind.value for line in lines],
        purchase_line=[line.purchase_line_id for line in lines],
        supplier_return=[line.return_id for line in lines],
        account=[line.account_id for line in lines],
        description=[line.description.strip()[:200] for line in lines],
        quantity=[line.quantity for line in lines],
        net=[line.net for line in lines],
    )
    batch.insert(
        SupplierInvoiceTax,
        invoice=invoice_id,
        rate_percent=[each.rate_percent for each in taxes],
        base=[each.base for each in taxes],
        amount=[each.amount for each in taxes],
    )


def _check(lines: Sequence[InvoiceLine], taxes: Sequence[Tax]) -> None:
    if not 0 < len(lines) <= MOST_LINES:
        raise BadInput(field="lines", reason=_("from one to %(most)s lines.") % {"most": MOST_LINES})
    for place, line in enumerate(lines, 1):
        named = (line.purchase_line_id, line.return_id, line.account_id, line.is_freight or None)
        if sum(each is not None for each in named) > 1:
            reason = _("line %(line)s names one of order, return, account and freight.")
            raise BadInput(field="lines", reason=reason % {"line": place})
        if line.quantity <= 0 or line.quantity != round(line.quantity, 6) or line.net != round(line.net, 2):
            reason = _("line %(line)s has a quantity above zero and a net with at most two decimals.")
            raise BadInput(field="lines", reason=reason % {"line": place})
        if line.net < ZERO and any(each is not None for each in (line.purchase_line_id, line.return_id)):
            reason = _("line %(line)s is below zero: goods are credited by a credit note.")
            raise BadInput(field="lines", reason=reason % {"line": place})
    if len({each.rate_percent for each in taxes}) < len(taxes):
        raise BadInput(field="taxes", reason=_("each rate once."))
    for each in taxes:
        figures = ((each.rate_percent, 3), (each.base, 2), (each.amount, 2))
        if not 0 <= each.rate_percent < 100 or any(value != round(value, most) for value, most in figures):
            raise BadInput(field="taxes", reason=_("rates from 0 to below 100, amounts with two decimals."))


def _check_named(batch: Batch, company_id: int, lines: Sequence[InvoiceLine]) -> None:
    orders = sorted({line.purchase_line_id for line in lines if line.purchase_line_id is not None})
    returns = sorted({line.return_id for line in lines if line.return_id is not None})
    accounts = sorted({line.account_id for line in lines if line.account_id is not None})
    control = [purpose.value for purpose in CONTROLLED]
    found = batch.read(NAMED, orders, company_id, returns, company_id, control, accounts, company_id)
    known = {(kind, row_id): (label, why) for kind, row_id, label, why in found}
    for what, words, ids in (
        ("order", _("purchase order line"), orders),
        ("return", _("supplier return"), returns),
        ("account", _("account"), accounts),
    ):
        for row_id in ids:
            if (what, row_id) not in known:
                raise NotFound(what=words, reference=row_id)
    reasons = {
        "bank": _("it is the account of a bank, which its statements post to."),
        "control": _("it is a control account, which documents alone post to."),
    }
    for label, why in known.values():
        if why:
            raise NotChargeable(account=label, reason=reasons[why])
