"""What the house's rules make of a change: fees, site, ship rule and priority of what the order will be, holds that the
change has brought (OC03, OC11).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.quantity import sum_by
from inventory.commitments.models import DemandGroup
from orders.pricing.rules import BOUND
from orders.rulebook.rules import Ruling, evaluate
from orders.rulebook.snapshot import in_effect

from .changes import Change, LockedOrder, Plan
from .charges import CHARGES, FEE, goods_of, value_of, with_charges
from .gates import HoldReason
from .models import SalesOrder
from .reads import Header
from .resiting import Wish, chosen_anew
from .rules import OrderRequest
from .rushing import refuse_beyond, rush_priority, rush_quota
from .sites import SiteChoice, at_site
from .steering import facts_of, fees_of, holds_of_rules, read_known, shaped, told

SHAPE = """
SELECT g.ship_rule, g.version, g.priority, g.own_priority FROM inventory_demandgroup g WHERE g.id = %s::bigint"""
# Whoever takes rush off an order lets go what was held for it alone.
NO_RUSH_HOLD = """
UPDATE orders_hold SET released_at = %s::timestamptz, released_by = 'system:rush',
    release_reason = 'It is no rush any more'
WHERE order_id = %s::bigint AND kind = 'rush' AND released_at IS NULL"""


@dataclass(frozen=True, slots=True)
class Resteered:
    """A change as the rules leave it: `header` with the site, ship rule and priority that the order has after it."""

    header: Header
    change: Change
    holds: Sequence[HoldReason] = ()
    why: Mapping[str, Any] = field(default_factory=dict)
    own_priority: bool = False  # a rule decided it


def resteered(
    batch: Batch, locked: LockedOrder, asked: OrderRequest, header: Header, change: Change, *, right: str
) -> Resteered:
    """The change with its fees, the holds whose rule meets the order now and did not before, and why.

    By the rules of today, before freight is quoted anew. Ship rule and priority are decided anew where no person has
    set them; the site while nothing is allocated (who calls moves the order). A change may make the order rush, or
    take rush off it. No statement without rules and with the same rush code. Raises RushUsedUp.
    """
    steered = _ruled(batch, locked, asked, header, change, right)
    header = steered.header
    if "rules" in steered.why:
        shape = _reshape(batch, locked, asked, header, own=steered.own_priority)
        steered = replace(steered, why={**steered.why, **shape})
    if asked.rush == locked.order.rush:
        return steered
    held, told_of_rush = _rushed(batch, locked, asked, steered, change)
    return replace(steered, holds=[*steered.holds, *held], why={**steered.why, **told_of_rush})


def _ruled(
    batch: Batch, locked: LockedOrder, asked: OrderRequest, header: Header, change: Change, right: str
) -> Resteered:
    fees = [row for row in locked.lines if row.price_source == FEE and row.net]
    book = in_effect(header.company_id, header.on_day)
    if locked.order.channel == SalesOrder.Channel.CONVERSION or (book is None and not fees):
        return Resteered(header, change)
    if book is None:
        return Resteered(header, replace(change, dropped=[*change.dropped, *fees]))
    goods = [row for row in locked.lines if row.price_source not in CHARGES]
    was = [row for row in goods if row.quantity > row.cancelled_quantity]
    stays = [row for row in was if row.line not in change.numbers]
    items = {fact.item_id for fact in change.facts if fact.item_id is not None}
    carried = [part for row in stays for part in row.goods_left] + goods_of(change.facts, change.outcomes)
    carried_before = [part for row in was for part in row.goods_left]
    weighed = {item_id for item_id, _ in [*carried, *carried_before]}
    known = read_known(batch, book, header, sorted(items | {row.item_id for row in was} | weighed))
    net = sum((row.net for row in stays), value_of(change.outcomes))

    def ruling(
        request: OrderRequest, worth: Decimal, goods: Sequence[tuple[int, Decimal]], of: set[int]
    ) -> Ruling:
        found = facts_of(request, header, request.rush, worth, goods, of, known)
        return evaluate(found, book.rules)

    before = ruling(
        replace(asked, requested_on=locked.order.requested_on, rush=locked.order.rush),
        sum((row.net for row in was), Decimal(0)),
        carried_before,
        {row.item_id for row in was},
    )
    after = ruling(
        asked,
        net,
        carried,
        items | {row.item_id for row in stays},
    )
    stood = {rule.rule_id for rule in before.of("hold")}
    holds = holds_of_rules([rule for rule in after.of("hold") if rule.rule_id not in stood], net)
    bound = all(row.price_source in BOUND for row in stays) and all(
        outcome.priced.source in BOUND for outcome in change.outcomes
    )
    if bound or not asked.fees:
        after = replace(after, decided={key: rule for key, rule in after.decided.items() if key[0] != "fee"})
    site: SiteChoice | None = None
    notes: list[str] = []
    named = any(line.site_id is not None for line in asked.lines)
    if book.chooses_site and carried and locked.order.group_id is not None and not named:
        was_at = Wish(before.outcome("site"), sum_by(carried_before))
        will_be = Wish(after.outcome("site"), sum_by(carried))
        site, note = chosen_anew(batch, locked, known.sites, known.country, was_at, will_be, right)
        notes = [note] if note else []
    steered = shaped(at_site(header, site) if site else header, after)
    why: dict[str, Any] = {"rules": told(book, after, notes)}
    if site:
        why["site"] = [locked.order.site_id, site.site_id]
    charged = _charged(batch, locked, asked, header, change, after, net)
    return Resteered(steered, charged, holds, why, after.outcome("priority") is not None)


def _reshape(
    batch: Batch, locked: LockedOrder, asked: OrderRequest, header: Header, *, own: bool
) -> dict[str, Any]:
    """Set the ship rule that nobody set by hand, and the priority of an order that does not rush; what changed."""
    group_id = locked.order.group_id
    if group_id is None:
        return {}
    ((ship_rule, version, priority, was_own),) = batch.read(SHAPE, group_id)
    changes: dict[str, Any] = {}
    told_of: dict[str, Any] = {}
    if version == 1 and ship_rule != header.ship_rule:  # a rule set by hand has a later version
        changes["ship_rule"] = header.ship_rule
        told_of["ship_rule"] = [ship_rule, header.ship_rule]
    if not asked.rush and not locked.order.rush and (priority, was_own) != (header.priority, own):
        changes |= {"priority": header.priority, "own_priority": own}
        told_of["priority"] = [priority, header.priority]
    if changes:
        batch.update(DemandGroup, sorted(locked.groups.values()), **changes)
    return told_of


def _charged(
    batch: Batch,
    locked: LockedOrder,
    asked: OrderRequest,
    header: Header,
    change: Change,
    ruling: Ruling,
    net: Decimal,
) -> Change:
    """Fees that stay are restated, new ones come as new lines, the others go."""
    rows = {row.item_id: row for row in locked.lines if row.price_source == FEE and row.net}
    line_ids = {item_id: row.line_id for item_id, row in rows.items()}
    fees = fees_of(batch, asked, header, ruling, net, line_ids=line_ids)
    last = max(change.numbers | {row.line for row in locked.lines})
    plans = []
    for fee in fees:
        row = rows.pop(fee.request.item_id, None)
        last += row is None
        plans.append(Plan(row, fee.request, row.line if row else last))
    facts, outcomes = with_charges(change.facts, change.outcomes, fees)
    return Change([*change.plans, *plans], facts, outcomes, [*change.dropped, *rows.values()])


def _rushed(
    batch: Batch, locked: LockedOrder, asked: OrderRequest, steered: Resteered, change: Change
) -> tuple[list[HoldReason], dict[str, Any]]:
    """Its delivery's priority, or a hold beyond the quota. Taken off, it has the priority that it would have had."""
    header = steered.header
    if not asked.rush:
        _give_priority(batch, locked, header.priority, own=steered.own_priority)
        batch.write(NO_RUSH_HOLD, batch.now, locked.order.order_id)
        return [], {"rush": ["", 0, 0, 0]}
    if locked.order.rush:  # another code, the same place in the quota
        return [], {}
    stays = [part for row in locked.lines if row.line not in change.numbers for part in row.goods_left]
    goods = [*stays, *goods_of(change.facts, change.outcomes)]
    quota = rush_quota(batch, header, sum((quantity for _item, quantity in goods), Decimal(0)))
    refuse_beyond(quota, header)
    why = {"rush": [asked.rush, quota.quota, quota.used, quota.asked]}
    if not quota.passed:
        return [quota.hold(locked.order.net)], why
    _give_priority(batch, locked, rush_priority(header), own=True)
    return [], why


def _give_priority(batch: Batch, locked: LockedOrder, priority: int, *, own: bool) -> None:
    batch.update(DemandGroup, sorted(locked.groups.values()), priority=priority, own_priority=own)
