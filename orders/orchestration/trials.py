"""Order rules asked about orders of the past: what they would have decided beside what happened (OC03)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orders.entry.sites import Place, choose_site
from orders.holds.rules import BY_RULE
from orders.rulebook.rules import OrderFacts, Rule, evaluate


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order that came: its facts, and what became of it. Money in its currency."""

    order_id: int
    facts: OrderFacts
    currency: str
    bound: bool  # every price of it is another document's: no fee
    ship_rule: str
    priority: int | None
    holds: frozenset[str]
    fee: Decimal


@dataclass(frozen=True, slots=True)
class Tried:
    """What the rules would have made of one order."""

    order: PastOrder
    decides: Sequence[int]  # ids of the rules that decide something
    site: int
    ship_rule: str
    priority: int | None
    holds: str
    fee: Decimal

    @property
    def differs(self) -> bool:
        """Whether anything would have been otherwise."""
        was = self.order
        return (self.site, self.ship_rule, self.priority, self.holds, self.fee) != (
            was.facts.site,
            was.ship_rule,
            was.priority,
            held(was.holds),
            was.fee,
        )


def held(kinds: frozenset[str]) -> str:
    """Kinds of hold that rules may place, in one spelling."""
    return " ".join(kind for kind in BY_RULE if kind in kinds)


def try_rules(order: PastOrder, rules: Sequence[Rule], places: Sequence[Place]) -> Tried:
    """Ask the rules. What was free at a site then is not known, so a rule that asks for it moves nothing.

    What no rule decides stays as it was, but for fees and for holds that only rules place.
    """
    ruling = evaluate(order.facts, rules)
    site, ship, priority = (ruling.outcome(kind) for kind in ("site", "ship_rule", "priority"))
    where = order.facts.site
    if site is not None and site.how != "all_free":
        where, _why = choose_site(site, places, own=where, country=order.facts.country, wants={})
    stocked = order.priority is not None
    return Tried(
        order,
        [rule.rule_id for rule in ruling.decided.values()],
        where if stocked else order.facts.site,
        ship.ship_rule if ship is not None and stocked else order.ship_rule,
        priority.priority if priority is not None and stocked else order.priority,
        held(order.holds - {"rule"} | {rule.outcome.hold for rule in ruling.of("hold")}),
        Decimal(0) if order.bound else ruling.fees(order.facts.net, order.currency),
    )


def past_order(row: Sequence[Any]) -> PastOrder:
    """An order as `reads.PAST` lists it."""
    (
        order_id, customer, channel, site, currency, rush, days_ahead, country, postal_code, classes, net, fee,
        item_classes, weight, bound, ship_rule, priority, holds,
    ) = row  # fmt: skip
    facts = OrderFacts(
        customer=customer,
        channel=channel,
        site=site,
        net=net,
        days_ahead=days_ahead,
        rush=rush,
        customer_class=frozenset(classes),
        item_class=frozenset(item_classes),
        country=country,
        postal_code=postal_code,
        weight_kg=weight,
    )
    return PastOrder(order_id, facts, currency, bound, ship_rule or "", priority, frozenset(holds or ()), fee)
