"""What a scan at a bin means: which item and lot, and how much of it. Nothing is guessed."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from inventory.outbound.scans import Scan, read_scan
from inventory.stock.models import Lot
from masterdata.items.lookups import resolve_codes
from masterdata.items.models import Item, ItemUnit

from .errors import CountRefused


@dataclass(frozen=True, slots=True)
class Seen:
    """An item, its lot where the label names one, and how much the scan counts, in the stock unit."""

    item: Item
    lot_id: int | None
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Labelled:
    """An item as its label names it, and how much the scan counts, in the stock unit; `scan`: the label itself."""

    item: Item
    quantity: Decimal
    scan: Scan


def read_label(raw: str) -> Labelled:
    """The goods that a scan or a typed code means, whatever their lot. Raises CountRefused in one sentence."""
    scan = read_scan(raw)
    found = resolve_codes(scan.codes)
    code = next((code for code in scan.codes if found.get(code)), "")
    if not code:
        raise CountRefused(
            item=scan.text, reason=_("no item has this code; scan another label or type the item.")
        )
    item = Item.objects.select_related("stock_unit").get(pk=found[code])
    factor = Fraction(1)
    if unit := found.units.get(code.upper(), ""):
        packed = ItemUnit.objects.filter(item=item, unit=unit).values_list("numerator", "denominator").first()
        factor = Fraction(*packed) if packed else factor
    quantity = (scan.count or Decimal(1)) * Decimal(factor.numerator) / Decimal(factor.denominator)
    return Labelled(item, quantity, scan)


def see(raw: str) -> Seen:
    """The goods that a scan or a typed code means. Raises CountRefused in one sentence."""
    label = read_label(raw)
    lot_id = lot_of(label.item, label.scan.lot) if label.scan.lot else None
    return Seen(label.item, lot_id, label.quantity)


def lot_of(item: Item, code: str) -> int:
    """The item's lot of that code. Raises CountRefused."""
    found = Lot.objects.filter(item=item, code__iexact=code).values_list("pk", flat=True).first()
    if found is None:
        raise CountRefused(
            item=item.code, reason=_("it has no lot %(lot)s; scan the lot on the label.") % {"lot": code}
        )
    return found
