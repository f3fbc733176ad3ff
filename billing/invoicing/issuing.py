"""What invoices and credit memos are issued with: their taxes, and at the very end their numbers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from billing.invoicing.models import InvoiceTax
from billing.invoicing.reads import ISSUE
from erp.kernel.batch import Batch


def write_taxes(
    batch: Batch,
    documents: Iterable[tuple[int, Mapping[Decimal, tuple[Decimal, Decimal]]]],
    code_of: Mapping[tuple[int, Decimal], int | None],
) -> None:
    """The taxes of documents, {rate: (base, tax)} by their id, under the tax code of (id, rate)."""
    rows = [(pk, rate, base, tax) for pk, taxes in documents for rate, (base, tax) in taxes.items()]
    batch.insert(
        InvoiceTax,
        invoice=[pk for pk, *_ in rows],
        tax_code=[code_of[pk, rate] for pk, rate, *_ in rows],
        rate_percent=[rate for _, rate, *_ in rows],
        base=[base for *_, base, _ in rows],
        tax=[tax for *_, tax in rows],
    )


def issue(
    batch: Batch, *, kind: str, company_id: int, accounting_on: date, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Number, date and insert the documents of one company: the last statement of their transaction (16).

    Rows hold id, site, place in the block, days to pay, customer, payer, order, shipment, credited invoice, reason,
    customer PO, currency, line count, net, tax, instant earned. The open item comes with the document.
    """
    columns = [list(column) for column in zip(*rows, strict=True)]
    batch.write(
        ISSUE,
        len(rows),
        accounting_on,
        f"company:{company_id}",
        kind,
        len(rows),
        kind,
        company_id,
        kind,
        batch.now,
        batch.actor.name,
        *columns,
    )
