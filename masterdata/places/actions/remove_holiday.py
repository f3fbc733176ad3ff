"""A site works on a day again."""

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked

from ..models import Holiday
from ..permissions import CHANGE_SITE


@command("masterdata.remove_holiday")
def remove_holiday(batch: Batch, *, holiday_id: int) -> None:
    """Take the holiday from the site's calendar; the history keeps it. Raises NotFound."""
    row = locked(Holiday.objects.select_related("site"), holiday_id)
    batch.actor.require(CHANGE_SITE, company=row.site.company_id, site=row.site_id)
    row.delete()
