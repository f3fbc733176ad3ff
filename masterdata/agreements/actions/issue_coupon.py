"""A code that opens a promotion for the order it is keyed with (PR06)."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.records import locked

from ..errors import CouponTaken
from ..models import Coupon, PriceScope
from ..permissions import SET_PRICE

LONGEST = 30


@dataclass(frozen=True, slots=True)
class CouponIssued:
    coupon_id: int


@command("masterdata.issue_coupon")
def issue_coupon(
    batch: Batch,
    *,
    scope_id: int,
    code: str,
    valid_from: date,
    valid_to: date | None = None,
    most_uses: int | None = None,
    most_per_customer: int | None = None,
) -> CouponIssued:
    """Let a code open a promotion from a day on, until the day before `valid_to` if there is one.

    It may be used on so many orders in all and of each customer; none: as often as they like. What it may cost is the
    promotion's budget. Raises NotFound, BadInput, CouponTaken.
    """
    scope = locked(PriceScope.objects.select_related("company"), scope_id)
    batch.actor.require(SET_PRICE, company=scope.company_id)
    code = code.strip().upper()
    if not code or len(code) > LONGEST or " " in code:
        raise BadInput(field="code", reason=_("up to 30 characters without blanks."))
    if scope.kind != PriceScope.Kind.PROMOTION:
        raise BadInput(field="scope", reason=_("coupons open promotions."))
    sound_uses(most_uses, most_per_customer)
    if valid_to is not None and valid_to <= valid_from:
        raise BadInput(field="valid_to", reason=_("the end comes after the beginning."))
    if Coupon.objects.filter(company=scope.company_id, code=code).exists():
        raise CouponTaken(company=scope.company.code, value=code, field="code")
    made = Coupon.objects.create(
        company_id=scope.company_id,
        scope=scope,
        code=code,
        valid_from=valid_from,
        valid_to=valid_to,
        most_uses=most_uses,
        most_per_customer=most_per_customer,
    )
    return CouponIssued(made.pk)


def sound_uses(most_uses: int | None, most_per_customer: int | None) -> None:
    """Raise BadInput unless each limit is none or at least one."""
    for name, value in (("most_uses", most_uses), ("most_per_customer", most_per_customer)):
        if value is not None and not 1 <= value < 2**31:
            raise BadInput(field=name, reason=_("at least 1, or nothing for no limit."))
