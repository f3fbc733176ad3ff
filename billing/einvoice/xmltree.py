"""Building and reading XML the same way in both syntaxes: paths of prefixed names below an element."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from lxml import etree

NUMBER = re.compile(
    r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)"
)  # of XML Schema: no exponent, no infinity, no other digits
LONGEST_NUMBER = 40
# What XML 1.0 has no way to say; names and texts come from people and other systems.
UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Writer:
    """Appends elements in document order; what has no text is left out, with everything it would have been in."""

    def __init__(self, root: str, namespaces: Mapping[str, str], default: str = "") -> None:
        self.namespaces = dict(namespaces)
        shown: dict[str | None, str] = {
            (None if prefix == default else prefix): uri for prefix, uri in namespaces.items()
        }
        self.root = etree.Element(self._name(root), nsmap=shown)

    def _name(self, prefixed: str) -> str:
        prefix, _, local = prefixed.partition(":")
        return f"{{{self.namespaces[prefix]}}}{local}"

    def at(self, parent: etree._Element, path: str) -> etree._Element:
        """A new element at the end of `path`, in new elements all the way."""
        for step in path.split("/"):
            parent = etree.SubElement(parent, self._name(step))
        return parent

    def put(self, parent: etree._Element, path: str, text: str, **attributes: str) -> None:
        """A new element with this text; nothing for an empty one."""
        if text:
            made = self.at(parent, path)
            made.text = UNSPEAKABLE.sub("", text)
            for name, value in attributes.items():
                made.set(name, value)

    def content(self) -> bytes:
        """The document as UTF-8."""
        document: bytes = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
        return document


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


def money(amount: Decimal) -> str:
    """An amount with two decimals, as every rule of EN 16931 about decimals allows."""
    return f"{amount:.2f}"


def plain(value: Decimal) -> str:
    """A quantity, price or rate with its own decimals."""
    return f"{value.normalize():f}" if value else "0"
