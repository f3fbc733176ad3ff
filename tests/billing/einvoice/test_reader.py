"""What other people's invoices say, and what no invoice may do to us."""

import csv
import gzip
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.einvoice.errors import Unreadable
from billing.einvoice.intake import MOST_BYTES
from billing.einvoice.reader import read_einvoice
from billing.einvoice.rules import semantic_invoice
from billing.einvoice.ubl import write_ubl
from billing.einvoice.validation import validate
from tests.billing.einvoice.kinds import KINDS, shared


def expected() -> list[dict[str, str]]:
    with (shared() / "expected.csv").open(newline="", encoding="utf-8") as rows:
        return [row for row in csv.DictReader(rows) if row["file"].endswith(".xml")]


def test_samples_say_what_is_known_of_them() -> None:
    told = {}
    for row in expected():
        if row["verdict"] != "valid":
            continue
        said = read_einvoice((shared() / row["file"]).read_bytes())
        figures = (said.totals.net, said.totals.tax, said.totals.gross, said.totals.due)
        known = tuple(
            Decimal(row[name] or 0) for name in ("tax_exclusive", "tax_total", "tax_inclusive", "payable")
        )
        found = (said.number, said.type_code, said.currency, len(said.lines), *figures)
        meant = (row["number"], row["type_code"], row["currency"], int(row["lines"]), *known)
        if found != meant or not said.seller.name or not said.buyer.name:
            told[row["file"]] = (found, meant)
    assert told == {}


def test_samples_are_valid_or_not_as_the_referee_says() -> None:
    wrong = {}
    for row in expected():
        fatal = {found.rule for found in validate((shared() / row["file"]).read_bytes()) if found.is_fatal}
        if bool(fatal) != (row["verdict_package_rules"] == "invalid"):
            wrong[row["file"]] = fatal
    assert wrong == {}


def _file(tmp_path: Path) -> str:
    secret = tmp_path / "secret.txt"
    secret.write_text("not for you")
    return secret.as_uri()


XML = write_ubl(semantic_invoice(KINDS["one line"]))
BODY = XML.split(b"?>", 1)[1]
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "%s">%s]>' % (
    b"ha" * 50,
    b"".join(b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 30) for n in range(1, 9)),
)
HOSTILE = {
    "bomb": (BOMB + BODY.replace(b"INV-000042", b"&i;"), ("no-doctype", "well-formed")),
    "empty document type": (b'<?xml version="1.0"?><!DOCTYPE Invoice>' + BODY, ("no-doctype",)),
    "document type from outside": (
        b'<?xml version="1.0"?><!DOCTYPE Invoice SYSTEM "http://127.0.0.1:9/x.dtd">' + BODY,
        ("no-doctype",),
    ),
    "too large": (XML + b" " * MOST_BYTES, ("size",)),
    "no XML": (b"%PDF-1.7 and so on", ("well-formed",)),
    "nothing": (b"", ("well-formed",)),
    "cut off": (XML[: len(XML) // 2], ("well-formed",)),
    "wrong encoding": (XML.replace(b"UTF-8", b"UTF-16"), ("well-formed",)),
    "bytes of another encoding": (XML.replace("Löwen".encode(), "Löwen".encode("latin-1")), ("well-formed",)),
    "gzip": (gzip.compress(XML), ("well-formed",)),
    "another document": (b"<Order/>", ("syntax",)),
    "another namespace": (XML.replace(b"schema:xsd:Invoice-2", b"schema:xsd:Order-2"), ("syntax",)),
    "no number": (XML.replace(b">120.99<", b">1e2x<"), ("values",)),
    "not a number": (XML.replace(b">120.99<", b">NaN<"), ("values",)),
    "a power": (XML.replace(b">120.99<", b">1e999999<"), ("values",)),
    "digits of another script": (XML.replace(b">120.99<", ">\u0661\u0662\u0660<".encode()), ("values",)),
    "a number as programs write it": (XML.replace(b">120.99<", b">1_20.99<"), ("values",)),
    "endless number": (XML.replace(b">120.99<", b">" + b"9" * 41 + b"<"), ("values",)),
    "no date": (XML.replace(b"<cbc:IssueDate>2026-01-05", b"<cbc:IssueDate>2026-13-05"), ("values",)),
    "date missing": (XML.replace(b"cbc:IssueDate>", b"cbc:TaxPointDate>"), ("values",)),
    "deeply nested": (XML.replace(b"</ubl:", b"</") + b"<a>" * 5000, ("well-formed",)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_hostile_is_refused_by_its_rule(kind: str) -> None:
    content, rules = HOSTILE[kind]
    assert content != XML
    with pytest.raises(Unreadable) as refused:
        read_einvoice(content)
    told: Any = refused.value.context
    assert told["rule"] in rules
    assert told["cause"] and told["remedy"]


def test_an_external_entity_is_not_read(tmp_path: Path) -> None:
    declared = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "{_file(tmp_path)}">]>'.encode()
    with pytest.raises(Unreadable) as refused:
        read_einvoice(declared + BODY.replace(b"INV-000042", b"&e;"))
    assert "not for you" not in str(refused.value)
    assert refused.value.context["rule"] == "no-doctype"
