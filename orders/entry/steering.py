"""What the house's rules make of an order as it comes: site, ship rule, priority, holds and fees (OC03, OC08).

No statement where a company has no rules and the order is no rush; else one for what rules ask for, two for a fee and
two for a rush order, whatever the lines.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from orders.holds.models import Hold
from orders.pricing.rules import BOUND
from orders.rulebook.rules import OrderFacts, Rule, Ruling, evaluate
from orders.rulebook.snapshot import Book, in_effect

from .charges import FEE, ONE, ChargeLine, charge_line, goods_of, value_of
from .gates import HoldReason, LineOutcome
from .reads import Header, LineFacts, read_facts
from .rules import LineRequest, OrderRequest
from .rushing import Quota, known_rush, refuse_beyond, rush_priority, rush_quota
from .sites import SiteChoice, at_site, choose_site, read_site
from .steering_reads import KNOWN


@dataclass(frozen=True, slots=True)
class Steered:
    """An order as the rules leave it."""

    header: Header
    rush: str = ""
    site: str = ""  # the code of the site that a rule chose instead of the order's own
    own_priority: bool = False  # its priority was decided for it alone
    fees: Sequence[ChargeLine] = ()
    holds: Sequence[HoldReason] = ()
    why: Mapping[str, Any] = field(default_factory=dict)  # for the why-record; empty where nothing was asked

    @property
    def rushes(self) -> bool:
        """Whether it goes ahead of others as rush; one beyond the quota waits until somebody lets it."""
        return bool(self.rush) and all(hold.kind != Hold.Kind.RUSH for hold in self.holds)


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says to the rules."""

    country: str = ""
    postal_code: str = ""
    customer_class: frozenset[int] = frozenset()
    items: Mapping[int, tuple[str, Decimal | None, frozenset[int]]] = field(default_factory=dict)
    sites: Sequence[SiteChoice] = ()

    def classes(self, item_ids: Iterable[int]) -> frozenset[int]:
        """The items' classes and those above."""
        return frozenset().union(*(self.items[item][2] for item in item_ids if item in self.items))

    def weight(self, goods: Iterable[tuple[int, Decimal]]) -> Decimal | None:
        """Kilograms of (item id, stock quantity); None while an item's is not known. Services weigh nothing."""
        total = Decimal(0)
        for item_id, quantity in goods:
            kind, weight, _classes = self.items.get(item_id, ("", None, frozenset()))
            if kind == "stocked":
                if weight is None:
                    return None
                total += weight * quantity
        return total


def steer(
    batch: Batch,
    request: OrderRequest,
    header: Header,
    facts: Sequence[LineFacts],
    outcomes: Sequence[LineOutcome],
    *,
    right: str,
    preview: bool = False,
) -> Steered:
    """Ask the company's rules about priced lines, before charges are among them.

    A site that the order names stays, and so does its own where the actor lacks `right` at the one a rule chooses.
    Orders taken over from another system are not steered. Raises RushUnknown, RushUsedUp; for a preview an unknown code
    is none, and what is beyond the quota a hold to come.
    """
    rush = known_rush(request.rush, header.company_id, strict=not preview)
    if request.price_source == "conversion":
        return Steered(header, rush)
    net, goods = value_of(outcomes), goods_of(facts, outcomes)
    book = in_effect(header.company_id, header.on_day)
    steered = Steered(header, rush)
    if book is not None:
        items = sorted({fact.item_id for fact in facts if fact.item_id is not None})
        # Of a kit, its components are what weighs and what has to be free.
        known = read_known(batch, book, header, sorted({*items, *(item_id for item_id, _ in goods)}))
        ruling = evaluate(facts_of(request, header, rush, net, goods, items, known), book.rules)
        site, notes = _sited(batch, request, header, ruling, known, goods, right)
        bound = all(outcome.priced.source in BOUND for outcome in outcomes)
        charged = request.fees and not bound
        steered = Steered(
            shaped(at_site(header, site) if site else header, ruling),
            rush,
            site.code if site else "",
            ruling.outcome("priority") is not None,
            fees_of(batch, request, header, ruling, net, preview=preview) if charged else (),
            holds_of_rules(ruling.of("hold"), net),
            {"rules": told(book, ruling, notes)},
        )
    if not rush:
        return steered
    quota = rush_quota(
        batch, steered.header, sum((quantity for _item, quantity in goods), Decimal(0)), preview=preview
    )
    if not preview:
        refuse_beyond(quota, steered.header)
    return _rushed(steered, quota, net)


def _rushed(steered: Steered, quota: Quota, net: Decimal) -> Steered:
    """Ahead of others within the quota, held beyond it."""
    why = {**steered.why, "rush": [steered.rush, quota.quota, quota.used, quota.asked]}
    if not quota.passed:
        return replace(steered, holds=[*steered.holds, quota.hold(net)], why=why)
    header = replace(steered.header, priority=rush_priority(steered.header))
    return replace(steered, header=header, own_priority=True, why=why)


def told(book: Book, ruling: Ruling, notes: Sequence[str] = ()) -> dict[str, Any]:
    """What became of each rule, as the why-record keeps it: the version is its input, steps are by rule id."""
    return {
        "version": book.version_id,
        "number": book.number,
        "steps": [step.told() for step in ruling.steps],
        **({"notes": list(notes)} if notes else {}),
    }


def read_known(batch: Batch, book: Book, header: Header, item_ids: Sequence[int]) -> Known:
    """What the rules ask for beyond the order itself: one statement, none where they ask for nothing."""
    if not book.reads_facts:
        return Known()
    ((country, postal_code, classes, items, sites),) = batch.read(
        KNOWN,
        list(item_ids),
        batch.now,
        batch.now.date(),
        book.reads_stock,
        list(item_ids),
        book.chooses_site,
        header.ship_to_id,
        header.customer_id,
    )
    return Known(
        country,
        postal_code.replace(" ", "").upper(),
        frozenset(classes),
        {
            item_id: (kind, Decimal(weight) if weight is not None else None, frozenset(upwards))
            for item_id, kind, weight, upwards in json.loads(items or "[]")
        },
        [read_site(each) for each in json.loads(sites or "[]")],
    )


def facts_of(
    request: OrderRequest,
    header: Header,
    rush: str,
    net: Decimal,
    goods: Sequence[tuple[int, Decimal]],
    item_ids: Iterable[int],
    known: Known,
) -> OrderFacts:
    """The order as the rules see it. `goods`: (item id, stock quantity) of what is carried."""
    return OrderFacts(
        customer=header.customer_id,
        channel=request.channel,
        site=header.site_id,
        net=net,
        days_ahead=(request.requested_on - header.on_day).days,
        rush=rush,
        customer_class=known.customer_class,
        item_class=known.classes(item_ids),
        country=known.country,
        postal_code=known.postal_code,
        weight_kg=known.weight(goods),
    )


def _sited(
    batch: Batch,
    request: OrderRequest,
    header: Header,
    ruling: Ruling,
    known: Known,
    goods: Sequence[tuple[int, Decimal]],
    right: str,
) -> tuple[SiteChoice | None, list[str]]:
    """The site that a rule chooses instead of the order's own, and why there is none where the rule meant one."""
    outcome = ruling.outcome("site")
    if outcome is None or not goods:
        return None, []
    if request.site_id is not None:
        return None, [_("The order names its site.")]
    if any(line.site_id is not None for line in request.lines):
        return None, [_("Lines of the order name their site.")]
    wants: dict[int, Decimal] = {}
    for item_id, quantity in goods:
        wants[item_id] = wants.get(item_id, Decimal(0)) + quantity
    site_id, problem = choose_site(
        outcome, known.sites, own=header.site_id, country=known.country, wants=wants
    )
    if problem:
        return None, [_("It stays at its own site: %(why)s.") % {"why": problem}]
    if site_id == header.site_id:
        return None, []
    if not batch.actor.may(right, company=header.company_id, site=site_id):
        return None, [_("It stays at its own site: %(who)s may not order there.") % {"who": batch.actor.name}]
    return next(site for site in known.sites if site.site_id == site_id), []


def shaped(header: Header, ruling: Ruling) -> Header:
    """The header with the ship rule and the priority that were decided."""
    ship, priority = ruling.outcome("ship_rule"), ruling.outcome("priority")
    if ship is not None:
        header = replace(header, ship_rule=ship.ship_rule)
    return replace(header, priority=priority.priority) if priority is not None else header


def holds_of_rules(rules: Iterable[Rule], net: Decimal) -> list[HoldReason]:
    """A hold for each rule, with the goods' net at risk."""
    return [HoldReason(rule.outcome.hold, f"{rule.name}: {rule.outcome.reason}"[:200], net) for rule in rules]


def joined(holds: Sequence[HoldReason], more: Sequence[HoldReason]) -> list[HoldReason]:
    """All of them; what holds the whole order already is not held twice for the same kind."""
    held = {hold.kind for hold in holds if hold.place is None}
    return [*holds, *(hold for hold in more if hold.kind not in held)]


def fees_of(
    batch: Batch,
    request: OrderRequest,
    header: Header,
    ruling: Ruling,
    net: Decimal,
    *,
    preview: bool = False,
    line_ids: Mapping[int, int] | None = None,
) -> list[ChargeLine]:
    """The fees of goods worth `net`; nothing is charged on what is free. `line_ids`, by item, of lines there are.

    Two statements where there is a fee, one for a preview and where every line is there.
    """
    charged = {
        rule.outcome.item or 0: (rule, amount)
        for rule in ruling.of("fee")
        if (amount := rule.outcome.fee(net, header.currency))
    }
    if not charged or not net:
        return []
    wanted = replace(
        request, lines=[LineRequest(item_id, ONE) for item_id in charged], customer_po="", site_id=None
    )
    _header, facts = read_facts(batch, wanted, preview=True)
    ids = dict(line_ids or {})
    new = [item_id for item_id in charged if item_id not in ids]
    if new and not preview:
        ids |= dict(zip(new, batch.draw(orders_orderline=len(new))["orders_orderline"], strict=True))
    fees = []
    for fact in facts:
        if fact.factor is None or fact.item_id is None:
            continue  # the service is not sold any more
        rule, amount = charged[fact.item_id]
        own = replace(fact, line_id=ids.get(fact.item_id, 0), unit_cost=Decimal(0), candidates=[])
        step = {"rule": rule.name, "rule_id": rule.rule_id, "goods": net}
        fees.append(charge_line(own, fact.factor, source=FEE, amount=amount, step=step, note=rule.name))
    return fees
