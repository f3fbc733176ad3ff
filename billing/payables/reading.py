"""What suppliers send as files: e-invoices (UBL, CII) and lists of lines (CSV), as invoices to be entered.

An e-invoice is believed as it stands: what does not add up in it is found by the match, as on paper. Its lines are
those of the purchase order that it names, by the order's line, our item number or the supplier's.
"""

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from billing.einvoice.reader import read_einvoice
from billing.einvoice.semantic import Line, SemanticInvoice
from billing.payables.capturing import InvoiceLine, Tax
from billing.payables.errors import FileRefused, SupplierUnknown
from billing.payables.lookups import WrittenLine, invoice_lines
from billing.payables.models import SupplierInvoice
from billing.payables.rules import ZERO, reference_key
from erp.kernel.errors import DomainError
from inventory.purchasing.models import PurchaseOrderLine
from masterdata.items.models import ItemReference
from masterdata.parties.models import Supplier
from masterdata.parties.queries import supplier_list

CREDIT_NOTES = frozenset({"81", "83", "261", "381", "396", "420", "458", "532"})  # UNTDID 1001
MOST_DOCUMENTS = 200  # of one CSV file: more is a job for the API
MOST_BYTES = 10 * 1024 * 1024
COLUMNS = (
    "company", "supplier", "kind", "reference", "issued_on", "order", "order_line", "return", "account", "freight",
    "description", "quantity", "net", "tax_rate", "tax", "gross",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """One document of a file: the arguments of `capture_supplier_invoice`, or why it cannot be entered."""

    name: str
    key: str  # idempotency: the same document again is the same invoice
    document: dict[str, Any] | None = None
    refusal: str = ""


def read_file(content: bytes, *, user: Any) -> Iterator[Sent]:
    """The documents of a file. Raises FileRefused, and Unreadable for XML that is no invoice or not safe."""
    if len(content) > MOST_BYTES:
        raise FileRefused(
            cause=_("it has more than %(n)s MB") % {"n": MOST_BYTES // 1024**2}, remedy=_("send it in parts")
        )
    key = hashlib.sha256(content).hexdigest()
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        said = read_einvoice(content)
        yield Sent(said.number, key, einvoice_document(said, user=user))
    else:
        yield from _read_csv(content, key, user)


# E-invoices --------------------------------------------------------------------------------------


def einvoice_document(said: SemanticInvoice, *, user: Any) -> dict[str, Any]:
    """An e-invoice as the arguments of the verb. Raises SupplierUnknown."""
    supplier = _supplier_of(said, user)
    totals = said.totals
    is_credit = said.type_code in CREDIT_NOTES
    sign = 1
    if totals.gross < 0:  # an invoice below zero is a credit note, and the other way round
        is_credit, sign = not is_credit, -1
    lines = _einvoice_lines(said, supplier, sign)
    by_rate: defaultdict[Decimal, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for group in said.taxes:
        sums = by_rate[group.tax.rate_percent or ZERO]
        sums[0] += sign * group.base
        sums[1] += sign * group.amount
    due_on = said.due_on if said.due_on and said.due_on >= said.issued_on else None
    kinds = SupplierInvoice.Kind
    return {
        "supplier_id": supplier.pk,
        "kind": (kinds.CREDIT_NOTE if is_credit else kinds.INVOICE).value,
        "reference": said.number,
        "issued_on": said.issued_on,
        "due_on": due_on,
        "currency": said.currency,
        "lines": lines,
        "taxes": [Tax(rate, base, amount) for rate, (base, amount) in sorted(by_rate.items())],
        "net": sign * totals.net,
        "tax": sign * totals.tax,
        "gross": sign * totals.gross,
        "source": SupplierInvoice.Source.EINVOICE.value,
    }


def _supplier_of(said: SemanticInvoice, user: Any) -> Supplier:
    """By tax number, our own number of it, or name; of the company that bought."""
    seller = said.seller
    numbers = {reference_key(number) for number in (seller.vat, seller.tax_registration)} - {""}
    known = [
        row
        for row in supplier_list(user=user)
        if reference_key(row.party.tax_number) in numbers
        or seller.identifier == row.party.code
        or row.party.name.casefold() == seller.name.casefold()
    ]
    if len(known) > 1:
        buyer = {reference_key(number) for number in (said.buyer.vat, said.buyer.tax_registration)} - {""}
        ours = [
            row
            for row in known
            if reference_key(row.company.tax_number) in buyer or row.company.name == said.buyer.name
        ]
        known = ours or known
    if len(known) != 1:
        raise SupplierUnknown(
            seller=seller.name, number=seller.vat or _("without a tax number"), found=len(known)
        )
    return known[0]


def _einvoice_lines(said: SemanticInvoice, supplier: Supplier, sign: int) -> list[InvoiceLine]:
    ordered = (
        list(
            PurchaseOrderLine.objects.filter(
                order__company=supplier.company_id, order__number=said.purchase_order
            ).select_related("item")
        )
        if said.purchase_order
        else []
    )
    theirs = dict(
        ItemReference.objects.filter(
            kind=ItemReference.Kind.SUPPLIER,
            party=supplier.party_id,
            item__in=[line.item_id for line in ordered],
        ).values_list("code", "item_id")
    )
    lines = []
    for line in said.lines:
        net = sign * line.net
        found = _ordered_line(line, ordered, theirs) if net >= 0 else None
        lines.append(
            InvoiceLine(
                net=net,
                quantity=abs(line.quantity) or Decimal(1),
                purchase_line_id=None if found is None else found.pk,
                description=line.name,
            )
        )
    lines += [
        InvoiceLine(
            net=sign * (each.amount if each.is_charge else -each.amount),
            is_freight=each.is_charge,
            description=each.reason or (_("Charge") if each.is_charge else _("Allowance")),
        )
        for each in said.adjustments
    ]
    return lines


def _ordered_line(
    line: Line, ordered: Sequence[PurchaseOrderLine], theirs: dict[str, int]
) -> PurchaseOrderLine | None:
    """The purchase order line that an invoice line is about; none where it does not say it for certain."""
    by_number = [each for each in ordered if str(each.line) == line.order_line]
    item_id = theirs.get(line.item)
    by_item = [
        each for each in ordered if each.item.code in (line.buyer_item, line.item) or each.item_id == item_id
    ]
    for found in (by_number, by_item):
        if len(found) == 1:
            return found[0]
    return None


# CSV ---------------------------------------------------------------------------------------------


def _read_csv(content: bytes, key: str, user: Any) -> Iterator[Sent]:
    """One row is a line; rows with one supplier and number are one document, at one rate of tax each."""
    try:
        text = content.decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text), strict=True)
        names = tuple(rows.fieldnames or ())
        if not {"supplier", "reference", "issued_on", "net", "gross"} <= set(names) <= set(COLUMNS):
            raise FileRefused(
                cause=_("its first row does not name the columns"),
                remedy=_("use these: %(names)s") % {"names": ", ".join(COLUMNS)},
            )
        documents: dict[tuple[str, str, str], list[dict[str, str]]] = {}
        for row in rows:
            if None in row or None in row.values():
                raise FileRefused(
                    cause=_("row %(n)s has another number of columns") % {"n": rows.line_num},
                    remedy=_("save it as CSV with commas again"),
                )
            if "\0" in "".join(row.values()):
                raise FileRefused(cause=_("it is no text"), remedy=_("save it as CSV in UTF-8"))
            documents.setdefault((row.get("company", ""), row["supplier"], row["reference"]), []).append(row)
    except UnicodeDecodeError:
        raise FileRefused(cause=_("it is not in UTF-8"), remedy=_("save it as CSV in UTF-8")) from None
    except csv.Error as error:
        raise FileRefused(
            cause=_("it is no CSV: %(why)s") % {"why": error}, remedy=_("save it as CSV with commas again")
        ) from None
    if not 0 < len(documents) <= MOST_DOCUMENTS:
        raise FileRefused(
            cause=_("it has %(n)s documents, from 1 to %(most)s are taken")
            % {"n": len(documents), "most": MOST_DOCUMENTS},
            remedy=_("send it in parts"),
        )
    for (company, supplier, reference), own in documents.items():
        name = f"{supplier} {reference}"
        try:
            yield Sent(name, f"{key}-{name}"[:80], _csv_document(company, supplier, reference, own, user))
        except DomainError as error:
            yield Sent(name, "", refusal=str(error))


def _csv_document(
    company: str, supplier: str, reference: str, rows: Sequence[dict[str, str]], user: Any
) -> dict[str, Any]:
    suppliers = supplier_list(user=user).filter(party__code=supplier.strip())
    if company.strip():
        suppliers = suppliers.filter(company__code=company.strip())
    known = list(suppliers[:2])
    if len(known) != 1:
        raise SupplierUnknown(seller=supplier, number=company or _("without a company"), found=len(known))
    lines = [
        WrittenLine(
            net=_number(row, "net"),
            quantity=_number(row, "quantity", "1"),
            order=row.get("order", "").strip(),
            order_line=_whole(row, "order_line"),
            supplier_return=row.get("return", "").strip(),
            account=row.get("account", "").strip(),
            is_freight=row.get("freight", "").strip().lower() in ("1", "true", "yes"),
            description=row.get("description", "").strip(),
        )
        for row in rows
    ]
    bases: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
    amounts: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
    for row, line in zip(rows, lines, strict=True):
        rate = _number(row, "tax_rate", "0")
        bases[rate] += line.net
        amounts[rate] += _number(row, "tax", "0")
    net, tax = sum(bases.values(), ZERO), sum(amounts.values(), ZERO)
    gross = {_number(row, "gross") for row in rows}
    if len(gross) > 1:
        raise FileRefused(
            cause=_("the rows of %(reference)s name different gross amounts") % {"reference": reference},
            remedy=_("repeat the document's gross in each of its rows"),
        )
    return {
        "supplier_id": known[0].pk,
        "kind": rows[0].get("kind", "").strip() or SupplierInvoice.Kind.INVOICE.value,
        "reference": reference,
        "issued_on": _day(rows[0]["issued_on"]),
        "lines": invoice_lines(lines, company_id=known[0].company_id),
        "taxes": [Tax(rate, base, amounts[rate]) for rate, base in sorted(bases.items()) if rate],
        "net": net,
        "tax": tax,
        "gross": gross.pop(),
        "source": SupplierInvoice.Source.FILE.value,
    }


def _number(row: dict[str, str], name: str, default: str = "") -> Decimal:
    text = row.get(name, "").strip() or default
    try:
        value = Decimal(text)
        if not value.is_finite() or abs(value) >= Decimal(10) ** 12 or "e" in text.lower():
            raise InvalidOperation
    except InvalidOperation:
        raise FileRefused(
            cause=_("“%(text)s” in %(column)s is no number") % {"text": text[:40], "column": name},
            remedy=_("write it as 1234.56"),
        ) from None
    return value


def _whole(row: dict[str, str], name: str) -> int | None:
    """A whole number; None for a blank."""
    if not row.get(name, "").strip():
        return None
    value = _number(row, name)
    if value != int(value):
        raise FileRefused(
            cause=_("%(number)s in %(column)s is no whole number") % {"number": value, "column": name},
            remedy=_("write it as 1"),
        )
    return int(value)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise FileRefused(
            cause=_("“%(text)s” in issued_on is no date") % {"text": text[:40]},
            remedy=_("write it as 2026-11-29"),
        ) from None
