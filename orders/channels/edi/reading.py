"""From the bytes of a file to interchanges and purchase orders: pure, and never raising."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from .edifact import read_edifact
from .edifact_order import CHARSETS, read_orders
from .envelope import Fault, Group, Interchange, Message
from .purchase_orders import WantedOrder
from .x12 import read_x12
from .x12_order import read_850

BOM = b"\xef\xbb\xbf"
STARTS = ((b"ISA", "x12"), (b"UNA", "edifact"), (b"UNB", "edifact"), (b"STX=", "tradacoms"))
ORDERS = {("x12", "850"): read_850, ("edifact", "ORDERS"): read_orders}
SYNTAX = re.compile(rb"UNB.(UNO[A-Z])")

ACKNOWLEDGEMENTS = frozenset({"997", "CONTRL", "TA1"})

MESSAGE_NAMES = {
    "850": _("purchase order"), "ORDERS": _("purchase order"), "855": _("order acknowledgement"),
    "ORDRSP": _("order response"), "856": _("ship notice"), "DESADV": _("ship notice"), "810": _("invoice"),
    "INVOIC": _("invoice"), "820": _("remittance"), "832": _("price catalogue"), "846": _("stock report"),
    "852": _("sell-through report"), "860": _("order change"), "ORDCHG": _("order change"),
    "865": _("order change acknowledgement"), "867": _("transfer and resale report"),
    "940": _("warehouse ship order"), "180": _("return request"), "997": _("functional acknowledgement"),
    "CONTRL": _("acknowledgement"), "TA1": _("interchange acknowledgement"),
    "RECADV": _("receipt notice"), "QUOTES": _("quote"),
}  # fmt: skip


def standard_of(content: bytes) -> str:
    """x12, edifact, tradacoms, or empty for what is no EDI at all: told from how the file begins."""
    head = content.removeprefix(BOM).lstrip()[:4]
    return next((standard for start, standard in STARTS if head.startswith(start)), "")


def text_of(content: bytes) -> str:
    """The file as text: UTF-8, else the character set that the UNB names, else Windows-1252.

    NUL, which the database does not keep, becomes the sign for what cannot be read.
    """
    return _decoded(content).replace("\0", "\ufffd")


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        named = SYNTAX.search(content[:100])
        charset = CHARSETS.get(named[1].decode(), "cp1252") if named else "cp1252"
        return content.decode("cp1252" if charset in ("ascii", "utf-8") else charset, errors="replace")


def read_interchanges(standard: str, text: str) -> list[Interchange]:
    """Every interchange of the text, at least one."""
    return read_x12(text) if standard == "x12" else read_edifact(text)


def order_of(standard: str, message: Message) -> WantedOrder | None:
    """The purchase order that the message is, or None when it is something else."""
    reader = ORDERS.get((standard, message.kind))
    return reader(message) if reader else None


def message_name(kind: str) -> str:
    """What people call a message of this kind; empty for one that nobody knows."""
    return str(MESSAGE_NAMES.get(kind, ""))


@dataclass(frozen=True, slots=True)
class Found:
    """One document of a file with its envelope: the message (None: not even one could be read) and its order.

    `faults` are those of the document and of what encloses it, the outermost first.
    """

    place: int
    interchange: Interchange
    group: Group | None = None
    message: Message | None = None
    order: WantedOrder | None = None
    siblings: list["Found"] = field(
        default_factory=list, compare=False, repr=False
    )  # of the file, itself included

    @property
    def kind(self) -> str:
        """What the document is; an X12 interchange of nothing but notices is a TA1."""
        if self.message is None:
            return "TA1" if self.interchange.notices and not self.interchange.groups else ""
        return self.message.kind

    @property
    def faults(self) -> list[Fault]:
        enclosing = (self.interchange, self.group, self.message, self.order)
        return [fault for one in enclosing if one is not None for fault in one.faults]


def documents_of(standard: str, text: str) -> list[Found]:
    """Every document of a text in its order; an interchange without one counts as a document that says so."""
    found: list[Found] = []
    for made in read_interchanges(standard, text):
        inside = [(group, message) for group, message in made.messages]
        for group, message in inside:
            order = order_of(standard, message)
            found.append(Found(len(found) + 1, made, group, message, order, siblings=found))
        if not inside:
            found.append(Found(len(found) + 1, made, siblings=found))
    return found
