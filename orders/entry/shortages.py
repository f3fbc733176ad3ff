"""What is short of an order's lines, and what is to come instead of it (AT05)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.quantity import STOCK_STEP
from masterdata.items.queries import packs_of, substitutes_in_effect
from masterdata.items.substitution import stand_ins
from masterdata.places.models import Company
from masterdata.places.queries import day_of

from .changes import LineRow, LockedOrder
from .errors import NotBackordered, SubstituteRefused
from .policies import SUBSTITUTION_CONSENT
from .rules import Asked, LineRequest
from .substituting import Substitution, at_agreed_price, consent_problem

# As it stands before the stock is locked: what is replaced is compared with it again behind the lock.
SHORT = """
SELECT d.id, d.ordered - d.shipped - d.cancelled - d.reserved FROM inventory_demand d WHERE d.id = ANY(%s::bigint[])"""


@dataclass(frozen=True, slots=True)
class Replacement:
    """Of a line, `quantity` in its unit comes as another item; None: all that no stock is reserved for.

    `consent`: who agreed for the customer.
    """

    line: int
    item_id: int
    quantity: Decimal | None = None
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Shortage:
    """One line of which a part is replaced: how much of its demand, in the stock unit, and by what."""

    row: LineRow
    substitution: Substitution
    request: LineRequest

    @property
    def demand_id(self) -> int:
        return self.row.demand_ids[0]

    @property
    def taken(self) -> Decimal:
        """In the stock unit of the item that is short."""
        return self.substitution.stock_quantity

    @property
    def left(self) -> Decimal:
        """What remains of the line, in its unit."""
        return self.row.quantity - self.row.cancelled_quantity - self.substitution.asked.quantity

    @property
    def left_in_stock(self) -> Decimal:
        """The same in the stock unit."""
        return self.row.in_stock(self.left)


def shortages_of(batch: Batch, locked: LockedOrder, replacements: Sequence[Replacement]) -> list[Shortage]:
    """The lines with what comes instead, at the price that the rules give. A fixed number of statements.

    Raises BadInput, NotFound, NotBackordered, SubstituteRefused with every line without a rule or without consent.
    """
    order, rows = locked.order, {line.line: line for line in locked.lines}
    if not replacements or len({each.line for each in replacements}) < len(replacements):
        raise BadInput(field="lines", reason=_("name each line once, and at least one."))
    for each in replacements:
        if each.line not in rows:
            raise NotFound(what=_("line of %(order)s") % {"order": order.number}, reference=each.line)
        if not rows[each.line].demand_ids:
            raise BadInput(field="lines", reason=_("line %(n)s is a service.") % {"n": each.line})
        if rows[each.line].came is not None:
            words = _("line %(n)s came free: nothing stands in for it. Cancel it if nobody waits for it.")
            raise BadInput(field="lines", reason=words % {"n": each.line})
        if rows[each.line].components:
            words = _(
                "line %(n)s is a kit: nothing stands in for it. Change the line, or what is in the kit."
            )
            raise BadInput(field="lines", reason=words % {"n": each.line})
    on = day_of(Company.objects.get(pk=order.company_id), batch.now)
    consent = SUBSTITUTION_CONSENT.value(on=on, company=order.company_id, customer=order.customer_id)
    links = substitutes_in_effect((rows[each.line].item_id for each in replacements), on=on)
    packs = packs_of(each.item_id for each in replacements)
    short = dict(batch.read(SHORT, [rows[each.line].demand_ids[0] for each in replacements]))
    found, refused = [], []
    for each in replacements:
        row = rows[each.line]
        asked, stock = _asked(each, row, short[row.demand_ids[0]])
        offered = (one for one in stand_ins(row.item_id, links) if one.item_id == each.item_id)
        stand_in, pack = next(offered, None), packs.get(each.item_id)
        problem = consent_problem(consent, each.consent)
        if stand_in is None or pack is None:
            code = pack.code if pack else each.item_id
            problem = _("%(code)s does not stand in for %(asked)s.") % {"code": code, "asked": row.code}
        if problem or stand_in is None or pack is None:
            refused.append({"line": row.line, "item": row.code, "reason": problem})
            continue
        quantity, unit = pack.offered(Fraction(stock) * stand_in.ratio)
        line = at_agreed_price(
            LineRequest(each.item_id, quantity, unit, site_id=row.site_id), stand_in, pack,
            price=row.unit_price, per_unit=Fraction(row.stock_quantity) / Fraction(row.quantity), code=row.code,
        )  # fmt: skip
        substitution = Substitution(asked, row.unit, stock, row.code, stand_in)
        found.append(Shortage(row, substitution, line))
    if refused:
        raise SubstituteRefused.of(refused)
    return found


def _asked(each: Replacement, row: LineRow, short: Decimal) -> tuple[Asked, Decimal]:
    """What is replaced, in the line's unit and in the stock unit."""
    per_unit = Fraction(row.stock_quantity) / Fraction(row.quantity)
    if each.quantity is None:
        quantity, stock = _exact(Fraction(short) / per_unit), short
    else:
        quantity, stock = each.quantity, _exact(Fraction(each.quantity) * per_unit)
    if stock <= 0 or stock > short:
        raise not_backordered(row, quantity, short)
    return Asked(row.item_id, quantity, row.unit, each.consent), stock


def not_backordered(row: LineRow, asked: Decimal, short: Decimal) -> NotBackordered:
    """The refusal in the line's unit."""
    waits = _exact(Fraction(max(short, Decimal(0))) * Fraction(row.quantity) / Fraction(row.stock_quantity))
    return NotBackordered(
        line=row.line, item=row.code, unit=row.unit, short=waits.normalize(), asked=asked.normalize()
    )


def _exact(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(
        STOCK_STEP, rounding=ROUND_HALF_UP
    )
