"""Goods that came free go back with what they came with.

A customer keeps as many as the goods it keeps still earn, those that are still to be delivered among them; the rest
comes back on the same return, for nothing. Where we or the carrier answer for the return, the customer keeps them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from erp.kernel.batch import Batch
from erp.kernel.quantity import sum_by

from .kits import ReturnKitRequest
from .rules import ANSWERS_FOR, CUSTOMER, ZERO, ReturnLineRequest

NOT_THEIRS = [reason.value for reason, who in ANSWERS_FOR.items() if who != CUSTOMER]

# Every shipped line of what came free with the lines asked back, and of those lines themselves, each with what came
# back of it, or will, for a reason that the customer does not answer for; of a kit by component.
FREE_WITH = """
SELECT f.line_id, f.bought, f.given, ol.id, ol.stock_quantity * (ol.quantity - ol.cancelled_quantity) / ol.quantity,
    l.id, ld.line_id = f.line_id, CASE WHEN ld.role = 'component' THEN d.id ELSE 0 END,
    CASE WHEN ld.role = 'component' THEN d.per_kit ELSE 1 END,
    coalesce((SELECT sum(r.quantity - r.cancelled) FROM orders_returnline r
        WHERE r.shipment_line_id = l.id AND r.reason = ANY(%s::text[])), 0)
FROM orders_freegoods f JOIN orders_orderline ol ON ol.id = f.of_line_id
JOIN orders_linedemand ld ON ld.line_id IN (f.line_id, f.of_line_id) JOIN inventory_demand d ON d.id = ld.demand_id
JOIN inventory_shipmentline l ON l.demand_id = d.id
JOIN inventory_shipment s ON s.id = l.shipment_id AND s.state = 'shipped'
WHERE f.of_line_id = ANY(%s::bigint[] || ARRAY(SELECT x.line_id FROM inventory_shipmentline a
    JOIN orders_linedemand x ON x.demand_id = a.demand_id WHERE a.id = ANY(%s::bigint[])))
ORDER BY f.line_id, l.id"""


@dataclass(slots=True)
class Part:
    """The shipment lines that goods left with: all of them, or of a kit those of one component, `per_kit` in each.

    `excused`: what came back of them though it was not for the customer to answer.
    """

    per_kit: Decimal
    excused: Decimal = ZERO
    shipment_lines: list[int] = field(default_factory=list)

    def back(self, returned: Mapping[int, Decimal]) -> Decimal:
        """What of it is back, or will be, in kits where it is a component."""
        whole = sum((returned[line_id] for line_id in self.shipment_lines), ZERO)
        return (whole - self.excused) / self.per_kit


@dataclass(slots=True)
class Given:
    """Free goods and what they came with: `given` of them for each `bought`, in stock units, of kits whole ones.

    `ordered`: of the line that they came with, without what is cancelled.
    """

    bought: Decimal
    given: Decimal
    of_line: int
    ordered: Decimal
    parts: dict[int, Part] = field(default_factory=dict)
    free: list[int] = field(default_factory=list)

    @property
    def paid(self) -> list[int]:
        """The shipment lines of what they came with."""
        return [line_id for part in self.parts.values() for line_id in part.shipment_lines]

    def earned(self, returned: Mapping[int, Decimal], more: Decimal) -> Decimal:
        """What the customer may keep of them when `more` comes back beside `returned`, by shipment line. What was
        excused still earns."""
        back = max(part.back(returned) for part in self.parts.values())
        return max(ZERO, self.ordered - back - more) // self.bought * self.given


def given_with(batch: Batch, shipment_line_ids: Sequence[int], kit_lines: Sequence[int] = ()) -> list[Given]:
    """What came free with these shipment lines, and with these order lines of kits."""
    found: dict[int, Given] = {}
    rows = batch.read(FREE_WITH, NOT_THEIRS, list(kit_lines), list(shipment_line_ids))
    for free_line, bought, given, of_line, ordered, line_id, is_free, part, per_kit, excused in rows:
        entry = found.setdefault(free_line, Given(bought, given, of_line, ordered))
        if is_free:
            entry.free.append(line_id)
            continue
        own = entry.parts.setdefault(part, Part(per_kit))
        own.shipment_lines.append(line_id)
        own.excused += excused
    return list(found.values())


def taken_back(
    lines: Sequence[ReturnLineRequest],
    kits: Sequence[ReturnKitRequest],
    gifts: Sequence[Given],
    counts: Mapping[int, tuple[Decimal, Decimal]],
    lots: Mapping[tuple[int, int | None], Decimal],
) -> list[ReturnLineRequest]:
    """What comes back beside what is asked for: free goods that what the customer keeps does not earn.

    `counts`: shipped and returned by shipment line, locked; `lots`: what is left of each.
    """
    asked = sum_by((line.shipment_line_id, line.quantity) for line in lines)
    kept = {line_id: shipped - back - asked.get(line_id, ZERO) for line_id, (shipped, back) in counts.items()}
    returned = {line_id: back for line_id, (_shipped, back) in counts.items()}
    more = []
    for each in gifts:
        back = list(_asked_of(each, lines, kits))
        if not back:
            continue
        earned = each.earned(returned, sum((quantity for quantity, _reason in back), ZERO))
        surplus = sum((kept[line_id] for line_id in each.free), ZERO) - earned
        for line_id, lot_id, left in _lots_of(each.free, lines, lots):
            taken = min(surplus, left, kept[line_id])
            if taken > 0:
                more.append(ReturnLineRequest(line_id, taken, back[0][1], lot_id))
                surplus, kept[line_id] = surplus - taken, kept[line_id] - taken
    return more


def _asked_of(
    gift: Given, lines: Sequence[ReturnLineRequest], kits: Sequence[ReturnKitRequest]
) -> Iterable[tuple[Decimal, str]]:
    """(quantity, reason) of what is asked back of what the gift came with, where the customer answers for it."""
    paid = gift.paid
    for line in lines:
        if line.shipment_line_id in paid and line.reason not in NOT_THEIRS:
            yield line.quantity, line.reason
    for kit in kits:
        if kit.order_line_id == gift.of_line and kit.reason not in NOT_THEIRS:
            yield kit.quantity, kit.reason


def _lots_of(
    line_ids: Sequence[int],
    lines: Sequence[ReturnLineRequest],
    lots: Mapping[tuple[int, int | None], Decimal],
) -> list[tuple[int, int | None, Decimal]]:
    """What is left of each lot that left with these shipment lines, without what is asked back anyway."""
    found = []
    for (line_id, lot_id), left in sorted(lots.items(), key=lambda entry: (entry[0][0], entry[0][1] or 0)):
        if line_id in line_ids:
            asked = (
                line.quantity
                for line in lines
                if line.shipment_line_id == line_id and line.lot_id in (None, lot_id)
            )
            found.append((line_id, lot_id, left - sum(asked, ZERO)))
    return found
