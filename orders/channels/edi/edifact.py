"""UN/EDIFACT: text to interchanges and back (ISO 9735). pydifact splits the text, envelopes are checked here."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from pydifact.control import Characters
from pydifact.exceptions import EDISyntaxError
from pydifact.parser import Parser
from pydifact.tokenizer import Tokenizer

from .envelope import Fault, Group, Interchange, Message, Segment, control_fault, is_count

TAG = re.compile(r"[A-Z][A-Z0-9]{2}")
NEXT_ADVICE = re.compile(r"(?<=.)(?=UNA[^A-Za-z0-9]{6}\s*UNB)", re.DOTALL)
DEFAULT_ADVICE = ":+.? '"
NO_RELEASE = "\x1b"  # stands in where the UNA names no release character


def read_edifact(text: str) -> list[Interchange]:
    """Every interchange of a text. What is no interchange at all is one with a fault and nothing in it."""
    parts = NEXT_ADVICE.split(text.lstrip("\ufeff").strip())
    return [made for part in parts if part or len(parts) == 1 for made in _read(part)]


def _read(text: str) -> list[Interchange]:
    """The interchanges of a text that says at most once, at its beginning, what its delimiters are."""
    advice = DEFAULT_ADVICE
    if text.startswith("UNA"):
        advice, text = text[3:9], text[9:].lstrip()
    if not _is_advice(advice):
        said = _("The UNA segment does not name the delimiters.")
        return [Interchange("edifact", faults=[Fault("edifact.no_delimiters", said)])]
    reader = _Reader(advice[2])
    for entry in _segments(text, advice):
        reader.take(entry)
    return reader.end()


def _is_advice(advice: str) -> bool:
    """Whether six characters name delimiters that can be told apart; the release character may be left out."""
    signs = [sign for sign in advice[:4] + advice[5:] if sign != " "]
    return (
        len(advice) == 6
        and " " not in (advice[0], advice[1], advice[5])
        and len(set(signs)) == len(signs)
        and not any(sign.isalnum() for sign in advice)
    )


def _segments(text: str, advice: str) -> Iterator[Segment | Fault]:
    """Each segment; a Fault where the text is none. pydifact skips blanks and line breaks between segments."""
    signs = advice[:3] + advice[3].replace(" ", NO_RELEASE) + advice[4:]
    tokens = Tokenizer().get_tokens(_without_indents(text, advice[5]), Characters.from_str(signs))
    try:
        for raw in Parser().convert_tokens_to_raw_segments(tokens):
            tag, *elements = [tuple(part) if isinstance(part, list) else (part,) for part in raw]
            if len(tag) == 1 and TAG.fullmatch(tag[0]):
                yield Segment(tag[0], tuple(elements))
            else:
                said = _("“%(text)s” is no segment.") % {"text": ":".join(tag)[:30]}
                yield Fault("edifact.no_segment", said, "18", segment=tag[0][:3])
    except (EDISyntaxError, RuntimeError):
        yield Fault("edifact.cut", _("The text ends in the middle of a segment."))


def _without_indents(text: str, terminator: str) -> str:
    """The text without tabs that indent its segments: pydifact skips other blanks only."""
    return re.sub(rf"(?<={re.escape(terminator)})[\r\n\t ]+", "\n", text)


class _Reader:
    """Puts segments where they belong and notes what the trailers say differently."""

    def __init__(self, decimal: str) -> None:
        self.decimal = decimal
        self.found: list[Interchange] = []
        self.made: Interchange | None = None
        self.group: Group | None = None
        self.message: Message | None = None
        self.has_group = False

    def take(self, entry: Segment | Fault) -> None:
        if isinstance(entry, Segment) and entry.tag in CONTROLS:
            getattr(self, f"_{entry.tag.lower()}")(entry)
        elif isinstance(entry, Fault):
            self._blame(entry)
        elif self.message is not None:
            self.message.segments.append(entry)
        else:
            said = _("The segment %(tag)s stands outside of any document.") % {"tag": entry.tag}
            self._blame(Fault("edifact.outside", said, "15", segment=entry.tag))

    def end(self) -> list[Interchange]:
        """The text is over."""
        if self.made is not None:
            self._close_interchange()
        if not self.found:
            said = _("The text has no UNB segment: it is no EDIFACT interchange.")
            self.found.append(Interchange("edifact", faults=[Fault("edifact.no_header", said)]))
        return self.found

    def _blame(self, fault: Fault) -> None:
        if self.made is None and not self.found:
            self.found.append(Interchange("edifact"))
        (self.message or self.made or self.found[-1]).faults.append(fault)

    def _unb(self, found: Segment) -> None:
        if self.made is not None:
            self._close_interchange()
        if self.found and not self.found[-1].sender[1] and not self.found[-1].groups:
            self.found.pop()  # what stood before the first header belongs to it
        self.made = Interchange(
            "edifact",
            sender=(found.at(2, 2), found.at(2)),
            receiver=(found.at(3, 2), found.at(3)),
            control=found.at(5),
            is_test=found.at(11) == "1",
            sent=f"{found.at(4)} {found.at(4, 2)}".strip(),
            syntax=(found.at(1), found.at(1, 2)),
            decimal=self.decimal,
        )
        if not found.at(2) or not found.at(5):
            said = _("The UNB segment names no sender or no control number.")
            self.made.faults.append(Fault("edifact.header_cut", said, "13"))
        self.found.append(self.made)

    def _ung(self, found: Segment) -> None:
        self.has_group = True
        self._open_group(Group(found.at(1), found.at(5), sender=found.at(2), receiver=found.at(3)))

    def _une(self, found: Segment) -> None:
        self._close_message()
        group, self.group = self.group, None
        if group is None:
            self._blame(Fault("edifact.outside", _("A group ends that never began (UNE)."), "15"))
            return
        if not is_count(found.at(1), len(group.messages)):
            group.faults.append(
                Fault(
                    "edifact.message_count", _counts(found.at(1), len(group.messages), _("documents")), "29"
                )
            )
        if found.at(2) != group.control:
            group.faults.append(
                control_fault("edifact.group_control", "UNG", group.control, found.at(2), "28")
            )

    def _unh(self, found: Segment) -> None:
        self._close_message()
        if self.made is None:
            self._blame(
                Fault("edifact.outside", _("A document stands outside of any interchange (UNH)."), "15")
            )
            self.made = self.found[-1]
        if self.group is None:
            self._open_group(Group())
        assert self.group is not None
        version = ":".join(filter(None, (found.at(2, 2), found.at(2, 3), found.at(2, 4), found.at(2, 5))))
        self.message = Message(found.at(2), found.at(1), version)
        if not found.at(2):
            self.message.faults.append(
                Fault("edifact.no_kind", _("The document does not say what it is."), "13")
            )
        self.group.messages.append(self.message)

    def _unt(self, found: Segment) -> None:
        message, self.message = self.message, None
        if message is None:
            self._blame(Fault("edifact.outside", _("A document ends that never began (UNT)."), "15"))
            return
        count = (
            len(message.segments) + 2 + sum(fault.code == "edifact.no_segment" for fault in message.faults)
        )
        if not is_count(found.at(1), count):
            message.faults.append(
                Fault("edifact.segment_count", _counts(found.at(1), count, _("segments")), "29")
            )
        if found.at(2) != message.control:
            message.faults.append(
                control_fault("edifact.message_control", "UNH", message.control, found.at(2), "28")
            )

    def _unz(self, found: Segment) -> None:
        if self.made is None:
            self._blame(Fault("edifact.outside", _("An interchange ends that never began (UNZ)."), "15"))
            return
        self._close_message()
        made = self.made
        inside = len(made.groups) if self.has_group else sum(1 for _pair in made.messages)
        if not is_count(found.at(1), inside):
            made.faults.append(
                Fault("edifact.count", _counts(found.at(1), inside, _("documents or groups")), "29")
            )
        if found.at(2) != made.control:
            made.faults.append(
                control_fault("edifact.interchange_control", "UNB", made.control, found.at(2), "28")
            )
        self.made = self.group = None
        self.has_group = False

    def _open_group(self, group: Group) -> None:
        self._close_message()
        if self.made is None:
            self._blame(Fault("edifact.outside", _("A group stands outside of any interchange (UNG)."), "15"))
            self.made = self.found[-1]
        self.group = group
        self.made.groups.append(group)

    def _close_message(self) -> None:
        if self.message is not None:
            said = _("The document has no end (UNT): the file may be cut.")
            self.message.faults.append(Fault("edifact.no_message_trailer", said, "13"))
            self.message = None

    def _close_interchange(self) -> None:
        self._close_message()
        assert self.made is not None
        said = _("The interchange has no end (UNZ): the file may be cut.")
        self.made.faults.append(Fault("edifact.no_trailer", said, "13"))
        self.made = self.group = None
        self.has_group = False


CONTROLS = frozenset({"UNB", "UNG", "UNE", "UNH", "UNT", "UNZ"})


def _counts(said: str, count: int, what: str) -> str:
    return _("The end counts %(said)s %(what)s, but there are %(n)s: the file may be cut or changed.") % {
        "said": said or "–",
        "what": what,
        "n": count,
    }


# Writing ------------------------------------------------------------------------------------------------


def write_edifact(
    *,
    sender: tuple[str, str],
    receiver: tuple[str, str],
    control: int,
    kind: str,
    version: Sequence[str],
    messages: Sequence[Sequence[Segment]],
    at: datetime,
    is_test: bool = False,
) -> str:
    """One interchange: `messages` are the segments between UNH and UNT. sender, receiver: qualifier, identifier."""
    head = ["UNOC", "3"]
    unb: list[str | list[str]] = [
        head, _party(sender), _party(receiver), [f"{at:%y%m%d}", f"{at:%H%M}"], str(control),
    ]  # fmt: skip
    if is_test:
        unb += ["", "", "", "", "", "1"]
    lines = [f"UNA{DEFAULT_ADVICE}", _line("UNB", unb)]
    for place, segments in enumerate(messages, 1):
        lines.append(_line("UNH", [str(place), [kind, *version]]))
        lines += [_line(found.tag, [list(parts) for parts in found.elements]) for found in segments]
        lines.append(_line("UNT", [str(len(segments) + 2), str(place)]))
    lines.append(_line("UNZ", [str(len(messages)), str(control)]))
    return "\n".join(lines) + "\n"


def _party(address: tuple[str, str]) -> list[str]:
    qualifier, identifier = address
    return [identifier, qualifier] if qualifier else [identifier]


def _line(tag: str, elements: Sequence[str | list[str]]) -> str:
    texts = [_joined(":", [element] if isinstance(element, str) else element) for element in elements]
    return "+".join([tag, *_trimmed(texts)]) + "'"


def _joined(separator: str, parts: Sequence[str]) -> str:
    return separator.join(_escaped(part) for part in _trimmed(parts))


def _trimmed(parts: Sequence[str]) -> Sequence[str]:
    """The parts without the empty ones at the end."""
    filled = [place for place, part in enumerate(parts, 1) if part]
    return parts[: filled[-1]] if filled else []


def _escaped(text: str) -> str:
    clean = re.sub(r"[\x00-\x1f\x7f]|[^\x00-\xff]", " ", text)  # what UNOC does not have
    return re.sub(r"([?+:'])", r"?\1", clean)
