"""Prices offered ahead of an order: found and judged as an order's are, while nothing is held, drawn or promised."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from orders.pricing.errors import CouponRefused

from .actions.submit_order import SELL_BELOW_COST, refuse_lines, rejected_prices
from .errors import EmptyOrder, ShipToUnknown
from .gates import LineOutcome, assess_lines, override_holds, price_holds, total_of
from .models import OrderLine
from .policies import authority_of, margin_floor_of
from .reads import Header, LineFacts, read_facts
from .rules import OrderRequest, Totals


@dataclass(frozen=True, slots=True)
class Offer:
    """What was asked for with its prices; `beyond` says in words what somebody else has to approve, or nothing."""

    request: OrderRequest
    header: Header
    facts: Sequence[LineFacts]
    outcomes: Sequence[LineOutcome]
    total: Totals
    beyond: str

    def why(self) -> dict[str, Any]:
        """The price half of a why-record."""
        priced = [outcome.priced for outcome in self.outcomes]
        return {"price": [line.steps for line in priced], **rejected_prices(priced), "beyond": self.beyond}

    def columns(self) -> dict[str, list[Any]]:
        """What a line of every offering document keeps, by column."""
        priced = [outcome.priced for outcome in self.outcomes]
        return {
            "line": list(range(1, len(self.facts) + 1)),
            "item": [fact.item_id for fact in self.facts],
            "description": [fact.name for fact in self.facts],
            "quantity": [line.quantity for line in self.request.lines],
            "unit": [fact.factor.unit if fact.factor else None for fact in self.facts],
            "stock_quantity": [outcome.stock_quantity for outcome in self.outcomes],
            "list_price": [line.list_price for line in priced],
            "unit_price": [line.unit_price for line in priced],
            "price_source": [line.source or OrderLine.PriceSource.LIST.value for line in priced],
            "price_reason": [line.price_reason for line in self.request.lines],
            "unit_cost": [fact.unit_cost for fact in self.facts],
            "supply": [line.supply for line in self.request.lines],
        }


def price_offer(batch: Batch, request: OrderRequest, *, right: str) -> Offer:
    """Price the lines for whoever holds `right` where the order would be, without a lock.

    Raises EmptyOrder, ShipToUnknown, NotPermitted, LineRefused with every line that cannot be sold or has no price;
    CouponRefused for an order with a coupon: a price that binds would outlast its limits.
    """
    if not request.lines:
        raise EmptyOrder()
    if code := request.coupon.strip().upper():
        cause = _("it is for one order, and prices that are offered bind for all that follow")
        raise CouponRefused(coupon=code, cause=cause)
    header, facts = read_facts(batch, request, preview=True)
    batch.actor.require(right, company=header.company_id, site=header.site_id)
    if request.ship_to_id and header.ship_to_id is None:
        raise ShipToUnknown()
    may = batch.actor.may(SELL_BELOW_COST, company=header.company_id, site=header.site_id)
    found = assess_lines(request, header, facts, below_cost=may)
    outcomes = [_priced(outcome, fact) for outcome, fact in zip(found, facts, strict=True)]
    refuse_lines(outcomes, facts)
    total = total_of(outcomes, facts, header.currency)
    authority = authority_of(batch.actor, right, header)
    holds = price_holds(
        facts, outcomes, total, request.price_source, margin_floor_of(header)
    ) + override_holds(request.lines, facts, outcomes, request.price_source, authority, header.currency)
    return Offer(request, header, facts, outcomes, total, " ".join(hold.detail for hold in holds)[:400])


def _priced(outcome: LineOutcome, fact: LineFacts) -> LineOutcome:
    if outcome.problem or outcome.priced.unit_price is not None:
        return outcome
    return replace(outcome, problem=_("%(item)s has no price. Set one by hand.") % {"item": fact.code})
