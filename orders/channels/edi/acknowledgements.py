"""What goes back to a partner: 997 and TA1, CONTRL (was it readable?), 855 and ORDRSP (what becomes of the order)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from .envelope import Fault, Group, Interchange, Message, Segment, segment, serious
from .reading import Found

X12_ITEMS = {"buyer": "BP", "supplier": "VN", "gtin": "EN", "maker": "MG"}
EDIFACT_ITEMS = {"buyer": "IN", "supplier": "SA", "gtin": "EN", "maker": "MF"}
SHOWN = 99  # characters of a wrong value that a 997 repeats

# How a line stands, in each standard's code (X12 668; EDIFACT 1229).
LINE_CODES = {
    "accepted": ("IA", "5"),
    "rescheduled": ("DR", "3"),
    "backordered": ("IB", "3"),
    "repriced": ("IP", "3"),
    "substituted": ("IS", "3"),
    "waiting": ("IH", "4"),
    "rejected": ("IR", "7"),
}


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """One line of the partner's order with what we say to it: a key of LINE_CODES."""

    reference: str
    codes: Sequence[tuple[str, str]]
    asked: str
    unit: str  # the partner's
    status: str
    quantity: Decimal = Decimal(0)  # what we take, in `unit`
    price: Decimal | None = None
    promised_on: date | None = None
    offered: str = ""  # our number of the item that comes instead


@dataclass(frozen=True, slots=True)
class Answer:
    """What we say to one order. again: it replaces what was said before."""

    number: str
    ordered_on: date | None
    ours: str
    currency: str
    lines: list[AnsweredLine] = field(default_factory=list)
    again: bool = False

    @property
    def verdict(self) -> str:
        """accepted, changed or rejected, as a whole."""
        states = {line.status for line in self.lines}
        return "rejected" if states <= {"rejected"} else "accepted" if states == {"accepted"} else "changed"


# X12 ----------------------------------------------------------------------------------------------------


def interchange_ack(made: Interchange) -> Segment:
    """The TA1 of an interchange whose envelope cannot be trusted."""
    day, _space, clock = made.sent.partition(" ")
    reason = next((fault.answer for fault in serious(made.faults) if fault.answer), "022")
    return segment("TA1", made.control, day, clock, "R", reason)


def functional_acks(made: Interchange, orders: dict[int, Found]) -> list[list[Segment]]:
    """A 997 for each group but those of 997s; `orders` are the interchange's documents by the id() of their message."""
    return [_functional_ack(group, orders) for group in made.groups if group.code != "FA"]


def _functional_ack(group: Group, orders: dict[int, Found]) -> list[Segment]:
    made = [segment("AK1", group.code, group.control)]
    accepted = 0
    for message in group.messages:
        found = orders.get(id(message))
        faults = [*message.faults, *(found.order.faults if found and found.order else ())]
        verdict = "R" if _is_refused(message, found) else "E" if _errors(faults) else "A"
        accepted += verdict != "R"
        made.append(segment("AK2", message.kind, message.control))
        made += _segment_notes(faults)
        made.append(segment("AK5", verdict, *_set_codes(message, found, faults)))
    count = len(group.messages)
    said = count if group.said is None else group.said
    wrong = [fault.answer for fault in serious(group.faults) if fault.answer][:5]
    verdict = "R" if wrong or not accepted else "A" if accepted == count else "P"
    if verdict == "A" and any(part.tag == "AK5" and part.at(1) == "E" for part in made):
        verdict = "E"
    accepted = 0 if wrong else accepted
    return [*made, segment("AK9", verdict, str(said), str(count), str(accepted), *wrong)]


def _is_refused(message: Message, found: Found | None) -> bool:
    order = found.order if found else None
    return bool(order is None or serious(message.faults) or serious(order.faults))


def _errors(faults: Sequence[Fault]) -> list[Fault]:
    """Faults in a segment, those that wait for a line only included."""
    return [fault for fault in faults if fault.position]


def _segment_notes(faults: Sequence[Fault]) -> list[Segment]:
    made: list[Segment] = []
    noted = None
    for fault in sorted(_errors(faults), key=lambda fault: fault.position):
        if fault.element == 0:
            made.append(segment("AK3", fault.segment, str(fault.position), "", fault.answer))
            continue
        if noted != fault.position:
            made.append(segment("AK3", fault.segment, str(fault.position), "", "8"))
            noted = fault.position
        made.append(segment("AK4", str(fault.element), fault.reference, fault.answer, fault.value[:SHOWN]))
    return made


def _set_codes(message: Message, found: Found | None, faults: Sequence[Fault]) -> list[str]:
    """Why a set is refused or has errors (element 718), at most five."""
    codes = ["1"] if found is None or found.order is None else []
    codes += [fault.answer for fault in serious(message.faults) if fault.answer and not fault.segment]
    if _errors(faults) or any(fault.segment for fault in serious(message.faults)):
        codes.append("5")
    return list(dict.fromkeys(codes))[:5]


def x12_855(answer: Answer, at: datetime) -> list[Segment]:
    """The 855 (version 4010)."""
    verdict = {"accepted": "AD", "changed": "AC", "rejected": "RD"}[answer.verdict]
    ordered = f"{answer.ordered_on:%Y%m%d}" if answer.ordered_on else f"{at:%Y%m%d}"
    purpose = "05" if answer.again else "00"
    made = [segment("BAK", purpose, verdict, answer.number, ordered, "", "", "", answer.ours, f"{at:%Y%m%d}")]
    if answer.currency:
        made.append(segment("CUR", "SE", answer.currency))
    for line in answer.lines:
        codes = [text for role, code in line.codes for text in (X12_ITEMS[role], code)]
        price = _figure(line.price) if line.price is not None else ""
        made.append(segment("PO1", line.reference, line.asked, line.unit, price, "", *codes))
        status = LINE_CODES[line.status][0]
        when: tuple[str, ...] = ("068", f"{line.promised_on:%Y%m%d}") if line.promised_on else ()
        if line.offered:
            when = (*(when or ("", "")), "", X12_ITEMS["supplier"], line.offered)
        made.append(segment("ACK", status, _figure(line.quantity), line.unit, *when))
    return [*made, segment("CTT", str(len(answer.lines)))]


# EDIFACT ------------------------------------------------------------------------------------------------


def contrl(made: Interchange, orders: dict[int, Found]) -> list[Segment]:
    """The CONTRL of an interchange (syntax version 3)."""
    wrong = next((fault for fault in serious(made.faults)), None)
    sender, receiver = made.sender, made.receiver
    head: list[str | tuple[str, ...]] = [
        made.control,
        _address(sender),
        _address(receiver),
        "4" if wrong else "7",
    ]
    notes = [segment("UCI", *head, wrong.answer if wrong else "")]
    if wrong:
        return notes
    for _group, message in made.messages:
        if message.kind == "CONTRL":
            continue
        found = orders.get(id(message))
        refused = _is_refused(message, found)
        kind: tuple[str, ...] = (message.kind, *message.version.split(":"))
        code = ("15" if found is None or found.order is None else _first_code(message)) if refused else ""
        notes.append(segment("UCM", message.control, kind, "4" if refused else "7", code))
        for fault in sorted(_errors([*message.faults, *(found.order.faults if found and found.order else ())]),
                            key=lambda fault: fault.position):  # fmt: skip
            notes.append(segment("UCS", str(fault.position), fault.answer if not fault.element else ""))
            if fault.element:
                notes.append(segment("UCD", fault.answer, (str(fault.element),)))
    return notes


def _first_code(message: Message) -> str:
    return next((fault.answer for fault in serious(message.faults) if fault.answer), "18")


def _address(address: tuple[str, str]) -> tuple[str, ...]:
    qualifier, identifier = address
    return (identifier, qualifier) if qualifier else (identifier,)


def edifact_ordrsp(answer: Answer, at: datetime) -> list[Segment]:
    """The ORDRSP (D.96A as EANCOM uses it: 29 accepted, 4 changed, 27 not accepted)."""
    verdict = {"accepted": "29", "changed": "4", "rejected": "27"}[answer.verdict]
    made = [segment("BGM", "231", answer.ours or answer.number, verdict)]
    made.append(segment("DTM", ("137", f"{at:%Y%m%d%H%M}", "203")))
    made.append(segment("RFF", ("ON", answer.number)))
    if answer.ordered_on:
        made.append(segment("DTM", ("171", f"{answer.ordered_on:%Y%m%d}", "102")))
    if answer.currency:
        made.append(segment("CUX", ("2", answer.currency, "9")))
    for place, line in enumerate(answer.lines, 1):
        made += _response_line(place, line)
    return [*made, segment("UNS", "S"), segment("CNT", ("2", str(len(answer.lines))))]


def _response_line(place: int, line: AnsweredLine) -> list[Segment]:
    gtin = next((code for role, code in line.codes if role == "gtin"), "")
    reference = line.reference or str(place)
    made = [segment("LIN", reference, LINE_CODES[line.status][1], (gtin, "EN") if gtin else "")]
    others = [(code, EDIFACT_ITEMS[role]) for role, code in line.codes if role != "gtin"]
    if others:
        made.append(segment("PIA", "1", *others[:5]))
    if line.offered:
        made.append(segment("PIA", "3", (line.offered, EDIFACT_ITEMS["supplier"])))
    made.append(segment("QTY", ("21", line.asked, line.unit) if line.unit else ("21", line.asked)))
    taken = _figure(line.quantity)
    made.append(segment("QTY", ("113", taken, line.unit) if line.unit else ("113", taken)))
    if line.promised_on:
        made.append(segment("DTM", ("69", f"{line.promised_on:%Y%m%d}", "102")))
    if line.price is not None:
        made.append(segment("PRI", ("AAA", _figure(line.price))))
    return made


def _figure(value: Decimal) -> str:
    return f"{value.normalize():f}"
