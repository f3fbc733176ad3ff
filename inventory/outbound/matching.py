"""Which pick a scan means. A scan that does not fit is refused in one sentence; nothing is guessed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from masterdata.items.lookups import resolve_codes
from masterdata.items.models import ItemUnit

from .errors import WrongScan
from .models import Pick
from .queries import left_to_count, said
from .scans import Scan, read_scan


@dataclass(frozen=True, slots=True)
class Match:
    """A pick and how much of it the scan counts, in the stock unit; None: the bin itself was scanned."""

    pick: Pick
    quantity: Decimal | None


def match_scan(raw: str, picks: Sequence[Pick]) -> Match:
    """The pick, of a shipment's picks in walking order, that a scan is for. Raises WrongScan."""
    scan = read_scan(raw)
    for pick in picks:
        if pick.balance.bin.code.upper() == scan.text.upper() and left_to_count(pick):
            return Match(pick, None)
    resolution = resolve_codes(scan.codes)
    code = next((code for code in scan.codes if resolution.get(code)), "")
    if not code:
        raise WrongScan(
            scanned=scan.text, reason=_("no item and no open bin of this shipment has this code.")
        )
    candidates = [pick for pick in picks if pick.line.item_id == resolution[code]]
    if not candidates:
        raise WrongScan(scanned=scan.text, reason=_("this item is not on the shipment."))
    item = candidates[0].line.item
    fitting = [pick for pick in candidates if left_to_count(pick)]
    if not fitting:
        raise WrongScan(scanned=item.code, reason=_("all of it is picked already."))
    pick = _of_lot(scan, fitting)
    quantity = (scan.count or Decimal(1)) * _in_stock_units(item.pk, resolution.units.get(code.upper(), ""))
    if quantity > left_to_count(pick):
        raise WrongScan(
            scanned=item.code,
            reason=_("%(scanned)s is more than the %(left)s still wanted here.")
            % {
                "scanned": said(quantity, item.stock_unit_id),
                "left": said(left_to_count(pick), item.stock_unit_id),
            },
        )
    return Match(pick, quantity)


def _of_lot(scan: Scan, picks: Sequence[Pick]) -> Pick:
    if not scan.lot:
        return picks[0]
    for pick in picks:
        if pick.balance.lot is None or pick.balance.lot.code.upper() == scan.lot.upper():
            return pick
    wanted = picks[0].balance.lot
    raise WrongScan(
        scanned=scan.lot,
        reason=_("this is another lot; take lot %(lot)s.") % {"lot": wanted.code if wanted else ""},
    )


def _in_stock_units(item_id: int, unit: str) -> Decimal:
    if not unit:
        return Decimal(1)
    found = ItemUnit.objects.filter(item=item_id, unit=unit).values_list("numerator", "denominator").first()
    factor = Fraction(*found) if found else Fraction(1)
    return Decimal(factor.numerator) / Decimal(factor.denominator)
