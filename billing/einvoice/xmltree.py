"""Building XML the same way in both syntaxes: paths of prefixed names below an element."""

import re
from collections.abc import Mapping
from decimal import Decimal

from lxml import etree

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


def money(amount: Decimal) -> str:
    """An amount with two decimals, as every rule of EN 16931 about decimals allows."""
    return f"{amount:.2f}"


def plain(value: Decimal) -> str:
    """A quantity, price or rate with its own decimals."""
    return f"{value.normalize():f}" if value else "0"
