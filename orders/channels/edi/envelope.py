"""What X12 and EDIFACT have in common: an interchange of groups of messages of segments, and what is wrong with it.

Reading never raises: whatever a text holds, it becomes interchanges, and faults in the user's words.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

MOST_DIGITS = 14  # a control number of EDIFACT


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    code: stable, ours. text: in the user's words. answer: the standard's own code for it (X12 elements 716, 718,
    720, 723; EDIFACT 0085). segment, position, element: where in the message, positions from 1. value: what stood
    there. tolerated: told, but nothing waits for it.
    """

    code: str
    text: str
    answer: str = ""
    segment: str = ""
    position: int = 0
    element: int = 0
    reference: str = ""  # the standard's number of the data element
    value: str = ""
    tolerated: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """A tag and its elements, each with its components."""

    tag: str
    elements: tuple[tuple[str, ...], ...] = ()

    def at(self, element: int, component: int = 1) -> str:
        """The text of an element (from 1) or of one of its components, without outer blanks; empty if absent."""
        if not 1 <= element <= len(self.elements):
            return ""
        parts = self.elements[element - 1]
        return parts[component - 1].strip() if component <= len(parts) else ""


def segment(tag: str, *elements: str | tuple[str, ...]) -> Segment:
    """A segment from texts; a tuple is an element of several components. Empty ends are left out."""
    made = [element if isinstance(element, tuple) else (element,) for element in elements]
    while made and not any(made[-1]):
        made.pop()
    return Segment(tag, tuple(made))


@dataclass(slots=True)
class Message:
    """One business document: X12 calls it a transaction set. `segments` are those between header and trailer."""

    kind: str  # 850, ORDERS
    control: str
    version: str = ""
    segments: list[Segment] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """Messages of one kind. EDIFACT mostly goes without: then `code` is empty."""

    code: str = ""  # PO
    control: str = ""
    version: str = ""
    sender: str = ""
    receiver: str = ""
    said: int | None = None  # how many messages the trailer counts
    messages: list[Message] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(slots=True)
class Interchange:
    """What one partner sent another in one piece."""

    standard: str  # x12, edifact
    sender: tuple[str, str] = ("", "")  # qualifier, identifier
    receiver: tuple[str, str] = ("", "")
    control: str = ""
    is_test: bool = False
    sent: str = ""  # date and time as written
    syntax: tuple[str, str] = ("", "")  # EDIFACT: identifier and version
    decimal: str = "."
    groups: list[Group] = field(default_factory=list)
    notices: list[Segment] = field(
        default_factory=list
    )  # X12: TA1, what the partner says of an interchange of ours
    faults: list[Fault] = field(default_factory=list)

    @property
    def messages(self) -> Iterator[tuple[Group, Message]]:
        """Every message with its group, in the order they stand."""
        return ((group, message) for group in self.groups for message in group.messages)


def serious(faults: Iterable[Fault]) -> list[Fault]:
    """Those that something waits for."""
    return [fault for fault in faults if not fault.tolerated]


def is_number(text: str) -> bool:
    """Whether a text is plain digits, and few enough of them."""
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


def is_count(text: str, count: int) -> bool:
    """Whether a trailer's figure says this count. Anything but plain digits says nothing."""
    return is_number(text) and int(text) == count


def control_fault(code: str, tag: str, head: str, tail: str, answer: str) -> Fault:
    """The control number of a trailer is not that of its header; `tag` names the header."""
    said = _("The control number at the end (%(tail)s) is not the one of the %(tag)s (%(head)s).")
    return Fault(code, said % {"tail": tail or "–", "tag": tag, "head": head or "–"}, answer)
