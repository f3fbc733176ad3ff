"""Reading what people upload: CSV and Excel files as rows of cells, within limits, whatever the file holds.

A file is refused as a whole only when nothing of it can be trusted (FileRefused). A row that cannot be read
carries its problem, so that it waits with a reason while the others go on.
"""

import csv
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook

from .errors import DomainError

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100  # size unpacked over size packed: beyond it the file is made to burst
DELIMITERS = ";\t,|"
ZIP, OLD_EXCEL, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class FileRefused(DomainError):
    """The file cannot be read as a whole; nothing of it was taken."""

    code = "orders.file_refused"
    message = gettext_lazy("The file was not taken: {reason}")
    status = 422


Cell = str | Decimal  # a figure that Excel keeps as one needs no reading


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that is not empty; `number` counts from 1 as a spreadsheet program does."""

    number: int
    cells: tuple[Cell, ...]
    problem: str = ""


def read_rows(content: bytes) -> list[SheetRow]:
    """Every row of an uploaded file. Its type is told from its content, never from its name."""
    if len(content) > MOST_BYTES:
        raise FileRefused(reason=_("it is larger than 20 MB. Send it in parts."))
    if content.startswith((OLD_EXCEL, PDF)):
        raise FileRefused(
            reason=_("only CSV and Excel files (.xlsx) without a password are read. Save it as one.")
        )
    rows = _excel_rows(content) if content.startswith(ZIP) else _text_rows(content)
    found = list(_within_limits(rows))
    if not found:
        raise FileRefused(reason=_("it is empty."))
    return found


def _within_limits(rows: Iterable[SheetRow]) -> Iterator[SheetRow]:
    """Rows without the empty ones, each free of what cannot be stored or seen."""
    count = 0
    for row in rows:
        if len(row.cells) > MOST_COLUMNS:
            raise FileRefused(
                reason=_("row %(n)s has more than %(most)s columns.")
                % {"n": row.number, "most": MOST_COLUMNS}
            )
        if not row.problem and not any(row.cells):
            continue
        count += 1
        if count > MOST_ROWS + 1:  # and the headings
            raise FileRefused(reason=_("it has more than 200,000 rows. Send it in parts."))
        yield _without_invisible(row)


def _without_invisible(row: SheetRow) -> SheetRow:
    cells = tuple(_visible(cell) if isinstance(cell, str) else cell for cell in row.cells)
    if cells == row.cells:
        return row
    return SheetRow(row.number, cells, row.problem or _("The row holds characters that cannot be read."))


def _visible(text: str) -> str:
    return "".join("\ufffd" if _is_invisible(sign) else sign for sign in text)


def _is_invisible(sign: str) -> bool:
    """NUL and other control characters, direction marks, broken characters."""
    return sign not in "\n\r\t" and unicodedata.category(sign) in ("Cc", "Cf", "Cs")


# Text ---------------------------------------------------------------------------------------------------


def _text_rows(content: bytes) -> Iterator[SheetRow]:
    """Rows of delimited text. A quotation mark that is never closed costs its row, not the file."""
    text = _decoded(content)
    delimiter, text, skipped = _delimiter_of(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = skipped
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            problem = _("The row cannot be read: a quotation mark is not closed, or the file was cut.")
            yield SheetRow(number, (), problem)
        else:
            yield SheetRow(number, tuple(cell.strip() for cell in cells))


def _decoded(content: bytes) -> str:
    """UTF-8 with or without a byte order mark, UTF-16 with one, else Windows-1252 as older programs write it."""
    try:
        if content.startswith(UTF_16):
            return content.decode("utf-16")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise FileRefused(
            reason=_("it is neither text nor an Excel file. Save it as CSV UTF-8 or as .xlsx.")
        ) from None


def _delimiter_of(text: str) -> tuple[str, str, int]:
    """The delimiter, the text without Excel's `sep=` line, and how many lines that was."""
    if named := re.match(r"sep=([;,\t])\r?\n", text):
        return named[1], text[named.end() :], 1
    heading = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=heading.count), text, 0


# Excel --------------------------------------------------------------------------------------------------


def _excel_rows(content: bytes) -> Iterator[SheetRow]:
    """Rows of the first sheet, formulas as the value that Excel last computed."""
    _refuse_bombs(content)
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size is not believed
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            yield SheetRow(number, tuple(_cell(value) for value in values))
    except FileRefused:
        raise
    except Exception as error:  # whatever a damaged or hostile file makes the reader raise
        raise FileRefused(
            reason=_("it cannot be read as an Excel file. It may be damaged or cut.")
        ) from error


def _refuse_bombs(content: bytes) -> None:
    """Refuse, before anything is unpacked, what would unpack to too much, and what holds programs."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise FileRefused(reason=_("it cannot be read as an Excel file. It may be damaged or cut.")) from None
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(len(content), 1):
        raise FileRefused(reason=_("it unpacks to more than it may. Save it again without unused cells."))
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        raise FileRefused(reason=_("it holds macros. Save it as .xlsx without them."))


def _cell(value: Any) -> Cell:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return Decimal(value)
        case float():
            figure = Decimal(
                format(value, ".15g")
            )  # the digits that Excel shows, not those of the binary fraction
            return figure if figure.is_finite() else str(value)
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return str(value).strip()
