"""Lots by the codes on the goods: found, or made when they come for the first time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput

NAME_LOTS = permit("inventory.name_lots", "warehouse", "procurement")

ENSURE = """
INSERT INTO inventory_lot (item_id, code, expires_on)
SELECT DISTINCT ON (u.item_id, u.code) u.item_id, u.code, u.expires_on
FROM unnest(%s::bigint[], %s::text[], %s::date[]) AS u(item_id, code, expires_on)
ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING"""

FIND = """
SELECT t.item_id, t.code, t.id FROM inventory_lot t
JOIN unnest(%s::bigint[], %s::text[]) AS u(item_id, code) ON u.item_id = t.item_id AND u.code = t.code"""

LONGEST_CODE = 40  # the column's width


@dataclass(frozen=True, slots=True)
class LotName:
    """An item's lot as its maker printed it; a lot that is known keeps the expiry it has,
    one that is named several times gets the earliest."""

    item_id: int
    code: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class NamedLots:
    """Lot ids in the order of the names."""

    lot_ids: list[int]


@command("inventory.name_lots")
def name_lots(batch: Batch, *, names: Sequence[LotName]) -> NamedLots:
    """The lots of these names. Raises BadInput for an empty or overlong code."""
    batch.actor.require(NAME_LOTS)
    for name in names:
        if not 1 <= len(name.code) <= LONGEST_CODE:
            raise BadInput(field="lot", reason="a lot code has 1 to 40 characters.")
    items, codes = [name.item_id for name in names], [name.code for name in names]
    batch.write(ENSURE, items, codes, [name.expires_on for name in names])
    found = {(item_id, code): lot_id for item_id, code, lot_id in batch.read(FIND, items, codes)}
    return NamedLots([found[name.item_id, name.code] for name in names])
