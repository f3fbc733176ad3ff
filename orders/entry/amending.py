"""What an amendment asks of an order's lines: which change, come or go, at which price. Nothing is written here."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.errors import BadInput, NotFound
from erp.kernel.quantity import InexactQuantity
from orders.pricing.rules import BOUND

from .changes import Change, LineRow, LockedOrder, Plan
from .charges import CHARGES, FREE_GOODS
from .events import LinesRestated
from .models import OrderLine
from .reads import LineFacts
from .rules import LineRequest, OrderRequest


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line's new quantity and price; `line` 0 adds one. Quantity zero cancels. `price` None: the customer's own.

    `supply`: how a line that is added is supplied; one that is there stays as it is. `site_id`: where it leaves from
    now; None: as before, or for one that is added from the order's own site.
    """

    line: int
    quantity: Decimal
    item_id: int = 0
    unit: str = ""
    price: Decimal | None = None
    price_reason: str = ""
    supply: str = ""
    site_id: int | None = None


@dataclass(frozen=True, slots=True)
class Amendment:
    """What shall be different. Header fields that are None stay as they are."""

    lines: list[LineChange] = field(default_factory=list)
    requested_on: date | None = None
    customer_po: str | None = None
    note: str | None = None
    rush: str | None = None  # a rush code; blank takes it off
    coupon: str | None = None  # its code; blank takes it off

    @property
    def header(self) -> dict[str, Any]:
        """The header fields that change, by column."""
        names = ("requested_on", "customer_po", "note", "rush", "coupon")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


def plan_lines(locked: LockedOrder, amendment: Amendment) -> tuple[list[Plan], list[LineRow]]:
    """Lines to price and promise anew, all of them for another day or coupon, and lines to cancel. Raises BadInput,
    NotFound."""
    rows = {line.line: line for line in locked.lines}
    changes = {change.line: change for change in amendment.lines if change.line}
    if len(changes) < sum(1 for change in amendment.lines if change.line):
        raise BadInput(field="lines", reason=_("a line is named twice."))
    if unknown := changes.keys() - rows.keys():
        raise NotFound(what=_("line of %(order)s") % {"order": locked.order.number}, reference=min(unknown))
    for number in changes.keys() & rows.keys():
        if rows[number].price_source == FREE_GOODS:
            words = _(
                "free goods follow from the line that they come with. Cancel line %(n)s if nobody wants them."
            )
            raise BadInput(field="lines", reason=words % {"n": number})
        if rows[number].price_source in CHARGES:
            raise BadInput(field="lines", reason=_("charges follow from the other lines."))
    order = locked.order
    moved = amendment.requested_on is not None and amendment.requested_on != order.requested_on
    moved = moved or (amendment.coupon is not None and amendment.coupon != order.coupon)
    plans, dropped = [], []
    for number, row in rows.items():
        left = row.quantity - row.cancelled_quantity
        if _follows(row):
            continue
        if number in changes:
            change = changes[number]
            if change.quantity:
                plans.append(Plan(row, _line_request(row, change, order.site_id), number))
            elif left:
                dropped.append(row)
        elif moved and left:
            plans.append(Plan(row, _line_request(row, LineChange(number, left), order.site_id), number))
    added = [change for change in amendment.lines if not change.line]
    last = max(rows, default=0)
    plans += [
        Plan(
            None,
            LineRequest(
                c.item_id,
                c.quantity,
                c.unit,
                c.price,
                c.price_reason,
                supply=c.supply,
                site_id=_named(c.site_id, order.site_id),
            ),
            last + place,
        )
        for place, c in enumerate(added, 1)
    ]
    return plans, dropped


def _follows(row: LineRow) -> bool:
    """Whether the line follows from others: a charge, or what came free with one. What replaces a free one does not."""
    return row.came is not None or row.price_source in CHARGES


def _named(site_id: int | None, own: int) -> int | None:
    """The site as a line names it: none where it is the order's own."""
    return None if site_id == own else site_id


def _line_request(row: LineRow, change: LineChange, own: int) -> LineRequest:
    """A price that was set by hand, taken from what was asked for, nothing, or bound by another document stays until
    another is set; any other is found again. Raises BadInput for a price that stays and another unit: it says nothing
    of that unit."""
    sources = OrderLine.PriceSource
    lasts = row.price_source in (sources.SUBSTITUTE, sources.FREE, *BOUND)
    stays = lasts or row.price_source in (sources.OVERRIDE, sources.CONVERSION)
    unit = change.unit or row.unit
    asked = LineRequest(
        row.item_id,
        change.quantity,
        unit,
        change.price,
        change.price_reason,
        site_id=_named(change.site_id or row.site_id, own),
    )
    if change.price is not None or not stays:
        return asked
    reason = row.price_reason or _("taken over")
    if unit != row.unit:
        words = _("the price of line %(n)s is per %(unit)s (%(document)s). Keep the unit, or set a price.")
        raise BadInput(field="lines", reason=words % {"n": row.line, "unit": row.unit, "document": reason})
    source = row.price_source if lasts else ""
    return replace(asked, price=row.unit_price, price_reason=reason, price_source=source)


def request_of(locked: LockedOrder, amendment: Amendment, plans: Sequence[Plan]) -> OrderRequest:
    """The planned lines as they would be ordered; the PO only where it is a new one."""
    order = locked.order
    new_po = amendment.customer_po if amendment.customer_po not in (None, order.customer_po) else ""
    return OrderRequest(
        customer_id=order.customer_id,
        lines=[plan.request for plan in plans],
        requested_on=amendment.requested_on or order.requested_on,
        channel=order.channel,
        site_id=order.site_id,
        customer_po=new_po or "",
        ship_to_id=order.ship_to_id,
        job=order.job,
        rush=order.rush if amendment.rush is None else amendment.rush,
        coupon=order.coupon if amendment.coupon is None else amendment.coupon,
        fees=order.takes_fees,
    )


def restated(
    order_id: int, plans: Sequence[Plan], dropped: Sequence[LineRow], facts: Sequence[LineFacts]
) -> LinesRestated:
    """What the order's own lines will want. A quantity that its unit does not make is refused a moment later."""
    wanted = {row.line_id: Decimal(0) for row in dropped}
    for plan, fact in zip(plans, facts, strict=True):
        if plan.row is not None and fact.factor is not None:
            with suppress(InexactQuantity):
                wanted[plan.row.line_id] = fact.factor.to_stock(plan.request.quantity)
    return LinesRestated(order_id, list(wanted), list(wanted.values()))


def nets_after(locked: LockedOrder, change: Change) -> list[tuple[Decimal, Decimal]]:
    """(net, rate) of every line as it will be."""
    touched = change.numbers
    kept = [(line.net, line.tax_rate) for line in locked.lines if line.line not in touched]
    return kept + [
        (outcome.priced.net, fact.tax_rate or Decimal(0))
        for outcome, fact in zip(change.outcomes, change.facts, strict=True)
    ]


def leaves_nothing(locked: LockedOrder, plans: Sequence[Plan], dropped: Sequence[LineRow]) -> bool:
    """Whether no line would remain but charges and free goods."""
    gone = {row.line for row in dropped}
    return not plans and all(
        line.line in gone or line.quantity == line.cancelled_quantity or _follows(line)
        for line in locked.lines
    )
