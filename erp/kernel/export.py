"""CSV and Excel files of what a list shows: typed figures, a guard against formulas, and a line in the audit."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from .models import AuditEvent, User

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
EXCEL_MOST_ROWS = 1_048_576 - 2

MIME = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

NUMBER_FORMATS = {
    "money": "#,##0.00",
    "signed": "+#,##0.00;-#,##0.00;0.00",
    "quantity": "#,##0.######",
    "number": "#,##0",
    "percent": '0.0" %"',
    "age": "0",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a file; `kind` as in `columns.Column`."""

    label: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: the filter in words stands on the sheet, so that the file explains itself."""

    title: str
    caption: str
    fields: Sequence[Field]
    rows: Iterable[Sequence[Any]]


def guarded(value: str) -> str:
    """Text that no spreadsheet takes for a formula: a leading `'` before = + - @, tab, carriage return and NUL."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def write_csv(table: Table, file: IO[bytes]) -> int:
    """RFC 4180, UTF-8 with a byte order mark so that Excel reads it; the number of rows."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([guarded(field.label) for field in table.fields])
    count = 0
    for row in table.rows:
        count += 1
        writer.writerow([_csv_cell(value) for value in row])
    text.detach()
    return count


def _csv_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, int | date):
        return value
    return guarded(str(value))


def write_xlsx(table: Table, file: IO[bytes]) -> int:
    """A sheet with the filter in the first row, a frozen header and typed cells; the number of rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(table.title))
    sheet.freeze_panes = "A3"
    for position, field in enumerate(table.fields, 1):
        wide = max(len(field.label) + 2, 20 if field.kind in ("text", "instant") else 12)
        sheet.column_dimensions[get_column_letter(position)].width = min(wide, 40)
    sheet.append([_xlsx_cell(sheet, _clean(table.caption), "text", italic=True)])
    sheet.append([_xlsx_cell(sheet, _clean(field.label), field.kind, bold=True) for field in table.fields])
    count = 0
    for row in table.rows:
        count += 1
        if count > EXCEL_MOST_ROWS:
            raise ValueError(f"A sheet holds {EXCEL_MOST_ROWS:,} rows; filter the list or take the CSV file.")
        sheet.append(
            [_xlsx_cell(sheet, value, field.kind) for value, field in zip(row, table.fields, strict=True)]
        )
    book.save(file)
    return count


def _xlsx_cell(sheet: Any, value: Any, kind: str, *, bold: bool = False, italic: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=_clean(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, Decimal | int) and not isinstance(value, bool):
        cell.number_format = NUMBER_FORMATS.get(kind, "General")
    if bold or italic:
        cell.font = Font(bold=bold, italic=italic)
    if bold and kind in NUMBER_FORMATS:
        cell.alignment = Alignment(horizontal="right")
    return cell


def _clean(value: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub("", guarded(value))


def _sheet_name(title: str) -> str:
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in title)[:31] or "Sheet"


WRITERS = {"csv": write_csv, "xlsx": write_xlsx}


def record_export(user: User, *, what: str, kind: str, rows: int, caption: str, request_id: str = "") -> None:
    """Keep who took which rows out of the house."""
    AuditEvent.objects.create(
        table=what[:63],
        row_id=user.pk,
        operation="export",
        actor=user.username,
        reason=caption[:200],
        request_id=request_id[:40],
        after={"format": kind, "rows": rows},
    )
