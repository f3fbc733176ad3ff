"""F9: whatever a file holds, it gets a report by row; nothing is guessed, nothing is lost, nothing bursts."""

import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from erp.kernel import tabular as files
from erp.kernel.formats import Formats, reading_as
from erp.kernel.tabular import FileRefused
from orders.channels.sheets import Sheet, decimal_mark, full_date, read_sheet

HEAD = "customer;customer po;item;quantity;price;requested date\n"


def lines(sheet: Sheet) -> list[tuple[Any, ...]]:
    return [
        (line.line, line.item, line.quantity, line.problem)
        for order in sheet.orders
        for line in order.document.lines
    ]


def text(*rows: str, head: str = HEAD) -> bytes:
    return (head + "".join(f"{row}\n" for row in rows)).encode()


def workbook(*rows: Any, head: tuple[str, ...] = ("Customer", "Item", "Quantity")) -> bytes:
    book = Workbook()
    for row in (head, *rows):
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(encoding):
    sheet = read_sheet("customer;item;quantity;note\nC1;Stück-€;2;für Zoë\n".encode(encoding))
    assert lines(sheet) == [(2, "Stück-€", "2", "")]
    assert sheet.orders[0].document.note == "für Zoë"


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters(delimiter):
    rows = (delimiter.join(row) for row in (("Customer", "Item no.", "Qty"), ("C1", "A-1", "2")))
    assert lines(read_sheet("\r\n".join(rows).encode())) == [(2, "A-1", "2", "")]


def test_excel_s_own_line_names_the_delimiter():
    assert lines(read_sheet(b"sep=,\r\ncustomer,item,quantity\r\nC1,A-1,2\r\n")) == [(3, "A-1", "2", "")]


def test_rows_of_one_customer_po_and_reference_are_one_order():
    head = "customer;po;order ref;item;quantity\n"
    sheet = read_sheet(text("C1;P1;;A;1", "C2;P1;;A;2", "c1;p1;;B;3", "C1;P1;x;A;4", "C1;P1;;A;1", head=head))
    assert [(order.place, order.document.customer, order.rows) for order in sheet.orders] == [
        (1, "C1", [2, 4, 6]),  # the same item twice is real
        (2, "C2", [3]),
        (3, "C1", [5]),
    ]
    assert sheet.row_count == 5


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (("1,5", "1.200,5", "1.200"), ["1.5", "1200.5", "1200"]),
        (("1.5", "1,200.5", "1,200"), ["1.5", "1200.5", "1200"]),
        (("1 200,5", "0,125", "2"), ["1200.5", "0.125", "2"]),
        (("NaN", "1e400", "=2*3"), ["NaN", "1e400", "=2*3"]),  # parked by the verb under their own text
        (("-1", "12 pcs", ""), ["-1", "12 pcs", ""]),
    ],
)
def test_figures(written, read):
    sheet = read_sheet(text(*(f"C1;P;A;{figure};;" for figure in written)))
    assert [line.quantity for line in sheet.orders[0].document.lines] == read


def test_a_figure_with_two_meanings_is_read_as_the_user_writes():
    assert decimal_mark(["1,200", "3"]) == ""
    content = text("C1;P;A;1,200;;")
    assert read_sheet(content).orders[0].document.lines[0].quantity == "1200"
    with reading_as(Formats(decimal=",", group=".")):
        assert read_sheet(content).orders[0].document.lines[0].quantity == "1.200"


def test_dates():
    assert [full_date(day) for day in ("2026-11-27", "27.11.2026", "27/11/2026")] == [date(2026, 11, 27)] * 3
    assert [full_date(day) for day in ("+3", "27.11", "31.2.2026", "0001-01-01", "9999-12-31")] == [None] * 5
    sheet = read_sheet(text("C1;P;A;1;;2026-11-27", "C1;P;B;1;;soon", "C1;P;C;1;;2026-11-28", "C1;P;D;1;;"))
    assert sheet.orders[0].document.requested_on == date(2026, 11, 27)
    assert [problem for *_, problem in lines(sheet)] == [
        "",
        "“soon” is not a date. Write it as 2026-11-27.",
        "The order was asked for on 27 Nov 2026; a row cannot have another date.",
        "",
    ]


def test_a_row_with_nul_or_invisible_marks_waits():
    sheet = read_sheet(text("C1;P;A\0;1;;", "C1;P;B\u202e;1;;", "C1;P;C;1;;"))
    assert lines(sheet) == [
        (2, "A\ufffd", "1", "The row holds characters that cannot be read."),
        (3, "B\ufffd", "1", "The row holds characters that cannot be read."),
        (4, "C", "1", ""),
    ]


def test_half_a_file_keeps_its_whole_rows():
    whole = text("C1;PO-10;A;1;;", "C1;PO-10;B;25;;")
    cut = whole[: whole.index(b"25")]
    assert lines(read_sheet(cut)) == [(2, "A", "1", ""), (3, "B", "", "")]  # no quantity: the verb parks it
    torn = whole[: whole.index(b"0;B")]
    sheet = read_sheet(torn)
    assert len(sheet.orders) == 1  # not an order of its own under PO-1
    assert lines(sheet)[1] == (3, "", "", "The row has 2 of 6 columns; the file may be cut.")


def test_an_open_quotation_mark_costs_its_row_only():
    sheet = read_sheet(text("C1;P;A;1;;", 'C1;P;"5" pipe;1;;', "C1;P;C;1;;", 'C1;P;"never closed'))
    assert [(row, bool(problem)) for row, *_, problem in lines(sheet)] == [
        (2, False),
        (3, True),
        (4, False),
        (5, True),
    ]


def test_a_delimiter_inside_a_value_shows():
    sheet = read_sheet(text("C1,A,1,5", head="customer,item,quantity\n"))
    assert (
        lines(sheet)[0][3]
        == "The row has more columns than the headings; a delimiter may stand inside a value."
    )


def test_values_that_are_too_long_wait():
    sheet = read_sheet(text(f"C1;{'P' * 61};A;1;;"))
    assert lines(sheet)[0][3] == "Customer po is longer than 60 characters."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty."),
        (b"\n\n;;\n", "it is empty."),
        (HEAD.encode(), "it has headings, but no rows."),
        (b"customer:item:quantity\nC1:A:1\n", "no column is headed customer, item, quantity."),
        (b"item;quantity\nA;1\n", "no column is headed customer."),
        (b"customer;item;sku;quantity\n", "two columns are headed “sku”."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "only CSV and Excel files (.xlsx) without a password"),
        (b"%PDF-1.7", "only CSV and Excel files (.xlsx) without a password"),
        (b"\x81\x8d\xff\xfe\x90", "it is neither text nor an Excel file."),
        (b"PK\x03\x04 and nothing more", "it cannot be read as an Excel file."),
        (HEAD.encode() + b"C1" + b";" * 1_000_000, "row 2 has more than 200 columns."),
        (b"x" * (files.MOST_BYTES + 1), "it is larger than 20 MB."),
    ],
    ids=[
        "nothing",
        "blank",
        "no-rows",
        "delimiter",
        "no-customer",
        "twice",
        "old-excel",
        "pdf",
        "binary",
        "half-zip",
        "million-columns",
        "too-large",
    ],
)
def test_what_cannot_be_trusted_is_refused_as_a_whole(content, reason):
    with pytest.raises(FileRefused) as refusal:
        read_sheet(content)
    assert reason in str(refusal.value)


def test_too_many_rows(monkeypatch):
    monkeypatch.setattr(files, "MOST_ROWS", 2)
    assert len(read_sheet(text("C;P;A;1;;", "C;P;B;1;;")).orders) == 1
    with pytest.raises(FileRefused):
        read_sheet(text("C;P;A;1;;", "C;P;B;1;;", "C;P;C;1;;"))


def test_excel_figures_dates_and_codes():
    content = workbook(
        ("C1", 4006381333931, 2.5, date(2026, 11, 27)),
        ("C1", 12.0, 0.1 + 0.2, None),
        ("C1", "007", "1,5", None),
        ("C1", "B", 1e300, None),
        ("C1", "C", True, None),
        head=("Customer", "Item", "Quantity", "Requested date"),
    )
    sheet = read_sheet(content)
    assert [(item, quantity) for _, item, quantity, _ in lines(sheet)] == [
        ("4006381333931", "2.5"),
        ("12", "0.3"),
        ("007", "1.5"),
        ("B", str(Decimal("1e300"))),
        ("C", "TRUE"),
    ]
    assert sheet.orders[0].document.requested_on == date(2026, 11, 27)


def test_a_formula_counts_for_what_was_computed():
    """A file that no spreadsheet program has computed holds no value: the row waits without a quantity."""
    assert lines(read_sheet(workbook(("C1", "A", "=1+1")))) == [(2, "A", "", "")]


def repacked(content: bytes, **parts: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.pop(name.replace("/", "__").replace(".", "_"), None) or old.read(name))
        for name, body in parts.items():
            new.writestr(name.replace("__", "/").replace("_bin", ".bin"), body)
    return file.getvalue()


def test_a_bomb_is_refused_before_it_is_opened(monkeypatch):
    monkeypatch.setattr(files, "load_workbook", lambda *given, **options: pytest.fail("it was opened"))
    bomb = repacked(workbook(("C1", "A", 1)), xl__worksheets__sheet1_xml=b" " * 50_000_000)
    with pytest.raises(FileRefused, match="unpacks to more than it may"):
        read_sheet(bomb)


def test_macros_and_entities_are_refused():
    with pytest.raises(FileRefused, match="macros"):
        read_sheet(repacked(workbook(("C1", "A", 1)), xl__vbaProject_bin=b"program"))
    entities = (
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet xmlns='
        b'"http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr">'
        b"<is><t>&b;</t></is></c></row></sheetData></worksheet>"
    )
    with pytest.raises(FileRefused, match="cannot be read as an Excel file"):
        read_sheet(repacked(workbook(("C1", "A", 1)), xl__worksheets__sheet1_xml=entities))


def test_half_a_workbook_is_refused():
    with pytest.raises(FileRefused, match="damaged or cut"):
        read_sheet(workbook(("C1", "A", 1))[:-200])


def test_the_same_file_has_the_same_keys():
    content = text("C1;P;A;1;;", "C2;P;A;1;;")
    first, second = read_sheet(content), read_sheet(content)
    keys = [first.key(order) for order in first.orders]
    assert keys == [second.key(order) for order in second.orders]
    assert len(set(keys)) == 2
    assert read_sheet(content + b"\n").digest != first.digest
