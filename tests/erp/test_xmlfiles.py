"""XML from outside: what is read of it, and what is not parsed."""

from datetime import date
from decimal import Decimal

import pytest

from erp.kernel.xmlfiles import Reader, UnsafeXml, parse_xml

MOST = 1000


def reader(content: bytes) -> Reader:
    return Reader(parse_xml(content, most_bytes=MOST), {"x": "urn:x"})


def test_a_text_is_read_whole_whatever_stands_in_it() -> None:
    doc = reader(b"<a xmlns='urn:x'><n>10<!-- no -->0<?pi no?>.<![CDATA[0]]>5</n><t> two\n  words </t></a>")
    assert (doc.number(doc.root, "x:n"), doc.text(doc.root, "x:t")) == (Decimal("100.05"), "two words")
    assert (doc.text(doc.root, "x:none"), doc.number(doc.root, "x:none", Decimal(7))) == ("", 7)


def test_dates_are_written_with_dashes_or_without() -> None:
    doc = reader(b"<a><on>2026-11-28T10:00:00</on><at>20261128</at></a>")
    assert (doc.day(doc.root, "on"), doc.day(doc.root, "at")) == (date(2026, 11, 28),) * 2
    assert doc.day(doc.root, "none") is None


@pytest.mark.parametrize("written", ["1e3", "NaN", "1,5", "\u0661", "", "9" * 41])
def test_what_is_no_number_is_refused(written: str) -> None:
    doc = reader(f"<a>{written}</a>".encode())
    with pytest.raises(ValueError, match="is not a number"):
        doc.number(doc.root, ".")


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"<a>" + b" " * MOST + b"</a>", "size"),
        (b"<a><b></a>", "well-formed"),
        (b"", "well-formed"),
        (b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "no-doctype"),
        (b"<!DOCTYPE a><a/>", "no-doctype"),
    ],
)
def test_what_is_not_safe_is_not_parsed(content: bytes, rule: str) -> None:
    with pytest.raises(UnsafeXml) as refusal:
        parse_xml(content, most_bytes=MOST)
    assert (refusal.value.rule, bool(refusal.value.cause), bool(refusal.value.remedy)) == (rule, True, True)
