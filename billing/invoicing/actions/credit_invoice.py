"""Credit a whole invoice: another numbered document that mirrors it (BI04).

The billables stay billed: a credited delivery is never charged again by the rules. Who delivers or charges anew
does so on a new order line, so that every charge and every credit keeps its own source line.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing.invoicing.actions.invoice_shipments import issue
from billing.invoicing.errors import AlreadyCredited, NotCreditable, OwnInvoice
from billing.invoicing.events import InvoicePosted
from billing.invoicing.models import Invoice, InvoiceLine, InvoiceTax
from billing.invoicing.reads import CREDIT_BOOKS, CREDITED_LINES, CREDITED_TAXES, LOCK_INVOICE, SETTLE
from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Journal, Purpose
from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.stock.errors import NoOpenPeriod
from orders.credit.models import CreditAccount

CREDIT = permit("billing.credit_invoice", "finance", "process_owner")
SYSTEM = "system:"


@dataclass(frozen=True, slots=True)
class Credited:
    """The credit memo, and how much of the invoice's open amount it settled."""

    credit_memo_id: int
    settled: Decimal


@dataclass(frozen=True, slots=True)
class _Original:
    """The invoice to credit; its open item is locked, which serialises everyone who credits or pays it."""

    id: int
    number: str
    kind: str
    company_id: int
    site_id: int
    customer_id: int
    bill_to_id: int
    party_id: int
    order_id: int
    shipment_id: int
    customer_po: str
    currency: str
    line_count: int
    net: Decimal
    tax: Decimal
    earned_at: str
    posted_by: str
    item_id: int
    open: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


def _credited_meanwhile(**given: object) -> AlreadyCredited:
    return AlreadyCredited(
        invoice=f"Invoice {given.get('invoice_id', '')}", credit_memo="another credit memo"
    )


@command("billing.credit_invoice", conflicts={"invoice_credited_once": _credited_meanwhile})
def credit_invoice(batch: Batch, *, invoice_id: int, reason: str) -> Credited:
    """Issue a credit memo over every line of an invoice: mirrored taxes, journal and receivable.

    What of the invoice is open is settled with it at once; what was paid leaves the memo open, to be used by a later
    payment. Raises AlreadyCredited, NotCreditable, OwnInvoice (whoever issued it; system runs belong to nobody).
    """
    if not reason.strip():
        raise BadInput(field="reason", reason="say why the invoice is credited.")
    rows = batch.read(LOCK_INVOICE, invoice_id)
    if not rows:
        raise NotFound(what="invoice", reference=invoice_id)
    original = _Original(*rows[0])
    batch.actor.require(CREDIT, company=original.company_id, site=original.site_id)
    if original.kind != Invoice.Kind.INVOICE:
        raise NotCreditable(invoice=original.number)
    ((accounting_on, credit_id, memo),) = batch.read(
        CREDIT_BOOKS, batch.now, original.company_id, original.bill_to_id, invoice_id
    )
    if memo:
        raise AlreadyCredited(invoice=original.number, credit_memo=memo)
    if original.posted_by == batch.actor.name and not original.posted_by.startswith(SYSTEM):
        raise OwnInvoice(invoice=original.number)
    if accounting_on is None:
        raise NoOpenPeriod(company=original.company_id, on=batch.now.date())
    return _post(batch, original, accounting_on, credit_id, reason.strip()[:200])


def _post(
    batch: Batch, original: _Original, accounting_on: date, credit_id: int | None, reason: str
) -> Credited:
    lines = batch.read(CREDITED_LINES, original.id)
    (memo_id,) = batch.draw(billing_invoice=1)["billing_invoice"]
    _write_lines(batch, memo_id, lines, batch.read(CREDITED_TAXES, original.id))
    if credit_id is not None:
        batch.update(CreditAccount, [credit_id], add={"exposure": -original.gross})
    post_journals(batch, [_entry(batch, memo_id, original, accounting_on, lines)])
    settled = min(original.open, original.gross)
    batch.decide(
        "billing.credit_invoice",
        Invoice,
        memo_id,
        {"credits": original.id, "reason": reason, "settled": settled},
    )
    batch.publish(InvoicePosted(invoice_id=memo_id))
    batch.close()
    issue(
        batch,
        kind=Invoice.Kind.CREDIT_MEMO.value,
        company_id=original.company_id,
        accounting_on=accounting_on,
        rows=[
            (
                memo_id, original.site_id, 0, 0, original.customer_id, original.bill_to_id, original.order_id,
                original.shipment_id, original.id, reason, original.customer_po, original.currency,
                original.line_count, original.net, original.tax, original.earned_at,
            )
        ],
    )  # fmt: skip
    if settled:
        batch.write(
            SETTLE,
            settled,
            memo_id,
            settled,
            original.item_id,
            original.item_id,
            settled,
            batch.now,
            batch.actor.name,
        )
    return Credited(memo_id, settled)


def _write_lines(
    batch: Batch, memo_id: int, lines: Sequence[tuple[Any, ...]], taxes: Sequence[tuple[Any, ...]]
) -> None:
    batch.insert(
        InvoiceLine,
        invoice=memo_id,
        credits=[row[0] for row in lines],
        line=[row[1] for row in lines],
        billable=[row[2] for row in lines],
        order_line=[row[3] for row in lines],
        item=[row[4] for row in lines],
        description=[row[5] for row in lines],
        quantity=[row[6] for row in lines],
        unit=[row[7] for row in lines],
        stock_quantity=[row[8] for row in lines],
        unit_price=[row[9] for row in lines],
        net=[row[10] for row in lines],
        cost=[row[11] for row in lines],
        tax_code=[row[12] for row in lines],
        tax_rate_percent=[row[13] for row in lines],
    )
    batch.insert(
        InvoiceTax,
        invoice=memo_id,
        tax_code=[row[0] for row in taxes],
        rate_percent=[row[1] for row in taxes],
        base=[row[2] for row in taxes],
        tax=[row[3] for row in taxes],
    )


def _entry(
    batch: Batch, memo_id: int, original: _Original, accounting_on: date, lines: Sequence[tuple[Any, ...]]
) -> Entry:
    by_class: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in lines:
        by_class[row[14]] += row[10]
    return Entry(
        kind=Journal.Kind.CREDIT_MEMO.value,
        company_id=original.company_id,
        currency=original.currency,
        source="billing.invoice",
        source_id=memo_id,
        effective_at=batch.now,
        accounting_on=accounting_on,
        amounts=[
            Amount(Purpose.RECEIVABLE, -original.gross, party_id=original.party_id),
            *(Amount(Purpose.REVENUE, net, class_id) for class_id, net in by_class.items()),
            Amount(Purpose.TAX, original.tax),
        ],
        site_id=original.site_id,
    )
