"""Cancel an order, or lines of it: what is still open goes, what has shipped stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.commitments.actions.offer_freed import offer_freed
from inventory.commitments.actions.write_promises import cancel_open
from inventory.commitments.queries import lock_free_stock, lock_leaving, lock_open_supply
from orders.entry.changes import LineRow, LockedOrder, by_site, lock_order, net_of, relieve_credit, restamped
from orders.entry.events import LinesRestated, OrderChanged
from orders.entry.free_goods import decline, kept_free
from orders.entry.models import OrderLine, SalesOrder
from orders.pricing.coupons import give_back
from orders.pricing.draws import draws_of, lock_allowances, remaining_draws, write_draws

CANCEL_ORDER = permit("orders.cancel_order", "customer_service", "process_owner")
STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class CancelledOrder:
    """The order's version and total after it; `cancelled` when nothing is left of it."""

    order_id: int
    version: int
    cancelled: bool
    gross: str


@command("orders.cancel_order")
def cancel_order(batch: Batch, *, order_id: int, version: int, reason: str) -> CancelledOrder:
    """Cancel everything that is still open; those who wait for its goods get them in the same transaction.

    Raises what `lock_order` raises; nothing left to cancel is a no-op.
    """
    return _cancel(batch, order_id, version, None, reason, "orders.cancel_order")


@command("orders.cancel_lines")
def cancel_lines(
    batch: Batch, *, order_id: int, version: int, lines: Sequence[int], reason: str
) -> CancelledOrder:
    """Cancel the open rest of the lines with these numbers; free goods that are cancelled so never come back.

    Raises what `lock_order` raises, NotFound.
    """
    return _cancel(batch, order_id, version, frozenset(lines), reason, "orders.cancel_lines")


def _cancel(
    batch: Batch, order_id: int, version: int, numbers: frozenset[int] | None, reason: str, verb: str
) -> CancelledOrder:
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why it is cancelled."))
    locked = lock_order(
        batch,
        order_id=order_id,
        version=version,
        right=CANCEL_ORDER,
        verb=_("cancelling it"),
        mine=[{"line": number, "value": _("cancelled")} for number in sorted(numbers or ())],
    )
    order = locked.order
    if numbers is not None and (unknown := numbers - {line.line for line in locked.lines}):
        raise NotFound(what=_("line of %(order)s") % {"order": order.number}, reference=min(unknown))
    chosen, kept = _chosen(locked, numbers)
    nets = {line.line_id: net_of(line, kept[line.line_id], order.currency) for line in chosen}
    header = restamped(order, [(nets.get(line.line_id, line.net), line.tax_rate) for line in locked.lines])
    over = not locked.has_shipped and not any(
        kept.get(line.line_id, line.quantity - line.cancelled_quantity) for line in locked.lines
    )

    left = [line.shipped if line.demand_ids else line.in_stock(kept[line.line_id]) for line in chosen]
    batch.announce(LinesRestated(order.order_id, [line.line_id for line in chosen], left))
    if over:
        give_back(batch, order.coupon, company_id=order.company_id)
    _give_back(batch, chosen, kept)
    decline(batch, chosen)
    relieve_credit(batch, locked, header["open_gross"])
    served = [
        promise
        for site_id, lines in by_site(batch, chosen)
        for promise in _let_go(batch, site_id, lines, kept)
    ]
    batch.update(
        OrderLine,
        [line.line_id for line in chosen],
        cancelled_quantity=[line.quantity - kept[line.line_id] for line in chosen],
        net=[nets[line.line_id] for line in chosen],
        add={"version": 1},
    )
    state = SalesOrder.State.CANCELLED if over else SalesOrder.State.SUBMITTED
    batch.update(SalesOrder, [order.order_id], state=state.value, **header)
    batch.decide(
        verb,
        SalesOrder,
        order.order_id,
        {
            "cancelled": [line.line for line in chosen],
            "reason": reason,
            "gross": [order.gross, header["gross"]],
            **({"served": served} if served else {}),
        },
    )
    batch.publish(OrderChanged(order_id=order.order_id))
    return CancelledOrder(order.order_id, header["version"], over, str(header["gross"]))


def _let_go(
    batch: Batch, site_id: int, lines: Sequence[LineRow], kept: dict[int, Decimal]
) -> list[dict[str, Any]]:
    """Give up what one site has promised to these lines; what those get who wait there, for the why-record."""
    demand_ids = [demand_id for line in lines for demand_id in line.demand_ids]
    items = [item_id for line in lines for item_id in line.item_ids]
    stock_ids, free = lock_free_stock(batch, site_id=site_id, item_ids=items)
    leaving, waiting = lock_leaving(batch, demand_ids, site_id=site_id, item_ids=items)
    coming = lock_open_supply(batch, site_id=site_id, item_ids=items)
    begun = _begun(lines, kept, {demand.demand_id: demand.open for demand in leaving})
    cancel_open(batch, leaving, stock_ids=stock_ids, free=free, coming=coming, kept=begun)
    return offer_freed(batch, waiting, site_id=site_id, free=free, coming=coming, stock_ids=stock_ids)


def _kept(line: LineRow, has_shipped: bool) -> Decimal:
    """What remains of a line, in its unit: what has shipped. Services and freight go with the first shipment."""
    if not line.demand_ids:
        return line.quantity - line.cancelled_quantity if has_shipped else Decimal(0)
    return (line.shipped * line.quantity / line.stock_quantity).quantize(STEP, rounding=ROUND_HALF_UP)


def _chosen(locked: LockedOrder, numbers: frozenset[int] | None) -> tuple[list[LineRow], dict[int, Decimal]]:
    """The lines whose rest goes and what is kept of each; free goods go as far as their line earns them no more."""
    chosen = [line for line in locked.lines if numbers is None or line.line in numbers]
    kept = {line.line_id: _kept(line, locked.has_shipped) for line in chosen}
    paid = {line.line_id: line for line in chosen}
    for line in locked.lines:
        if line.came is not None and line.came.of_line_id in paid:
            of_line = paid[line.came.of_line_id]
            if line.line_id not in kept:
                chosen.append(line)
            has_left = _kept(line, locked.has_shipped)
            kept[line.line_id] = kept_free(line, of_line, kept[of_line.line_id], has_left)
    return chosen, kept


def _begun(
    lines: Sequence[LineRow], kept: dict[int, Decimal], still_open: dict[int, Decimal]
) -> dict[int, Decimal]:
    """What stays wanted by demand: the rest of kits of which a part has left, so that none is torn, and free goods
    that what has left has earned."""
    free = {
        line.demand_ids[0]: line.in_stock(kept[line.line_id]) - line.shipped
        for line in lines
        if line.came is not None and line.demand_ids
    }
    return free | {
        each.demand_id: still_open[each.demand_id] - (line.stock_left - line.shipped) * each.quantity
        for line in lines
        for each in line.components
        if line.shipped
    }


def _give_back(batch: Batch, lines: Sequence[LineRow], kept: dict[int, Decimal]) -> None:
    """What the cancelled rest had drawn from agreements and budgets may be used again."""
    drawn = draws_of(batch, [line.line_id for line in lines])
    if not drawn:
        return
    lock_allowances(batch, (draw.allowance_id for draw in drawn), {})
    share = {line.line_id: (kept[line.line_id], line.quantity - line.cancelled_quantity) for line in lines}
    write_draws(batch, remaining_draws(drawn, share), replacing=drawn)
