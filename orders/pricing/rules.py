"""The price of a line: one pure function from candidates to steps to a result (PR02, PR09; ADR 0008)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from erp.kernel.money import round_money

PRICE_STEP = Decimal("0.000001")
AGREEMENT, GROUP, LIST, PROMOTION = 1, 2, 3, 4
FREE = "free"  # the method of what gives goods, and the source of what is given
GIVES_ON_ALL = "free_all"
SOURCE_OF_RANK = {AGREEMENT: "agreement", GROUP: "group", LIST: "list", PROMOTION: "promotion"}
BOUND = ("quote", "blanket")  # prices that another document holds
ALONE, ON_ALL = "alone", "on_all"
NOTHING: Mapping[int, Decimal] = {}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored price that may fit customer, item, quantity and date."""

    price_id: int
    method: str  # net: per unit; discount: percent; markup: percent on cost; cost_plus: per unit on cost
    value: Decimal
    rank: int
    factor: Fraction  # stock units in the unit the price is for
    reached: Decimal = Decimal(0)  # the stock quantity from which it holds
    nearness: int = 2  # of whom it was agreed with: job, ship-to, customer, node and the nodes above
    place: int = 1  # of what it is for: the item, its class, the class above
    scope_id: int = 0  # the set of prices it is of
    currency: str = ""  # blank: the order's own
    stacking: str = ""  # how a promotion meets the price found before it
    allowance_id: int | None = None  # what its use counts against
    left: Decimal | None = None  # of that: a stock quantity, or for a promotion money; None: no end
    coupon: str = ""  # the code by which it came to the order

    @property
    def order(self) -> tuple[int, int, int, Decimal, int]:
        """Contract before terms before list, the nearest first, the item before its class, the highest break."""
        return self.rank, self.nearness, self.place, -self.reached, self.price_id


@dataclass(frozen=True, slots=True)
class FreeOffer:
    """What a promotion gives with a line: so many times what it gives for `bought` stock units of it."""

    by: Candidate
    times: int

    @property
    def price_id(self) -> int:
        return self.by.price_id

    @property
    def bought(self) -> Decimal:
        return self.by.reached


@dataclass(frozen=True, slots=True)
class PricedLine:
    """What a line costs, and why. Prices are per entered unit, net, in the order's currency."""

    list_price: Decimal | None
    unit_price: Decimal | None  # None: nobody knows a price
    source: str
    net: Decimal
    steps: list[dict[str, Any]] = field(default_factory=list)
    found: Decimal | None = None  # the price before one was set by hand
    rejected: list[list[Any]] = field(default_factory=list)  # [price id, why] of those that were tried
    draws: list[tuple[int, Decimal]] = field(
        default_factory=list
    )  # (allowance, amount) that the price uses up
    free: FreeOffer | None = None  # the goods that come with it


@dataclass(slots=True)
class _Line:
    """What every step needs of the line, and what the steps have found so far."""

    quantity: Decimal
    factor: Fraction
    cost: Decimal  # per stock unit
    currency: str
    taken: Mapping[int, Decimal]
    list_price: Decimal | None = None
    rejected: list[list[Any]] = field(default_factory=list)

    @property
    def stock_quantity(self) -> Decimal:
        return scaled(self.quantity, self.factor)

    def left(self, candidate: Candidate) -> Decimal | None:
        """What the candidate's allowance still has for this line."""
        if candidate.left is None or candidate.allowance_id is None:
            return None
        return candidate.left - self.taken.get(candidate.allowance_id, Decimal(0))


def price_line(
    *,
    quantity: Decimal,
    factor: Fraction,
    candidates: Sequence[Candidate],
    cost: Decimal,
    currency: str,
    override: Decimal | None = None,
    override_source: str = "override",
    document: str = "",
    taken: Mapping[int, Decimal] = NOTHING,
) -> PricedLine:
    """Price of `quantity` in a unit of `factor` stock units: list, agreement or terms, promotions, override.

    `cost` is the replacement cost per stock unit, `document` what binds an override of the sources BOUND, `taken`
    what lines before this one take of allowances. The order of `candidates` does not matter. One in another
    currency, of a break that is not reached, whose allowance does not hold the whole line, or a discount without a
    list price, gives no price and is kept with its reason. A price that is set or bound brings no free goods.
    """
    line = _Line(quantity, factor, cost, currency, taken)
    fitting = [each for each in sorted(candidates, key=lambda each: each.order) if _fits(each, line)]
    usable = [each for each in fitting if each.method != FREE]
    listed = _first(usable, (LIST,), line)
    steps, draws = [], []
    if listed is not None:
        line.list_price = listed[1]["value"]
        steps.append(listed[1])
    terms = _first(usable, (AGREEMENT,), line) or _first(usable, (GROUP,), line)
    if terms is not None:
        steps.append(terms[1])
        if terms[0].allowance_id is not None:
            draws.append((terms[0].allowance_id, line.stock_quantity))
    price: Decimal | None = steps[-1]["value"] if steps else None
    source = steps[-1]["step"] if steps else ""
    free = None
    if price is not None:
        agreed = terms is not None and terms[0].rank == AGREEMENT
        promotions = [each for each in usable if each.rank == PROMOTION]
        for candidate, step in _promoted(promotions, price, line, agreed=agreed):
            if candidate.allowance_id is not None:
                draws.append((candidate.allowance_id, _money_off(price, step["value"], line)))
            steps.append(step)
            price, source = step["value"], "promotion"
        if override is None:
            free = _given([each for each in fitting if each.method == FREE], line, agreed=agreed)
    found = price
    if override is not None:
        binding = {"document": document} if document else {}
        steps.append({"step": override_source, **binding, "from": found, "value": override})
        price, source, draws = override, override_source, []
    if price is None:
        return PricedLine(line.list_price, None, "", Decimal(0), steps, None, line.rejected)
    net = round_money(price * quantity, currency)
    return PricedLine(line.list_price, price, source, net, steps, found, line.rejected, draws, free)


def price_free(
    offer: FreeOffer,
    *,
    of_line: int,
    quantity: Decimal,
    factor: Fraction,
    candidates: Sequence[Candidate],
    cost: Decimal,
    currency: str,
    taken: Mapping[int, Decimal] = NOTHING,
) -> PricedLine | None:
    """`quantity` of free goods at nothing: their list price, then that they are free with line `of_line`.

    What they would cost by list, or without a list price what they cost us, comes out of the promotion's budget; None
    where that does not hold all of them.
    """
    listed = [each for each in candidates if each.rank == LIST]
    worth = price_line(quantity=quantity, factor=factor, candidates=listed, cost=cost, currency=currency)
    given = (
        worth.net if worth.unit_price is not None else round_money(scaled(cost, factor) * quantity, currency)
    )
    draws = []
    if offer.by.allowance_id is not None:
        left = offer.by.left
        if left is not None and given > left - taken.get(offer.by.allowance_id, Decimal(0)):
            return None
        draws.append((offer.by.allowance_id, given))
    step: dict[str, Any] = {"step": FREE, "price": offer.price_id, "with": of_line, "value": Decimal(0)}
    if offer.by.coupon:
        step["coupon"] = offer.by.coupon
    return PricedLine(
        worth.list_price, Decimal(0), FREE, Decimal(0), [*worth.steps, step], worth.unit_price, [], draws
    )


def _given(candidates: Sequence[Candidate], line: _Line, *, agreed: bool) -> FreeOffer | None:
    """The goods of the nearest promotion that gives some for so many; the others were beaten."""
    found = None
    for candidate in candidates:
        if agreed and candidate.stacking != GIVES_ON_ALL:
            line.rejected.append([candidate.price_id, "agreement"])
        elif found is not None:
            line.rejected.append([candidate.price_id, "beaten"])
        else:
            found = FreeOffer(candidate, int(line.stock_quantity // candidate.reached))
    return found


def _fits(candidate: Candidate, line: _Line) -> bool:
    left = line.left(candidate)
    if candidate.currency not in ("", line.currency):
        reason = "currency"
    elif candidate.reached > line.stock_quantity:
        reason = "quantity"
    elif left is not None and (left <= 0 or (candidate.rank != PROMOTION and left < line.stock_quantity)):
        reason = "used_up"
    else:
        return True
    line.rejected.append([candidate.price_id, reason])
    return False


def _first(
    candidates: Sequence[Candidate], ranks: tuple[int, ...], line: _Line
) -> tuple[Candidate, dict[str, Any]] | None:
    """The strongest of the ranks that gives a price, with its step; those behind it were beaten."""
    found = None
    for candidate in candidates:
        if candidate.rank not in ranks:
            continue
        if found is not None:
            line.rejected.append([candidate.price_id, "beaten"])
        elif (step := _step(candidate, line)) is None:
            line.rejected.append([candidate.price_id, "no_list_price"])
        else:
            found = candidate, step
    return found


def _promoted(
    candidates: Sequence[Candidate], price: Decimal, line: _Line, *, agreed: bool
) -> list[tuple[Candidate, dict[str, Any]]]:
    """The promotions that make the line cheapest: one alone, or all those that stack, in the order of their ids."""
    lone: tuple[Candidate, dict[str, Any]] | None = None
    stacked: list[tuple[Candidate, dict[str, Any]]] = []
    now = price
    strongest: dict[int, Candidate] = {}
    for candidate in candidates:
        if strongest.setdefault(candidate.scope_id, candidate) is not candidate:
            line.rejected.append([candidate.price_id, "beaten"])
    for candidate in sorted(strongest.values(), key=lambda each: each.price_id):
        alone = candidate.stacking == ALONE
        if agreed and candidate.stacking != ON_ALL:
            line.rejected.append([candidate.price_id, "agreement"])
            continue
        step = _step(candidate, line, on=None if alone else now)
        before = price if alone else now
        if step is None or step["value"] >= before:
            line.rejected.append([candidate.price_id, "not_cheaper"])
        elif (left := line.left(candidate)) is not None and _money_off(before, step["value"], line) > left:
            line.rejected.append([candidate.price_id, "used_up"])
        elif not alone:
            stacked.append((candidate, step))
            now = step["value"]
        elif lone is None or step["value"] < lone[1]["value"]:
            lone = candidate, step
    if lone is None or lone[1]["value"] >= now:
        return stacked
    return [lone]


def _money_off(before: Decimal, after: Decimal, line: _Line) -> Decimal:
    """What a promotion takes off the line's net."""
    return round_money(before * line.quantity, line.currency) - round_money(
        after * line.quantity, line.currency
    )


def _step(candidate: Candidate, line: _Line, on: Decimal | None = None) -> dict[str, Any] | None:
    """What the candidate makes of the line, with all that is needed to do it again; None: no price.

    `on`: the price that a promotion comes on top of; without it a discount is off list.
    """
    step: dict[str, Any] = {"step": SOURCE_OF_RANK[candidate.rank], "price": candidate.price_id}
    if candidate.reached:
        step["break"] = candidate.reached
    if candidate.coupon:
        step["coupon"] = candidate.coupon
    if candidate.method == "discount":
        base = line.list_price if on is None else on
        if base is None:
            return None
        step |= {"percent": candidate.value, "off": base}
    elif candidate.method == "net" and candidate.factor != line.factor:
        step |= {"of": candidate.value, "by": str(line.factor / candidate.factor)}
    elif candidate.method == "net":
        step["value"] = candidate.value
    else:
        step["cost"] = scaled(line.cost, line.factor)
        if candidate.method == "markup":
            step["markup"] = candidate.value
        else:
            step["plus"] = scaled(candidate.value, line.factor / candidate.factor)
    step["value"] = value_of(step)
    return step


def value_of(step: Mapping[str, Any]) -> Decimal:
    """The price after a step, from what the step keeps: per entered unit, six decimals."""
    if "off" in step:
        exact = Decimal(step["off"]) * (100 - Decimal(step["percent"])) / 100
    elif "markup" in step:
        exact = Decimal(step["cost"]) * (100 + Decimal(step["markup"])) / 100
    elif "plus" in step:
        exact = Decimal(step["cost"]) + Decimal(step["plus"])
    elif "by" in step:
        return scaled(Decimal(step["of"]), Fraction(step["by"]))
    else:
        return Decimal(step["value"])
    return exact.quantize(PRICE_STEP, rounding=ROUND_HALF_UP)


def reprice(
    steps: Sequence[Mapping[str, Any]], *, quantity: Decimal, currency: str
) -> tuple[Decimal | None, Decimal]:
    """Unit price and net of a line once more, from the steps of its why-record alone."""
    price = None
    for step in steps:
        price = value_of(step)
    return price, round_money(price * quantity, currency) if price is not None else Decimal(0)


def scaled(value: Decimal, ratio: Fraction) -> Decimal:
    """A figure for one unit as the figure for another, of which one is `ratio` of the first; six decimals."""
    if ratio == 1:
        return value
    exact = Fraction(value) * ratio
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        PRICE_STEP, rounding=ROUND_HALF_UP
    )


def margin_percent(*, net: Decimal, cost: Decimal) -> Decimal | None:
    """Margin as a percentage of net, one decimal; None where nothing is charged."""
    if not net:
        return None
    return ((net - cost) * 100 / net).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def replacement_cost(cost: Decimal, *, rebate: Decimal = Decimal(0)) -> Decimal:
    """What one stock unit costs to replace, net of what suppliers pay back: the cost of every margin and floor."""
    return max(cost - rebate, Decimal(0))


def floor_price(*, cost: Decimal, margin_floor: Decimal) -> Decimal:
    """The least price that keeps a margin of `margin_floor` percent (less than 100) over `cost`, both per unit."""
    exact = Fraction(cost) * 100 / (100 - Fraction(margin_floor))
    floor = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(
        PRICE_STEP, rounding=ROUND_HALF_UP
    )
    return floor if Fraction(floor) >= exact else floor + PRICE_STEP


@dataclass(frozen=True, slots=True)
class Authority:
    """How far somebody may go below the price that was found, and below which margin, without asking anyone."""

    discount_percent: Decimal  # 100: as far as they like
    margin_floor: Decimal  # -100: any margin

    def least(self, *, found: Decimal | None, cost: Decimal) -> Decimal:
        """The least price within the authority, per unit, given the price found and the cost of that unit."""
        by_discount = Decimal(0)
        if found is not None:
            by_discount = (found * (100 - self.discount_percent) / 100).quantize(
                PRICE_STEP, rounding=ROUND_HALF_UP
            )
        if self.margin_floor <= -100 or not cost:
            return by_discount
        return max(by_discount, floor_price(cost=cost, margin_floor=self.margin_floor))


UNBOUND = Authority(Decimal(100), Decimal(-100))
