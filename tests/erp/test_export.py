"""Files of lists: typed, guarded, explained on the sheet."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from erp.kernel.export import Field, Table, guarded, write_csv, write_xlsx

FIELDS = [
    Field("Order", "code"),
    Field("Total", "money"),
    Field("Due", "day"),
    Field("At", "instant"),
    Field("Ok"),
]
ROWS = [
    ["SO-1", Decimal("-1234.50"), date(2026, 11, 27), datetime(2026, 11, 23, 12, 5), True],
    ['=HYPERLINK("x")', Decimal("0.00"), None, None, None],
]


def table() -> Table:
    return Table("Orders / open", "Open orders · Customer: +Brightwater", FIELDS, iter(ROWS))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\0=1"])
def test_text_that_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_harmless_text_stays() -> None:
    assert guarded("A-1 = fine") == "A-1 = fine"
    assert guarded("") == ""


def test_csv() -> None:
    file = io.BytesIO()
    assert write_csv(table(), file) == 2
    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))
    assert rows == [
        ["Order", "Total", "Due", "At", "Ok"],
        ["SO-1", "-1234.50", "2026-11-27", "2026-11-23 12:05:00", "yes"],
        ['\'=HYPERLINK("x")', "0.00", "", "", ""],
    ]


def test_excel_is_typed_frozen_and_says_its_filter() -> None:
    file = io.BytesIO()
    assert write_xlsx(table(), file) == 2
    sheet = load_workbook(file).active
    assert sheet.title == "Orders   open"
    assert sheet.freeze_panes == "A3"
    assert sheet["A1"].value == "Open orders · Customer: +Brightwater"
    assert [cell.value for cell in sheet[2]] == ["Order", "Total", "Due", "At", "Ok"]
    assert [cell.value for cell in sheet[3]] == [
        "SO-1",
        -1234.5,
        datetime(2026, 11, 27),
        datetime(2026, 11, 23, 12, 5),
        True,
    ]
    assert sheet["B3"].number_format == "#,##0.00"
    assert sheet["C3"].number_format == "yyyy-mm-dd"
    assert (sheet["A4"].value, sheet["A4"].data_type) == ('\'=HYPERLINK("x")', "s")


def test_characters_that_excel_cannot_hold_are_dropped() -> None:
    file = io.BytesIO()
    write_xlsx(Table("T", "", [Field("A")], [["a\x01b\0"]]), file)
    assert load_workbook(file).active["A3"].value == "ab"
