"""A bin is used for something else, walked elsewhere, or closed."""

from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked_at, only, write

from ..errors import ZoneElsewhere
from ..models import Bin, Zone
from ..permissions import CHANGE_BIN

CHANGEABLE = frozenset({"zone_id", "kind", "pick_sequence", "is_active"})


@command("masterdata.change_bin")
def change_bin(batch: Batch, *, bin_id: int, version: int, changes: dict[str, Any]) -> None:
    """Set the named fields of the bin, if it still has the version they were edited on.

    Its code stays: labels hang on it. Raises NotFound, BadInput, ZoneElsewhere, StaleVersion with both values.
    """
    only(CHANGEABLE, changes)
    row = locked_at(Bin.objects.select_related("site"), bin_id, version, changes)
    batch.actor.require(CHANGE_BIN, site=row.site_id, company=row.site.company_id)
    if "zone_id" in changes and not Zone.objects.filter(pk=changes["zone_id"], site=row.site_id).exists():
        raise ZoneElsewhere(zone=changes["zone_id"], site=row.site.code, field="zone")
    write(row, changes)
