"""What a partner says of our acknowledgements: TA1, 997 and CONTRL confirm or reject what we sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from orders.partners.models import TradingPartner

from .edi.envelope import Message, Segment, is_number, serious
from .edi.reading import ACKNOWLEDGEMENTS, Found
from .interpreting import Obstacle
from .models import OutboundMessage

NOTHING = Segment("")
CONFIRMING = {"TA1": frozenset("AE"), "997": frozenset("AE"), "CONTRL": frozenset("78")}  # codes that accept
STATES = OutboundMessage.State


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the partner says of the interchange with this control number of ours, in the code of `kind`."""

    kind: str
    control: str
    code: str

    @property
    def state(self) -> str:
        return (STATES.CONFIRMED if self.code in CONFIRMING[self.kind] else STATES.REJECTED).value


def verdicts_of(found: Found) -> list[Verdict]:
    """What a document says; with an interchange's first document, what its envelope says, too."""
    if serious(found.interchange.faults):
        return []
    first = next((entry for entry in found.siblings if entry.interchange is found.interchange), found)
    made = [_notice(segment) for segment in found.interchange.notices] if first is found else []
    if found.message is not None and found.kind in ACKNOWLEDGEMENTS and not serious(found.faults):
        made += _acknowledged(found.message)
    return made


def _notice(segment: Segment) -> Verdict:
    return Verdict("TA1", segment.at(1), segment.at(4))


def _acknowledged(message: Message) -> Iterator[Verdict]:
    """Our interchanges hold one group of one message each, so that the worst of what is said counts."""
    said = {segment.tag: segment for segment in message.segments}
    if message.kind == "997":
        yield Verdict("997", said.get("AK1", NOTHING).at(2), said.get("AK9", NOTHING).at(1))
        return
    codes = [said.get("UCI", NOTHING).at(4), *(s.at(3) for s in message.segments if s.tag == "UCM")]
    worst = next((code for code in codes if code not in CONFIRMING["CONTRL"]), codes[0])
    yield Verdict("CONTRL", said.get("UCI", NOTHING).at(1), worst)


def note_verdicts(batch: Batch, partner: TradingPartner, verdicts: Sequence[Verdict]) -> Obstacle | None:
    """Set what was sent to the partner's address to confirmed or rejected; why somebody has to look, if so.

    A rejection stands, whatever is confirmed beside it, until the message is sent again.
    """
    numbers = {said.control: int(said.control) for said in verdicts if is_number(said.control)}
    rows = OutboundMessage.objects.filter(
        control__in=set(numbers.values()),
        partner__standard=partner.standard,
        partner__qualifier=partner.qualifier,
        partner__identifier=partner.identifier,
    )
    sent = {
        row.control: row
        for row in rows.defer("content").order_by("pk").select_for_update(of=("self",), no_key=True)
    }
    answers: dict[int, Verdict] = {}
    obstacle = None
    for said in sorted(verdicts, key=lambda said: said.state, reverse=True):  # rejected before confirmed
        row = sent.get(numbers.get(said.control, 0))
        if row is None:
            text = _("It answers interchange %(n)s, which was not sent to this partner. Drop it.")
            obstacle = obstacle or Obstacle("orders.answer_unknown", text % {"n": said.control or "–"})
        elif row.pk not in answers and row.state in (STATES.SENT, STATES.CONFIRMED):
            answers[row.pk] = said
            if said.state == STATES.REJECTED:
                text = _("They reject %(name)s. See what is wrong with it, send it again, and drop this.")
                obstacle = obstacle or Obstacle("orders.answer_rejected", text % {"name": row.file_name})
    batch.update(
        OutboundMessage,
        list(answers),
        state=[said.state for said in answers.values()],
        answer=[f"{said.kind} {said.code}"[:200] for said in answers.values()],
    )
    return obstacle
