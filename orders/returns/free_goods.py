"""Goods that came free go back with what they came with.

A customer keeps as many as the goods it keeps still earn; the rest comes back on the same return, for nothing. Where
we or the carrier answer for the return, the customer keeps them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from erp.kernel.batch import Batch, Row
from erp.kernel.quantity import sum_by

from .rules import ANSWERS_FOR, CUSTOMER, ZERO, ReturnLineRequest

NOT_THEIRS = [reason.value for reason, who in ANSWERS_FOR.items() if who != CUSTOMER]

# Every shipped line of what came free with the lines asked back, and of those lines themselves, each with what came
# back of it, or will, for a reason that the customer does not answer for.
FREE_WITH = """
SELECT f.line_id, f.bought, f.given, l.id, d.line_id = f.line_id,
    coalesce((SELECT sum(r.quantity - r.cancelled) FROM orders_returnline r
        WHERE r.shipment_line_id = l.id AND r.reason = ANY(%s::text[])), 0)
FROM orders_freegoods f JOIN orders_linedemand d ON d.line_id IN (f.line_id, f.of_line_id)
JOIN inventory_shipmentline l ON l.demand_id = d.demand_id
JOIN inventory_shipment s ON s.id = l.shipment_id AND s.state = 'shipped'
WHERE f.of_line_id IN (SELECT x.line_id FROM inventory_shipmentline a JOIN orders_linedemand x
    ON x.demand_id = a.demand_id WHERE a.id = ANY(%s::bigint[]))
ORDER BY f.line_id, l.id"""


@dataclass(slots=True)
class Given:
    """Free goods and what they came with, as shipment lines: `given` of them for each `bought`, in stock units.

    `excused`: what came back of those that were paid though it was not for the customer to answer. It still earns.
    """

    bought: Decimal
    given: Decimal
    excused: Decimal = ZERO
    paid: list[int] = field(default_factory=list)
    free: list[int] = field(default_factory=list)


def given_with(batch: Batch, shipment_line_ids: Sequence[int]) -> list[Given]:
    """What came free with these shipment lines."""
    found: dict[int, Given] = {}
    rows = batch.read(FREE_WITH, NOT_THEIRS, list(shipment_line_ids))
    for free_line, bought, given, line_id, is_free, excused in rows:
        entry = found.setdefault(free_line, Given(bought, given))
        (entry.free if is_free else entry.paid).append(line_id)
        entry.excused += ZERO if is_free else excused
    return list(found.values())


def taken_back(
    lines: Sequence[ReturnLineRequest],
    gifts: Sequence[Given],
    shipped: Mapping[int, Row],
    lots: Mapping[tuple[int, int | None], Decimal],
) -> list[ReturnLineRequest]:
    """What comes back beside the lines asked for: free goods that what the customer keeps does not earn.

    `shipped` and `lots` are the locked reads of a request (reads.py).
    """
    asked = sum_by((line.shipment_line_id, line.quantity) for line in lines)
    kept = {line_id: row[7] - row[8] - asked.get(line_id, ZERO) for line_id, row in shipped.items()}
    more = []
    for each in gifts:
        paid = [line for line in lines if line.shipment_line_id in each.paid]
        reasons = [line.reason for line in paid if line.reason not in NOT_THEIRS]
        if not reasons:
            continue
        excused = each.excused + sum((line.quantity for line in paid if line.reason in NOT_THEIRS), ZERO)
        earned = (excused + sum((kept[line_id] for line_id in each.paid), ZERO)) // each.bought * each.given
        surplus = sum((kept[line_id] for line_id in each.free), ZERO) - earned
        for line_id, lot_id, left in _lots_of(each.free, lines, lots):
            taken = min(surplus, left, kept[line_id])
            if taken > 0:
                more.append(ReturnLineRequest(line_id, taken, reasons[0], lot_id))
                surplus, kept[line_id] = surplus - taken, kept[line_id] - taken
    return more


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
