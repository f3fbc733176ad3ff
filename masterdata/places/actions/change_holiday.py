"""A site's holiday is called otherwise, or falls on another day."""

from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked_at, only, write

from ..checks import sound_holiday
from ..errors import HolidayTaken
from ..models import Holiday
from ..permissions import CHANGE_SITE

CHANGEABLE = frozenset({"on", "name"})


@command("masterdata.change_holiday")
def change_holiday(batch: Batch, *, holiday_id: int, version: int, changes: dict[str, Any]) -> None:
    """Set the named fields of the holiday, if it still has the version they were edited on.

    Promises made before keep their dates. Raises NotFound, BadInput, HolidayTaken, StaleVersion with both values.
    """
    only(CHANGEABLE, changes)
    values = sound_holiday(changes)
    row = locked_at(Holiday.objects.select_related("site"), holiday_id, version, values)
    batch.actor.require(CHANGE_SITE, company=row.site.company_id, site=row.site_id)
    on = values.get("on", row.on)
    if owner := Holiday.objects.filter(site=row.site_id, on=on).exclude(pk=row.pk).first():
        raise HolidayTaken(site=row.site.code, on=on, name=owner.name, field="on")
    write(row, values)
