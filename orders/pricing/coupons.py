"""Coupons as orders use them: known, asked under the coupon's lock whether it may be used once more, counted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.formats import write_day
from masterdata.models import Coupon

from .errors import CouponRefused

FIND = """
SELECT c.id, c.code, c.scope_id, s.name, c.valid_from, c.valid_to, c.most_uses, c.most_per_customer, c.used
FROM masterdata_coupon c JOIN masterdata_pricescope s ON s.id = c.scope_id
WHERE c.company_id = %s::bigint AND c.code = upper(%s::text)"""
LOCK = FIND + " FOR NO KEY UPDATE OF c"
LOCK_BOTH = """
SELECT c.id FROM masterdata_coupon c WHERE c.company_id = %s::bigint AND c.code = ANY(%s::text[])
ORDER BY c.id FOR NO KEY UPDATE"""
# Behind the lock: it sees the orders of whoever held it before.
USED_BY = """
SELECT count(*) FROM orders_salesorder o
WHERE o.customer_id = %s::bigint AND o.coupon = upper(%s::text) AND o.coupon <> '' AND o.state = 'submitted'"""


@dataclass(frozen=True, slots=True)
class FoundCoupon:
    """A coupon as it stands; `used` by all, `used_by_customer` by the one who asks, in orders."""

    coupon_id: int
    code: str
    scope_id: int
    name: str  # of the promotion
    valid_from: date
    valid_to: date | None
    most_uses: int | None
    most_per_customer: int | None
    used: int
    used_by_customer: int = 0

    def problem(self, on: date) -> str:
        """Why it cannot be used on a day, in the clerk's words; empty when it can."""
        if on < self.valid_from:
            return _("it holds from %(day)s on") % {"day": write_day(self.valid_from)}
        if self.valid_to is not None and on >= self.valid_to:
            return _("it has expired, it held until before %(day)s") % {"day": write_day(self.valid_to)}
        if self.most_uses is not None and self.used >= self.most_uses:
            return _("it is used up, %(n)s orders carry it") % {"n": self.used}
        if self.most_per_customer is not None and self.used_by_customer >= self.most_per_customer:
            return _("the customer has used it on %(n)s orders already") % {"n": self.used_by_customer}
        return ""


def find_coupon(
    batch: Batch, code: str, *, company_id: int, customer_id: int, lock: bool = False
) -> FoundCoupon | None:
    """The company's coupon of that code, under lock where it is to be used; None where there is none.

    No statement for a blank code; two where it limits the orders of one customer, else one.
    """
    if not code.strip():
        return None
    rows = batch.read(LOCK if lock else FIND, company_id, code.strip())
    if not rows:
        return None
    found = FoundCoupon(*rows[0])
    if found.most_per_customer is None:
        return found
    ((used,),) = batch.read(USED_BY, customer_id, found.code)
    return replace(found, used_by_customer=used)


def claim_coupon(
    batch: Batch, code: str, *, company_id: int, customer_id: int, on: date
) -> FoundCoupon | None:
    """The coupon that an order is keyed with, locked; `count_use` once the order is sure to be. Raises CouponRefused
    with the cause."""
    if not code.strip():
        return None
    found = find_coupon(batch, code, company_id=company_id, customer_id=customer_id, lock=True)
    problem = found.problem(on) if found is not None else _("there is no such code")
    if found is None or problem:
        raise CouponRefused(coupon=code.strip().upper(), cause=problem)
    return found


def count_use(batch: Batch, found: FoundCoupon | None) -> None:
    """One more order carries the coupon that it has locked. Not before all that a caller may go on after is asked."""
    if found is not None:
        batch.update(Coupon, [found.coupon_id], add={"used": 1})


def give_back(batch: Batch, code: str, *, company_id: int) -> None:
    """An order that is cancelled as a whole no longer counts; no statement where it carried no coupon."""
    if code:
        ((coupon_id, *_rest),) = batch.read(LOCK, company_id, code)
        batch.update(Coupon, [coupon_id], add={"used": -1})


def exchange_coupon(
    batch: Batch, old: str, new: str, *, company_id: int, customer_id: int, on: date
) -> FoundCoupon | None:
    """Let an order that carries one code (blank: none) carry another: that is claimed and counted, the old one counts
    no longer. Both are locked in one order, whichever way they are exchanged. Raises CouponRefused with the cause."""
    batch.write(LOCK_BOTH, company_id, [code for code in (old, new) if code])
    found = claim_coupon(batch, new, company_id=company_id, customer_id=customer_id, on=on)
    count_use(batch, found)
    give_back(batch, old, company_id=company_id)
    return found


def refuse_idle(found: FoundCoupon | None, steps: Sequence[Sequence[dict[str, object]]]) -> None:
    """Raise CouponRefused where the coupon gives nothing to any line: it is not used up for that."""
    if found is not None and not any("coupon" in step for line in steps for step in line):
        cause = _("it gives nothing on these lines: too few, cheaper already, or its budget is used up")
        raise CouponRefused(coupon=found.code, cause=cause)
