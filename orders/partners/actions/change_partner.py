"""What is known of a trading partner changes."""

from copy import copy
from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked_at, only, write

from ..checks import FIELDS, sound, taken_by
from ..errors import PartnerTaken
from ..models import TradingPartner
from ..permissions import CHANGE_PARTNER


@command(
    "orders.change_partner",
    conflicts={
        "trading_partner_unique": lambda partner_id, version, changes: PartnerTaken(partner=partner_id)
    },
)
def change_partner(batch: Batch, *, partner_id: int, version: int, changes: dict[str, Any]) -> None:
    """Set the named fields of a profile, if it still has the version they were edited on.

    Documents that wait keep waiting until they are resubmitted. Raises NotFound, BadInput, StaleVersion with both
    values, PartnerTaken.
    """
    only(FIELDS, changes)
    partner = locked_at(TradingPartner.objects.select_related("customer"), partner_id, version, changes)
    batch.actor.require(CHANGE_PARTNER, company=partner.customer.company_id)
    wanted = sound(changes, partner.customer_id)
    changed = copy(partner)
    for name, value in wanted.items():
        setattr(changed, name, value)
    if taken := taken_by(changed):
        raise PartnerTaken(partner=taken, field="identifier")
    write(partner, wanted)
