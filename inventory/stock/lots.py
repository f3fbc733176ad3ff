"""Lots as a delivery or a ship notice names them."""

from collections.abc import Sequence

from erp.kernel.actor import Actor
from erp.kernel.command import By
from inventory.stock.actions.name_lots import LotName, name_lots


def lot_ids(actor: Actor, names: Sequence[LotName | None]) -> list[int | None]:
    """The lots of these names in their order, found or made; None where there is none."""
    known = [name for name in names if name is not None]
    found = iter(name_lots(By(actor), names=known).lot_ids if known else ())
    return [None if name is None else next(found) for name in names]
