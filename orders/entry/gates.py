"""What an order must pass, decided alike at the desk and at submit: no database, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from erp.kernel.money import round_money
from erp.kernel.quantity import InexactQuantity
from inventory.commitments.policies import STOCK_HORIZON
from inventory.commitments.rules import Coming, Promise, Wanted, plan_promises
from masterdata.places.rules import earliest_ship_date
from orders.holds.policies import BLOCKED_ITEM
from orders.pricing.rules import BOUND, FREE, UNBOUND, Authority, PricedLine, margin_percent, price_line

from .policies import life_of
from .reads import Header, LineFacts
from .rules import LineRequest, OrderRequest, Totals, totals
from .standing_reads import Leaving, Standing
from .supplying import supply_problem

NO_FLOOR = Decimal(-100)
NO_PROBLEMS: Mapping[int, str] = {}
UNPRICED = PricedLine(None, None, "", Decimal(0))


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What becomes of one wanted line: a problem in the clerk's words, or its stock quantity and price."""

    problem: str
    stock_quantity: Decimal = Decimal(0)
    priced: PricedLine = UNPRICED
    free_cost: Decimal = Decimal(0)  # of the goods that come free with it

    def margin(self, unit_cost: Decimal) -> Decimal | None:
        """Margin on net in percent, what comes free with it included; `unit_cost` is per stock unit. None where
        nothing is charged."""
        return margin_percent(net=self.priced.net, cost=unit_cost * self.stock_quantity + self.free_cost)


@dataclass(frozen=True, slots=True)
class HoldReason:
    """Why an order will wait: the hold's kind, one sentence with the figures, the money at risk.

    `place`: of the one line it is about, among those asked for; None: the whole order waits.
    """

    kind: str
    detail: str
    amount: Decimal = Decimal(0)
    place: int | None = None


def assess_lines(
    request: OrderRequest,
    header: Header,
    facts: Sequence[LineFacts],
    *,
    below_cost: bool,
    problems: Mapping[int, str] = NO_PROBLEMS,
) -> list[LineOutcome]:
    """Price of every line, or why it cannot be taken. `below_cost`: a price set by hand may be under cost.

    `problems`, by line position, are known already. What a line takes of an allowance is gone for the lines after it.
    """
    takes_blocked = (
        BLOCKED_ITEM.value(on=header.on_day, company=header.company_id, customer=header.customer_id) == "hold"
    )
    taken: dict[int, Decimal] = {}
    outcomes = []
    for place, (line, fact) in enumerate(zip(request.lines, facts, strict=True)):
        if place in problems:
            outcomes.append(LineOutcome(problems[place]))
            continue
        if problem := supply_problem(line, fact, header):
            outcomes.append(LineOutcome(problem))
            continue
        outcome = _assess(line, fact, request, header.currency, below_cost, taken, takes_blocked)
        if not outcome.problem:
            for allowance_id, amount in outcome.priced.draws:
                taken[allowance_id] = taken.get(allowance_id, Decimal(0)) + amount
        outcomes.append(outcome)
    return outcomes


def _assess(
    line: LineRequest,
    fact: LineFacts,
    request: OrderRequest,
    currency: str,
    below_cost: bool,
    taken: Mapping[int, Decimal],
    takes_blocked: bool,
) -> LineOutcome:
    problem = line_problem(fact, line.quantity, takes_blocked=takes_blocked)
    if problem or fact.factor is None:
        return LineOutcome(problem)
    try:
        quantity = fact.factor.to_stock(line.quantity)
    except InexactQuantity as error:
        return LineOutcome(str(error))
    if fact.components and quantity % 1:
        return LineOutcome(f"{fact.code} is a kit and sold whole.")
    source = line.price_source or request.price_source
    priced = price_line(
        quantity=line.quantity,
        factor=fact.factor.fraction,
        candidates=fact.candidates,
        cost=fact.unit_cost,
        currency=currency,
        override=line.price,
        override_source=source,
        document=line.price_reason if source in BOUND else "",
        taken=taken,
    )
    by_hand = line.price is not None and source == "override"
    return LineOutcome(_price_problem(line, fact, below_cost) if by_hand else "", quantity, priced)


def line_problem(fact: LineFacts, quantity: Decimal, *, takes_blocked: bool = False) -> str:
    """Why a line cannot be taken, in the clerk's words; empty when it can. `takes_blocked`: blocked items are held."""
    if fact.item_id is None:
        return f"There is no item {fact.code}."
    if fact.status == "blocked" and not takes_blocked:
        return f"{fact.code} is blocked for sale."
    if fact.kind == "kit" and not fact.components:
        return f"{fact.code} is a kit with nothing in it on this day."
    if blocked := [each.code for each in fact.components if each.status == "blocked" and not takes_blocked]:
        return f"{blocked[0]} in {fact.code} is blocked for sale."
    if fact.factor is None:
        return f"{fact.code} is not sold in this unit."
    if quantity <= 0:
        return "The quantity must be more than zero."
    return ""


def _price_problem(line: LineRequest, fact: LineFacts, below_cost: bool) -> str:
    """What speaks against a price set by hand."""
    assert line.price is not None and fact.factor is not None
    if line.price < 0:
        return "The price must not be negative."
    if not line.price_reason.strip():
        return "Say why the price was set by hand."
    if not below_cost and line.price < fact.unit_cost * fact.factor.numerator / fact.factor.denominator:
        return f"The price of {fact.code} is below its cost, which needs the right orders.sell_below_cost."
    return ""


def taxed(outcomes: Sequence[LineOutcome], facts: Sequence[LineFacts]) -> list[tuple[Decimal, Decimal]]:
    """(net, rate) of the lines that can be taken."""
    return [
        (outcome.priced.net, fact.tax_rate or Decimal(0))
        for outcome, fact in zip(outcomes, facts, strict=True)
        if not outcome.problem
    ]


def total_of(outcomes: Sequence[LineOutcome], facts: Sequence[LineFacts], currency: str) -> Totals:
    """Net and tax of the lines that can be taken."""
    return totals(taxed(outcomes, facts), currency)


def holds_of(
    request: OrderRequest,
    header: Header,
    facts: Sequence[LineFacts],
    outcomes: Sequence[LineOutcome],
    total: Totals,
    standing: Standing,
    *,
    floor_percent: Decimal,
    authority: Authority = UNBOUND,
) -> list[HoldReason]:
    """Every gate the order fails, each of which will keep it from the warehouse.

    `floor_percent`: the least margin of a line; NO_FLOOR and below ask nothing. `authority`: what the actor may give
    away in prices set by hand.
    """
    holds = []
    check = standing.credit_check(total.gross)
    if not check.passed:
        holds.append(HoldReason("credit", check.over(header.currency), check.over_by))
    holds += price_holds(facts, outcomes, total, request.price_source, floor_percent)
    holds += override_holds(request.lines, facts, outcomes, request.price_source, authority, header.currency)
    if header.is_blocked:
        holds.append(HoldReason("blocked", "The customer is blocked.", total.gross))
    if header.po_required and not request.customer_po:
        holds.append(HoldReason("po_missing", "The customer requires a purchase order number.", total.gross))
    if request.hold_reason:
        holds.append(HoldReason("manual", request.hold_reason[:200], total.gross))
    return holds


def price_holds(
    facts: Sequence[LineFacts],
    outcomes: Sequence[LineOutcome],
    total: Totals,
    price_source: str,
    floor_percent: Decimal,
) -> list[HoldReason]:
    """Holds for lines without a price and for lines under the margin floor.

    Prices that were taken over or that another document binds are not judged. Lines with free goods carry their cost.
    """
    unpriced: list[str] = []
    low: list[tuple[str, Decimal, Decimal]] = []
    for fact, outcome in zip(facts, outcomes, strict=True):
        if outcome.problem:
            continue
        if outcome.priced.unit_price is None:
            unpriced.append(fact.code)
        elif outcome.priced.source in (*BOUND, FREE):
            continue  # free goods are judged with the line that they come with
        elif is_low(outcome, fact, floor_percent) and price_source != "conversion":
            margin = outcome.margin(fact.unit_cost)
            low.append((fact.code, Decimal(-100) if margin is None else margin, outcome.priced.net))
    holds = []
    if unpriced:
        holds.append(HoldReason("price", f"No price for {', '.join(unpriced[:5])}.", total.net))
    if low:
        code, margin, _ = low[0]
        more = f" And {len(low) - 1} more." if len(low) > 1 else ""
        detail = f"{code} has a margin of {margin} %, the floor is {floor_percent.normalize():f} %.{more}"
        holds.append(HoldReason("margin", detail, sum((net for *_, net in low), Decimal(0))))
    return holds


def override_holds(
    lines: Sequence[LineRequest],
    facts: Sequence[LineFacts],
    outcomes: Sequence[LineOutcome],
    price_source: str,
    authority: Authority,
    currency: str,
) -> list[HoldReason]:
    """The hold for prices set by hand below what the actor may give; the money at risk is what they give away."""
    if price_source != "override":
        return []
    beyond: list[tuple[str, Decimal, Decimal, Decimal]] = []
    for line, fact, outcome in zip(lines, facts, outcomes, strict=True):
        if line.price is None or line.price_source or outcome.problem or fact.factor is None:
            continue
        found = outcome.priced.found
        cost = fact.unit_cost * fact.factor.numerator / fact.factor.denominator
        least = authority.least(found=found, cost=cost)
        if line.price < least:
            given = round_money(((found or least) - line.price) * line.quantity, currency)
            beyond.append((fact.code, line.price, least, given))
    if not beyond:
        return []
    code, price, least, _given = beyond[0]
    more = f" And {len(beyond) - 1} more." if len(beyond) > 1 else ""
    detail = (
        f"{code} at {_plain(price)} is below {_plain(least)} {currency}, "
        f"the least that may be given without asking.{more}"
    )
    return [HoldReason("override", detail, sum((given for *_, given in beyond), Decimal(0)))]


def _plain(price: Decimal) -> str:
    """A price as it is said: two decimals, more where it has them."""
    text = f"{price.normalize():f}"
    return text if len(text.partition(".")[2]) > 2 else f"{price:.2f}"


def is_low(outcome: LineOutcome, fact: LineFacts, floor_percent: Decimal) -> bool:
    """Whether a priced line earns less than the floor asks. What costs nothing is never low."""
    if floor_percent <= NO_FLOOR or not fact.unit_cost or outcome.priced.unit_price is None:
        return False
    margin = outcome.margin(fact.unit_cost)
    return margin is None or margin < floor_percent


def ships_from(header: Header) -> date:
    """The first day on which what is asked for now can leave the site."""
    return earliest_ship_date(
        at=datetime.fromisoformat(header.site_clock),
        cut_off=header.cut_off,
        ship_days=header.ship_days,
        working_days=header.working_days,
        holidays=header.holidays,
    )


def leaving_of(header: Header, requested_on: date) -> Leaving:
    """When what is wanted for a day is to leave, and how good it is then."""
    ships_on = ships_from(header)
    return Leaving(max(ships_on, requested_on), life_of(header), ships_on)


def stock_until(header: Header) -> date:
    """The last day for which stock is promised; what is wanted later leans on what comes until then."""
    return header.on_day + timedelta(days=STOCK_HORIZON.value(site=header.site_id, company=header.company_id))


def short_items(wanted: Sequence[Wanted], free: dict[int, Decimal], until: date) -> list[int]:
    """Items of which more is wanted than is free, or after `until`: only these need a look at what is coming."""
    wanted = [demand for demand in wanted if not demand.bought]
    asked: dict[int, Decimal] = {}
    for demand in wanted:
        asked[demand.item_id] = asked.get(demand.item_id, Decimal(0)) + demand.quantity
    late = {demand.item_id for demand in wanted if demand.on > until}
    return [
        item_id
        for item_id, quantity in asked.items()
        if item_id in late or quantity > free.get(item_id, Decimal(0))
    ]


def promises_of(
    wanted: Sequence[Wanted], standing: Standing, coming: dict[int, list[Coming]], header: Header
) -> list[Promise]:
    """What each wanted quantity would get, from stock and from what is coming."""
    return plan_promises(
        wanted,
        free=dict(standing.free),
        coming=coming,
        ships_on=ships_from(header),
        stock_until=stock_until(header),
    )
