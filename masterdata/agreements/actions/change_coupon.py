"""A coupon's end and its limits, as they are wanted from now on."""

from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked_at, write

from ..errors import CouponUsed
from ..models import Coupon
from ..permissions import SET_PRICE
from .issue_coupon import sound_uses


@command("masterdata.change_coupon")
def change_coupon(
    batch: Batch,
    *,
    coupon_id: int,
    version: int,
    valid_to: date | None,
    most_uses: int | None,
    most_per_customer: int | None,
) -> None:
    """Let it end before another day, or be used more or less often. Orders that carry it keep their prices.

    Raises NotFound, StaleVersion, BadInput, CouponUsed below what is used already.
    """
    wanted = {"valid_to": valid_to, "most_uses": most_uses, "most_per_customer": most_per_customer}
    found = locked_at(Coupon.objects.all(), coupon_id, version, wanted)
    batch.actor.require(SET_PRICE, company=found.company_id)
    sound_uses(most_uses, most_per_customer)
    if valid_to is not None and valid_to <= found.valid_from:
        raise BadInput(field="valid_to", reason=_("the end comes after the beginning."))
    if most_uses is not None and most_uses < found.used:
        raise CouponUsed(used=found.used, field="most_uses")
    write(found, wanted)
