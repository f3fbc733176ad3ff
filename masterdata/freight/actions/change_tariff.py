"""A tariff is called otherwise, charged as another service, or has another surcharge or limit of free carriage."""

from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked_at, only, write

from ..checks import sound_tariff
from ..models import FreightTariff
from ..permissions import CHANGE_FREIGHT

CHANGEABLE = frozenset({"name", "item_id", "free_from", "surcharge_percent"})


@command("masterdata.change_freight_tariff")
def change_tariff(batch: Batch, *, tariff_id: int, version: int, changes: dict[str, Any]) -> None:
    """Set the named fields, if the row still has the version they were edited on.

    Orders keep the freight they were quoted. Raises NotFound, BadInput, StaleVersion with both values.
    """
    only(CHANGEABLE, changes)
    row = locked_at(FreightTariff.objects.all(), tariff_id, version, changes)
    batch.actor.require(CHANGE_FREIGHT, company=row.company_id)
    write(row, sound_tariff(changes))
