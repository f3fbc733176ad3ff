"""Locking reads of blanket orders: the order, then its lines by id."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import NotFound, StaleVersion
from erp.kernel.quantity import UnitFactor

from .errors import BlanketEnded
from .models import BlanketOrder
from .rules import Frame

State = BlanketOrder.State

LOCK_BLANKET = """
SELECT b.id, b.number, b.state, b.company_id, b.site_id, b.customer_id, b.ship_to_id, b.job, b.customer_po,
    b.valid_from, b.valid_until, b.currency, b.beyond, b.created_by, b.approved_by, b.version,
    (%s::timestamptz AT TIME ZONE c.time_zone)::date
FROM orders_blanketorder b JOIN masterdata_company c ON c.id = b.company_id
WHERE b.id = %s::bigint FOR NO KEY UPDATE OF b"""

# A unit that the item is not sold in any more is refused by submit.
LOCK_LINES = """
SELECT l.id, l.line, l.item_id, i.code, l.quantity, l.unit_id, l.least, l.stock_quantity, l.tolerated, l.called,
    l.unit_price, l.supply, coalesce(u.numerator, 1), coalesce(u.denominator, 1), n.decimals
FROM orders_blanketline l JOIN masterdata_item i ON i.id = l.item_id JOIN masterdata_unit n ON n.code = l.unit_id
LEFT JOIN masterdata_itemunit u ON u.item_id = l.item_id AND u.unit_id = l.unit_id
WHERE l.blanket_id = %s::bigint ORDER BY l.id FOR NO KEY UPDATE OF l"""

# The order of these lines is locked; what others call off of the same frames is waited for.
LOCK_CALL_OFFS = """
SELECT c.id, c.order_line_id, c.quantity, b.number, b.state, l.id, l.line, l.item_id, i.code, l.quantity, l.unit_id,
    l.least, l.stock_quantity, l.tolerated, l.called, l.unit_price, l.supply, coalesce(u.numerator, 1),
    coalesce(u.denominator, 1), n.decimals
FROM orders_calloff c JOIN orders_blanketline l ON l.id = c.line_id JOIN orders_blanketorder b ON b.id = l.blanket_id
JOIN masterdata_item i ON i.id = l.item_id JOIN masterdata_unit n ON n.code = l.unit_id
LEFT JOIN masterdata_itemunit u ON u.item_id = l.item_id AND u.unit_id = l.unit_id
WHERE c.order_line_id = ANY(%s::bigint[]) ORDER BY l.id FOR NO KEY UPDATE OF l"""

LOCK_EXPIRED = """
SELECT b.id FROM orders_blanketorder b JOIN masterdata_company c ON c.id = b.company_id
WHERE b.state = 'open' AND b.valid_until < (%s::timestamptz AT TIME ZONE c.time_zone)::date
ORDER BY b.id LIMIT %s::int FOR NO KEY UPDATE OF b SKIP LOCKED"""


@dataclass(frozen=True, slots=True)
class LockedBlanket:
    """A blanket order under lock. `today` is the day of its company."""

    blanket_id: int
    number: str
    state: str
    company_id: int
    site_id: int
    customer_id: int
    ship_to_id: int | None
    job: str
    customer_po: str
    valid_from: date
    valid_until: date
    currency: str
    beyond: str
    created_by: str
    approved_by: str
    version: int
    today: date

    @property
    def waits(self) -> bool:
        """Whether somebody has to approve its prices first."""
        return bool(self.beyond) and not self.approved_by

    def refuse_ended(self) -> None:
        if self.state != State.OPEN:
            raise BlanketEnded(number=self.number, state=str(State(self.state).label).lower())


@dataclass(frozen=True, slots=True)
class LockedCallOff:
    """What one order line has called off, and the locked line of the frame that it came from."""

    call_off_id: int
    order_line_id: int
    quantity: Decimal
    number: str
    state: str
    frame: Frame


def lock_blanket(batch: Batch, blanket_id: int, *, right: str, version: int | None = None) -> LockedBlanket:
    """Lock a blanket order for a verb. Raises NotFound, NotPermitted, StaleVersion where a version is named."""
    rows = batch.read(LOCK_BLANKET, batch.now, blanket_id)
    if not rows:
        raise NotFound(what=_("blanket order"), reference=blanket_id)
    blanket = LockedBlanket(*rows[0])
    batch.actor.require(right, company=blanket.company_id, site=blanket.site_id)
    if version is not None and version != blanket.version:
        raise StaleVersion(document=blanket.number, actor=_("someone"), changes=[], version=blanket.version)
    return blanket


def lock_frames(batch: Batch, blanket_id: int) -> dict[int, Frame]:
    """The lines of a locked blanket order, by their number."""
    frames = [_frame(row) for row in batch.read(LOCK_LINES, blanket_id)]
    return {frame.line: frame for frame in sorted(frames, key=lambda frame: frame.line)}


def lock_call_offs(batch: Batch, order_line_ids: list[int]) -> list[LockedCallOff]:
    """What lines of a locked order have called off, each with its frame under lock."""
    return [
        LockedCallOff(call_off_id, order_line_id, quantity, number, state, _frame(frame))
        for call_off_id, order_line_id, quantity, number, state, *frame in batch.read(
            LOCK_CALL_OFFS, order_line_ids
        )
    ]


def _frame(row: Sequence[Any]) -> Frame:
    factor = UnitFactor(row[5], *row[12:])
    return Frame(*[*row[:12], factor])
