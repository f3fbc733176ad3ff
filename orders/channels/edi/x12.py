"""ANSI X12: text to interchanges and back. Delimiters come from the ISA, envelopes are checked (X12.5, X12.6)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from .envelope import Fault, Group, Interchange, Message, Segment, control_fault, is_count, is_number

ISA_LENGTH = 106
SEPARATORS = (
    3,
    6,
    17,
    20,
    31,
    34,
    50,
    53,
    69,
    76,
    81,
    83,
    89,
    99,
    101,
    103,
)  # where an ISA's separators stand
WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
TAG = re.compile(r"[A-Z][A-Z0-9]{1,2}")
NOT_DELIMITERS = re.compile(r"[A-Za-z0-9]")
BLANKS = re.compile(r"\s*")
NEXT_HEADER = re.compile(r"ISA[^A-Za-z0-9]")
NO_BREAK_SPACE = "\u00a0"


@dataclass(slots=True)
class _Header:
    """A read ISA: its elements, the delimiters it names, and where the next segment begins."""

    elements: list[str]
    separator: str
    terminator: str
    end: int
    faults: list[Fault] = field(default_factory=list)


def read_x12(text: str) -> list[Interchange]:
    """Every interchange of a text. What is no interchange at all is one with a fault and nothing in it."""
    found: list[Interchange] = []
    text = text.lstrip("\ufeff")
    place = _after_blanks(text, 0)
    while place < len(text):
        header = _header(text, place)
        if isinstance(header, Fault):
            found.append(Interchange("x12", faults=[header]))
            break
        made, place = _interchange(text, header)
        found.append(made)
        place = _after_blanks(text, place)
    return found or [
        Interchange("x12", faults=[Fault("x12.no_header", _("The text has no ISA segment. It is empty."))])
    ]


def _after_blanks(text: str, place: int) -> int:
    """Where the next sign stands that is no blank."""
    found = BLANKS.match(text, place)
    return found.end() if found else place


def _header(text: str, start: int) -> _Header | Fault:
    plain = text[start : start + ISA_LENGTH + 4].replace(NO_BREAK_SPACE, " ")
    if not plain.startswith("ISA") or len(plain) < 4:
        said = plain[:20].splitlines()[0] if plain.strip() else ""
        return Fault(
            "x12.no_header", _("“%(text)s” stands where an ISA segment should begin.") % {"text": said}
        )
    separator = plain[3]
    if NOT_DELIMITERS.match(separator) or separator.isspace():
        return Fault("x12.no_separator", _("The ISA segment names no element separator."))
    faults = []
    if NO_BREAK_SPACE in text[start : start + ISA_LENGTH]:
        note = _("The ISA segment is padded with no-break spaces; they were read as blanks.")
        faults.append(Fault("x12.no_break_space", note, tolerated=True))
    if len(plain) >= ISA_LENGTH and all(plain[at] == separator for at in SEPARATORS):
        last = ISA_LENGTH - 2
    else:
        last = _last_element(text, start, separator)
        if last < 0:
            return Fault("x12.header_cut", _("The ISA segment is cut: it has fewer than 16 elements."))
        note = _("The ISA segment is not 106 characters long; it was read by its separators.")
        faults.append(Fault("x12.header_width", note, tolerated=True))
        last -= start
    whole = text[start : start + last + 1]
    terminator = text[start + last + 1 : start + last + 2]
    end = start + last + 2
    if terminator.isspace():
        line_end = text.find("\n", start + last + 1)
        terminator, end = "\n", line_end + 1
        if line_end < 0 or text[start + last + 1 : line_end].strip():
            return Fault("x12.no_terminator", _("The ISA segment names no segment terminator."))
    if not terminator or NOT_DELIMITERS.match(terminator) or terminator == separator:
        return Fault("x12.no_terminator", _("The ISA segment names no segment terminator."))
    elements = whole.replace(NO_BREAK_SPACE, " ").split(separator, 16)[1:]
    return _Header([element.strip() for element in elements], separator, terminator, end, faults)


def _last_element(text: str, start: int, separator: str) -> int:
    """Where the ISA's sixteenth element stands, counting separators; -1 if the text ends or breaks before it."""
    place = start + 2
    for _n in range(16):
        place = text.find(separator, place + 1, start + 400)
        if place < 0:
            return -1
    return place + 1 if place + 1 < len(text) else -1


def _segments(text: str, header: _Header) -> Iterator[tuple[Segment | Fault, int]]:
    """Each segment after the ISA with where the next one begins; a Fault for text that is none."""
    place = header.end
    while place < len(text):
        stop = text.find(header.terminator, place)
        cut = stop < 0
        raw = (text[place:] if cut else text[place:stop]).strip()
        place = len(text) if cut else stop + 1
        if not raw:
            continue
        if NEXT_HEADER.match(raw):  # it may name other delimiters
            yield Segment("ISA"), place
            return
        tag, *elements = raw.split(header.separator)
        if cut and not (header.terminator == "\n" and tag == "IEA"):
            said = _("The text ends in the middle of a segment (“%(text)s”).") % {"text": raw[:30]}
            yield Fault("x12.cut", said), place
        elif "\n" in raw:
            said = _("A segment is not ended: “%(text)s”.") % {"text": raw.splitlines()[0][:40]}
            yield Fault("x12.unended", said, "8", segment=tag[:3]), place
        elif not TAG.fullmatch(tag):
            said = _("“%(text)s” is no segment.") % {"text": raw[:30]}
            yield Fault("x12.no_segment", said, "1", segment=tag[:3]), place
        else:
            yield Segment(tag, tuple((element,) for element in elements)), place


def _interchange(text: str, header: _Header) -> tuple[Interchange, int]:
    """The interchange that begins with this ISA, and where the text after it begins."""
    given = header.elements
    made = Interchange(
        "x12",
        sender=(given[4], given[5]),
        receiver=(given[6], given[7]),
        control=given[12],
        is_test=given[14] == "T",
        sent=f"{given[8]} {given[9]}",
        faults=header.faults,
    )
    reader = _Reader(made)
    place = header.end
    for entry, after in _segments(text, header):
        if isinstance(entry, Segment) and entry.tag == "ISA":  # the one before was never ended
            break
        place = after
        if reader.take(entry):
            return made, place
    reader.end()
    return made, place


class _Reader:
    """Puts segments where they belong and notes what the trailers say differently."""

    def __init__(self, made: Interchange) -> None:
        self.made = made
        self.group: Group | None = None
        self.message: Message | None = None

    def take(self, entry: Segment | Fault) -> bool:
        """Take the next segment; True once the interchange is over."""
        if isinstance(entry, Fault):
            (self.message or self.group or self.made).faults.append(entry)
            return False
        handler = getattr(self, f"_{entry.tag.lower()}", None) if entry.tag in CONTROLS else None
        if handler is not None:
            return bool(handler(entry))
        if self.message is not None:
            self.message.segments.append(entry)
        elif entry.tag == "TA1" and self.group is None:
            self.made.notices.append(entry)
        else:
            said = _("The segment %(tag)s stands outside of any document.") % {"tag": entry.tag}
            (self.group or self.made).faults.append(Fault("x12.outside", said, segment=entry.tag))
        return False

    def end(self) -> None:
        """The text is over without an IEA."""
        self._close_group()
        said = _("The interchange has no end (IEA): the file may be cut.")
        self.made.faults.append(Fault("x12.no_trailer", said, "023"))

    def _gs(self, found: Segment) -> None:
        self._close_group()
        self.group = Group(
            found.at(1), found.at(6), version=found.at(8), sender=found.at(2), receiver=found.at(3)
        )
        self.made.groups.append(self.group)

    def _ge(self, found: Segment) -> None:
        self._close_message()
        group, self.group = self.group, None
        if group is None:
            self.made.faults.append(Fault("x12.outside", _("A group ends that never began (GE).")))
            return
        count = found.at(1)
        group.said = int(count) if is_number(count) else None
        if not is_count(count, len(group.messages)):
            said = _("The group counts %(said)s documents, but holds %(n)s.") % {
                "said": count or "–",
                "n": len(group.messages),
            }
            group.faults.append(Fault("x12.message_count", said, "5"))
        if found.at(2) != group.control:
            group.faults.append(control_fault("x12.group_control", "GS", group.control, found.at(2), "4"))

    def _st(self, found: Segment) -> None:
        self._close_message()
        if self.group is None:
            self.made.faults.append(Fault("x12.outside", _("A document stands outside of any group (ST).")))
            self.group = Group()
            self.made.groups.append(self.group)
        self.message = Message(found.at(1), found.at(2), version=self.group.version)
        if not found.at(1):
            self.message.faults.append(Fault("x12.no_kind", _("The document does not say what it is."), "6"))
        if not found.at(2):
            self.message.faults.append(Fault("x12.no_control", _("The document has no control number."), "7"))
        elif any(other.control == found.at(2) for other in self.group.messages):
            said = _("Two documents of the group have the control number %(n)s.") % {"n": found.at(2)}
            self.message.faults.append(Fault("x12.control_twice", said, "23"))
        self.group.messages.append(self.message)

    def _se(self, found: Segment) -> None:
        message, self.message = self.message, None
        if message is None:
            (self.group or self.made).faults.append(
                Fault("x12.outside", _("A document ends that never began (SE)."))
            )
            return
        count = len(message.segments) + 2 + sum(fault.code in LOST for fault in message.faults)
        if not is_count(found.at(1), count):
            said = _("The document counts %(said)s segments, but holds %(n)s: it may be cut or changed.") % {
                "said": found.at(1) or "–",
                "n": count,
            }
            message.faults.append(Fault("x12.segment_count", said, "4"))
        if found.at(2) != message.control:
            message.faults.append(
                control_fault("x12.message_control", "ST", message.control, found.at(2), "3")
            )

    def _iea(self, found: Segment) -> bool:
        self._close_group()
        made = self.made
        if not is_count(found.at(1), len(made.groups)):
            said = _("The interchange counts %(said)s groups, but holds %(n)s.") % {
                "said": found.at(1) or "–",
                "n": len(made.groups),
            }
            made.faults.append(Fault("x12.group_count", said, "021"))
        if found.at(2) != made.control:
            made.faults.append(
                control_fault("x12.interchange_control", "ISA", made.control, found.at(2), "001")
            )
        return True

    def _close_message(self) -> None:
        if self.message is not None:
            said = _("The document has no end (SE): the file may be cut.")
            self.message.faults.append(Fault("x12.no_message_trailer", said, "2"))
            self.message = None

    def _close_group(self) -> None:
        self._close_message()
        if self.group is not None:
            self.group.faults.append(Fault("x12.no_group_trailer", _("The group has no end (GE)."), "3"))
            self.group = None


CONTROLS = frozenset({"GS", "GE", "ST", "SE", "IEA"})
LOST = frozenset({"x12.no_segment", "x12.unended"})  # faults that stand for one segment each


# Writing ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class X12Address:
    """Who sends or receives: qualifier and identifier of the ISA; `group` is the GS's code."""

    qualifier: str
    identifier: str

    @property
    def group(self) -> str:
        return self.identifier[:15]


def write_x12(
    *,
    sender: X12Address,
    receiver: X12Address,
    control: int,
    group_code: str,
    kind: str,
    messages: Sequence[Sequence[Segment]],
    at: datetime,
    is_test: bool = False,
    version: str = "004010",
) -> str:
    """One interchange of one group: `messages` are the segments between ST and SE. Delimiters are * > ~.

    What would be read as a delimiter is written as a blank, because X12 has no way to escape it.
    """
    people = f"{_clean(sender.group)}*{_clean(receiver.group)}"
    lines = [f"GS*{group_code}*{people}*{at:%Y%m%d}*{at:%H%M}*{control}*X*{version}"]
    for place, segments in enumerate(messages, 1):
        lines.append(f"ST*{kind}*{place:04d}")
        lines += [_line(found) for found in segments]
        lines.append(f"SE*{len(segments) + 2}*{place:04d}")
    lines.append(f"GE*{len(messages)}*{control}")
    return _enveloped(sender, receiver, control, lines, 1, at, is_test)


def write_notice(
    *,
    sender: X12Address,
    receiver: X12Address,
    control: int,
    notice: Segment,
    at: datetime,
    is_test: bool = False,
) -> str:
    """An interchange of nothing but a TA1."""
    return _enveloped(sender, receiver, control, [_line(notice)], 0, at, is_test)


def _enveloped(
    sender: X12Address, receiver: X12Address, control: int, lines: list[str], groups: int, at: datetime, is_test: bool
) -> str:  # fmt: skip
    isa = (
        "00", "", "00", "", sender.qualifier, sender.identifier, receiver.qualifier, receiver.identifier,
        f"{at:%y%m%d}", f"{at:%H%M}", "U", "00401", f"{control:09d}", "0", "T" if is_test else "P",
    )  # fmt: skip
    padded = [_clean(text)[:width].ljust(width) for text, width in zip(isa, WIDTHS, strict=False)]
    whole = ["*".join(["ISA", *padded, ">"]), *lines, f"IEA*{groups}*{control:09d}"]
    return "".join(f"{line}~\n" for line in whole)


def _line(found: Segment) -> str:
    return "*".join([found.tag, *(_clean(found.at(n)) for n in range(1, len(found.elements) + 1))])


def _clean(text: str) -> str:
    return re.sub(r"[*>~\x00-\x1f\x7f]", " ", text)
