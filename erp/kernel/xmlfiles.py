"""XML from outside: parsed so that nothing is fetched and no entity resolved, and read by paths of prefixed names."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from lxml import etree

# A decimal of XML Schema: no exponent, no infinity, no other digits.
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
LONGEST_NUMBER = 40


class UnsafeXml(Exception):
    """Why a file is not parsed: the rule that it breaks, the cause and what to do, each in a phrase."""

    def __init__(self, *, rule: str, cause: str, remedy: str) -> None:
        self.rule, self.cause, self.remedy = rule, cause, remedy
        super().__init__(f"{rule}: {cause}")


def parse_xml(content: bytes, *, most_bytes: int) -> etree._Element:
    """The root of a document. Raises UnsafeXml for one that is too large, not well-formed, or has a document type.

    A document type is refused as such: it is where bombs and external entities live, and no message has one.
    """
    if len(content) > most_bytes:
        raise UnsafeXml(
            rule="size",
            cause=f"the file has {len(content):,} bytes, at most {most_bytes:,} are read",
            remedy="ask the sender for it in parts, or without attachments",
        )
    # Without comments, for a text goes on behind one: 10<!-- -->0.00 is 100.00.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnsafeXml(
            rule="well-formed",
            cause=f"it is no well-formed XML: {str(error)[:160]}",
            remedy="ask the sender for the file as it left their system",
        ) from None
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise UnsafeXml(
            rule="no-doctype",
            cause="it declares a document type, which may define entities",
            remedy="ask the sender for it without one",
        )
    return root


class Reader:
    """Finds elements by prefixed paths; what is not there is "", what is there and malformed raises ValueError."""

    def __init__(self, root: etree._Element, namespaces: Mapping[str, str]) -> None:
        self.root, self.namespaces = root, dict(namespaces)

    def all(self, element: etree._Element | None, path: str) -> list[etree._Element]:
        return [] if element is None else list(element.findall(path, self.namespaces))

    def first(self, element: etree._Element | None, path: str) -> etree._Element | None:
        return None if element is None else element.find(path, self.namespaces)

    def text(self, element: etree._Element | None, path: str = ".") -> str:
        found = self.first(element, path) if path != "." else element
        return " ".join((found.text or "").split()) if found is not None else ""

    def attribute(self, element: etree._Element | None, path: str, name: str) -> str:
        found = self.first(element, path)
        return str(found.get(name, "")).strip() if found is not None else ""

    def number(self, element: etree._Element | None, path: str, default: Decimal | None = None) -> Decimal:
        """A decimal; without one the default. Raises ValueError."""
        written = self.text(element, path)
        if not written and default is not None:
            return default
        if len(written) > LONGEST_NUMBER or not NUMBER.fullmatch(written):
            raise ValueError(f"{path}: {written[:LONGEST_NUMBER]!r} is not a number")
        return Decimal(written)

    def day(self, element: etree._Element | None, path: str) -> date | None:
        """A date, ISO or as 20261128. Raises ValueError."""
        written = self.text(element, path)
        return date.fromisoformat(written[:10]) if written else None
