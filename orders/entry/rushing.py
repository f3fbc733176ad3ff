"""Rush orders: a code that is known, a quota that is not passed, a place ahead of others (OC08)."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.formats import write_quantity
from orders.holds.models import Hold
from orders.rulebook.errors import RushUnknown, RushUsedUp
from orders.rulebook.policies import (
    RUSH_OVER_QUOTA,
    RUSH_PERIOD,
    RUSH_PRIORITY,
    RUSH_QUOTA,
    RUSH_QUOTA_OF,
    rush_codes,
)

from .gates import HoldReason
from .reads import Header
from .steering_reads import LOCK_SITE, RUSHED


@dataclass(frozen=True, slots=True)
class Quota:
    """What a site takes as rush in its day or week, what it has taken, and what is asked for."""

    site: str
    quota: int
    counts: str  # orders or units
    period: str  # day or week
    used: Decimal
    asked: Decimal

    @property
    def passed(self) -> bool:
        return self.used + self.asked <= self.quota

    @property
    def words(self) -> dict[str, str]:
        """What the refusal and the hold say of it."""
        return {
            "site": self.site,
            "quota": str(self.quota),
            "unit": _("orders") if self.counts == "orders" else _("units"),
            "period": _("a day") if self.period == "day" else _("a week"),
            "used": write_quantity(self.used),
            "asked": write_quantity(self.asked),
        }

    def hold(self, amount: Decimal) -> HoldReason:
        """The hold of an order that is taken beyond the quota."""
        said = _(
            "%(site)s takes %(quota)s %(unit)s as rush %(period)s and has %(used)s already; this asks for %(asked)s."
        )
        return HoldReason(Hold.Kind.RUSH.value, said % self.words, amount)


def known_rush(rush: str, company_id: int, *, strict: bool = True) -> str:
    """The rush code as the house spells it; blank for none. Raises RushUnknown where it is `strict`."""
    if not rush:
        return ""
    code, codes = rush.strip().upper(), rush_codes(company_id)
    if code in codes:
        return code
    if strict and code:
        raise RushUnknown(rush=rush, codes=", ".join(codes) or "–")
    return ""


def rush_quota(batch: Batch, header: Header, units: Decimal, *, preview: bool = False) -> Quota:
    """How far the site's quota goes; `units`: the order's, in stock units.

    Asked under the site's lock, so that two orders never take the last place both; a preview locks nothing.
    """
    place, company = header.site_id, header.company_id
    counts = RUSH_QUOTA_OF.value(site=place, company=company)
    period = RUSH_PERIOD.value(site=place, company=company)
    if not preview:
        batch.write(LOCK_SITE, header.site_id)
    ((site, orders, taken),) = batch.read(
        RUSHED, period, batch.now, period, batch.now, f"1 {period}", header.site_id
    )
    used, asked = (Decimal(orders), Decimal(1)) if counts == "orders" else (taken, units)
    return Quota(site, RUSH_QUOTA.value(site=place, company=company), counts, period, used, asked)


def refuse_beyond(quota: Quota, header: Header) -> None:
    """Raises RushUsedUp where the house refuses what is beyond the quota."""
    if not quota.passed and RUSH_OVER_QUOTA.value(site=header.site_id, company=header.company_id) == "refuse":
        raise RushUsedUp(**quota.words)


def rush_priority(header: Header) -> int:
    """The priority of a rush order there, unless the order's own is ahead of it."""
    return min(header.priority, RUSH_PRIORITY.value(site=header.site_id, company=header.company_id))
