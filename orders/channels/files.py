"""Orders in a file: CSV or Excel as people really send them, read with suspicion (reliability.md F9)."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from erp.kernel.formats import read_day, read_number

from .errors import FileRefused
from .rules import DocumentLine, OrderDocument

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_ORDERS = 20_000, 60, 200
MOST_TEXT = 200  # characters of a cell

BROKEN = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError, SyntaxError)

COLUMNS = {
    "customer": ("customer", "customer number", "account", "sold to"),
    "item": ("item", "code", "sku", "article", "item number", "gtin", "ean"),
    "quantity": ("quantity", "qty", "amount", "pieces"),
    "unit": ("unit", "uom"),
    "price": ("price", "unit price"),
    "price_reason": ("price reason", "reason"),
    "customer_po": ("customer po", "po", "po number", "order", "order number", "reference"),
    "ship_to": ("ship to", "delivery address", "address"),
    "requested_on": ("requested", "requested date", "delivery date", "date"),
    "note": ("note", "remark", "comment"),
}
REQUIRED = ("customer", "item", "quantity")


@dataclass(slots=True)
class Read:
    """What a file says: its orders, and rows that belong to none with the reason."""

    documents: list[OrderDocument] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)


def read_orders(content: bytes, today: date) -> Read:
    """The orders of a file: rows with the same customer and PO are one. Raises FileRefused for a file as a whole."""
    if len(content) > MOST_BYTES:
        raise FileRefused(reason=_("it is larger than %(n)s MB.") % {"n": MOST_BYTES // 1024 // 1024})
    rows = _excel(content) if content[:4] == b"PK\x03\x04" else _csv(content)
    head = next(rows, None)
    places = _places([_text(cell).lower().replace("_", " ") for cell in _trimmed(head or ())])
    read = Read()
    groups: dict[tuple[str, str], list[tuple[dict[str, str], DocumentLine]]] = {}
    for number, cells in enumerate(islice(rows, MOST_ROWS + 1), 2):
        if number > MOST_ROWS + 1:
            raise FileRefused(reason=_("it has more than %(n)s rows.") % {"n": MOST_ROWS})
        row = {name: _text(cells[place]) if place < len(cells) else "" for name, place in places.items()}
        if not any(row.values()):
            continue
        if not row["customer"]:
            read.skipped.append((number, _("The row names no customer.")))
            continue
        group = groups.setdefault((row["customer"].upper(), row.get("customer_po", "").upper()), [])
        group.append((row, _line(row, len(group) + 1)))
    if len(groups) > MOST_ORDERS:
        raise FileRefused(reason=_("it has more than %(n)s orders; send it in parts.") % {"n": MOST_ORDERS})
    for group in groups.values():
        _document(read, group, today)
    if not read.documents and not read.skipped:
        raise FileRefused(reason=_("it has no rows below its header."))
    return read


def _document(read: Read, group: list[tuple[dict[str, str], DocumentLine]], today: date) -> None:
    first = group[0][0]
    asked = first.get("requested_on", "")
    try:
        requested = read_day(asked, today) if asked else None
    except ValueError as problem:
        read.skipped.append((0, f"{first['customer']} {first.get('customer_po', '')}: {problem}"))
        return
    read.documents.append(
        OrderDocument(
            customer=first["customer"],
            lines=[line for _row, line in group],
            ship_to=first.get("ship_to", ""),
            customer_po=first.get("customer_po", "")[:60],
            requested_on=requested,
            note=first.get("note", ""),
        )
    )


def _line(row: dict[str, str], place: int) -> DocumentLine:
    return DocumentLine(
        item=row["item"][:80],
        quantity=_figure(row["quantity"]),
        unit=row.get("unit", "")[:3],
        price=_figure(row.get("price", "")),
        price_reason=row.get("price_reason", "")[:120],
        line=place,
    )


def _figure(text: str) -> str:
    """The number as a plain decimal; as it stands where it is none, so that the line parks with it."""
    try:
        return f"{read_number(text):f}"[:40] if text else ""
    except ValueError:
        return text[:40]


def _trimmed(cells: Iterable[Any]) -> list[Any]:
    """The cells without the empty ones at the end, which a sheet may have by the thousand."""
    kept = list(cells)
    while kept and kept[-1] in (None, ""):
        kept.pop()
    return kept


def _places(names: list[str]) -> dict[str, int]:
    """Where each of our columns stands in the file."""
    if len(names) > MOST_COLUMNS:
        raise FileRefused(reason=_("it has more than %(n)s columns.") % {"n": MOST_COLUMNS})
    found = {}
    for column, aliases in COLUMNS.items():
        place = next((names.index(alias) for alias in aliases if alias in names), None)
        if place is not None:
            found[column] = place
    missing = [name for name in REQUIRED if name not in found]
    if missing:
        reason = _("its first row has no column %(names)s. Columns are separated by comma, semicolon or tab.")
        raise FileRefused(reason=reason % {"names": ", ".join(missing)})
    return found


def _text(cell: Any) -> str:
    """A cell as text: dates as ISO, whole floats without a point, control characters gone."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return "".join(sign for sign in str(cell)[:MOST_TEXT] if sign.isprintable()).strip()


def _csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    first = text.split("\n", 1)[0][:20_000]
    delimiter = max(",;\t|", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as problem:
        raise FileRefused(reason=_("it is damaged (%(problem)s).") % {"problem": problem}) from None


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: Iterable[str] = ("utf-16",)
    elif b"\0" in content:
        raise FileRefused(reason=_("it is neither text nor an Excel workbook."))
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused(reason=_("its characters are in no encoding that we know. Save it as UTF-8."))


def _excel(content: bytes) -> Iterator[tuple[Any, ...]]:
    """Rows of the first sheet. Formulas are not calculated: such a cell is its text and parks its line."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
                raise FileRefused(reason=_("it would unpack to an unreasonable size."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        yield from book.worksheets[0].iter_rows(
            max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS + 1, values_only=True
        )
    except FileRefused:
        raise
    except BROKEN as problem:
        raise FileRefused(reason=_("it is no whole Excel workbook.")) from problem
