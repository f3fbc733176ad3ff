"""Lots whose day has come are no longer sold: the day's expired stock leaves what may be promised (IV05)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from inventory.adjustments.actions.change_status import StatusRow, change_status
from inventory.adjustments.places import ground_of
from inventory.adjustments.reads import EXPIRED_LOTS
from inventory.stock.models import Status


@dataclass(frozen=True, slots=True)
class LotsExpired:
    """The number of the status change, blank where nothing has expired, and how many order lines lost stock by it."""

    number: str
    bumped: int


@command("inventory.expire_lots")
def expire_lots(batch: Batch, *, site_id: int) -> LotsExpired:
    """Give what lies in lots that have expired by the site's day the status Expired; who loses it is promised anew.

    What picks are bound to stays until they are recorded short or cancelled: the next asking takes it. Raises what
    change_status raises.
    """
    ground = ground_of(batch, site_id)
    rows = [
        StatusRow(item_id, bin_id, lot_id, status, Status.EXPIRED.value, quantity)
        for item_id, bin_id, lot_id, status, quantity in batch.read(EXPIRED_LOTS, site_id, ground.today)
    ]
    if not rows:
        return LotsExpired("", 0)
    made = change_status.inside(batch, site_id=site_id, rows=rows, reason=_("Lots expired"))
    return LotsExpired(made.number, made.bumped)
