"""What a clerk says of a line's goods on the telephone: free, from a day, to be bought."""

from datetime import date
from decimal import ROUND_FLOOR, Decimal

from django.utils.translation import gettext as _

from erp.kernel.formats import write_quantity
from inventory.commitments.rules import Promise, whole_kits
from orders.entry.reads import LineFacts
from orders.entry.standing_reads import Standing


def free_of(fact: LineFacts, standing: Standing) -> Decimal:
    """What of a line's item is free, in its stock unit; of a kit, how many its components would make."""
    if fact.components:
        parts = ((standing.free.get(each.item_id, Decimal(0)), each.quantity) for each in fact.components)
        return max(whole_kits(parts), Decimal(0))
    return standing.free.get(fact.item_id or 0, Decimal(0))


def availability(promise: Promise, free: Decimal, fact: LineFacts) -> tuple[str, str]:
    """What the clerk says on the telephone, and its tone. `free` is in the stock unit, before this line."""
    if promise.reserved and not promise.short and all(share.supply_id is None for share in promise.shares):
        return _("%(n)s free") % {"n": in_unit(free, fact)}, "ok"
    dated = [share.on for share in promise.shares if share.supply_id is not None]
    if promise.reserved:
        now = in_unit(promise.reserved, fact)
        if promise.short or not dated:
            return _("%(n)s now, rest open") % {"n": now}, "bad"
        return _("%(n)s now, rest %(day)s") % {"n": now, "day": short_day(max(dated))}, "warn"
    if dated and not promise.short:
        return _("From %(day)s") % {"day": short_day(max(dated))}, "bad"
    return (_("Part from %(day)s") % {"day": short_day(min(dated))} if dated else _("No supply known")), "bad"


def to_be_bought(arrival: date | None) -> tuple[str, str]:
    """The same for what is bought for the line."""
    if arrival is None:
        return _("To buy, nobody is known to sell it"), "bad"
    return _("To buy, about %(day)s") % {"day": short_day(arrival)}, "warn"


def in_unit(stock: Decimal, fact: LineFacts) -> str:
    """Whole units that a stock quantity makes, so that nobody promises the torn-open box."""
    assert fact.factor is not None
    step = Decimal(1).scaleb(-fact.factor.decimals)
    return write_quantity(
        (stock * fact.factor.denominator / fact.factor.numerator).quantize(step, rounding=ROUND_FLOOR)
    )


def short_day(day: date) -> str:
    """`4 Dec`."""
    return f"{day.day} {day:%b}"
