"""Parked lines under lock, for the verbs that resubmit or drop them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import NotFound

from .actions.intake_order import INTAKE_ORDER
from .errors import AlreadyResolved
from .models import IntakeDocument
from .reads import LOCK_DOCUMENT, LOCK_LINES


@dataclass(frozen=True, slots=True)
class LockedDocument:
    """The document as it came, and the order that some of it became."""

    document_id: int
    company_id: int
    channel: str
    payload: dict[str, Any]
    order_id: int | None
    has_dropped: bool  # a line of it was given up


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One line that waits; `payload` is as delivered, or as last corrected."""

    parked_id: int
    line: int
    payload: dict[str, Any]


def lock_parked(
    batch: Batch, document_id: int, lines: Sequence[int]
) -> tuple[LockedDocument, list[OpenLine], list[OpenLine]]:
    """The document, its open lines, and those of them that `lines` names by number (all, when it names none).

    Raises NotFound for a document outside the actor's companies or a line that was never parked, AlreadyResolved.
    """
    batch.actor.require(INTAKE_ORDER)
    rows = batch.read(LOCK_DOCUMENT, document_id)
    if not rows or not batch.actor.may(INTAKE_ORDER, company=rows[0][1]):
        raise NotFound(what=_("intake document"), reference=document_id)
    number, company_id, channel, payload, order_id = rows[0]
    found = {row[1]: row for row in batch.read(LOCK_LINES, document_id)}
    has_dropped = any(row[3] == "dropped" for row in found.values())
    document = LockedDocument(number, company_id, channel, json.loads(payload), order_id, has_dropped)
    for line in lines:
        if line not in found:
            raise NotFound(what=_("parked line"), reference=line)
        *_rest, resolution, resolved_by = found[line]
        if resolution:
            raise AlreadyResolved(line=line, how=resolution, by=resolved_by)
    open_lines = [OpenLine(row[0], row[1], json.loads(row[2])) for row in found.values() if not row[3]]
    if not open_lines:
        raise NotFound(what=_("open line of intake document"), reference=document_id)
    return document, open_lines, [line for line in open_lines if not lines or line.line in lines]


def state_after(order_id: int | None, *, left: int, dropped: bool) -> str:
    """The document's state with `left` open lines; `dropped`: a line of it was given up."""
    states = IntakeDocument.State
    if left:
        return (states.PARTLY if order_id else states.PARKED).value
    if order_id is None:
        return states.CLOSED.value
    return (states.PARTLY if dropped else states.ACCEPTED).value
