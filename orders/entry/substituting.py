"""Lines that offer something else than was asked for: whether they may, and at which price (AT05)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.quantity import InexactQuantity
from masterdata.items.queries import substitutes_in_effect
from masterdata.items.substitution import Pack, StandIn, stand_ins
from orders.entry.gates import line_problem
from orders.entry.models import LineSubstitution, OrderLine
from orders.entry.policies import SUBSTITUTION_CONSENT
from orders.entry.reads import Header, LineFacts, read_facts
from orders.entry.rules import Asked, LineRequest, OrderRequest
from orders.pricing.rules import price_line, scaled

PRICED_AS = OrderLine.PriceSource.SUBSTITUTE.value


@dataclass(frozen=True, slots=True)
class Substitution:
    """What is kept of one line's substitute: what was asked for, in whose unit, and by which rules it may come."""

    asked: Asked
    unit: str
    stock_quantity: Decimal  # asked for, in the asked item's stock unit
    code: str
    stand_in: StandIn

    def why(self) -> list[object]:
        """As the why-record keeps it: asked item, its quantity and unit, kind, rules, who agreed."""
        return [
            self.asked.item_id,
            self.asked.quantity,
            self.unit,
            self.stand_in.kind,
            list(self.stand_in.rules),
            self.asked.consent,
        ]


@dataclass(frozen=True, slots=True)
class Settled:
    """A request whose substitutes are judged and priced; both mappings are by line position."""

    request: OrderRequest
    substitutions: Mapping[int, Substitution] = field(default_factory=dict)
    problems: Mapping[int, str] = field(default_factory=dict)


def consent_of(header: Header) -> str:
    """Whether the customer takes substitutes: always, ask or never."""
    return SUBSTITUTION_CONSENT.value(
        on=header.on_day, company=header.company_id, customer=header.customer_id
    )


def consent_problem(consent: str, agreed_by: str) -> str:
    """Why a substitute may not be sent, in the clerk's words; empty where it may."""
    if consent == "never":
        return _("The customer takes no substitutes.")
    if consent == "ask" and not agreed_by.strip():
        return _("The customer wants to be asked: say who agreed.")
    return ""


def settle(batch: Batch, request: OrderRequest, header: Header, facts: Sequence[LineFacts]) -> Settled:
    """Judge the lines that offer substitutes; two statements where there are any, else none.

    A substitute at the original's price costs, per stock unit, what the customer would pay for the item asked for;
    a price set by hand stays. A line without a rule, or without the customer's consent, has a problem.
    """
    asked = {place: line.asked for place, line in enumerate(request.lines) if line.asked is not None}
    if not asked:
        return Settled(request)
    consent = consent_of(header)
    links = substitutes_in_effect((each.item_id for each in asked.values()), on=header.on_day)
    wanted = [LineRequest(each.item_id, each.quantity, each.unit) for each in asked.values()]
    _header, originals = read_facts(batch, replace(request, lines=wanted, customer_po=""), preview=True)
    lines, found, problems = list(request.lines), {}, {}
    for (place, each), original in zip(asked.items(), originals, strict=True):
        line, fact = lines[place], facts[place]
        offered = (one for one in stand_ins(each.item_id, links) if one.item_id == line.item_id)
        stand_in = next(offered, None)
        stock, problem = _stock_of(each, original)
        if stand_in is None:
            problem = problem or _("%(code)s does not stand in for %(asked)s.") % {
                "code": fact.code,
                "asked": original.code,
            }
        if problem := problem or consent_problem(consent, each.consent):
            problems[place] = problem
        if stand_in is None or original.factor is None or not stock:
            continue
        found[place] = Substitution(each, original.factor.unit, stock, original.code, stand_in)
        if line.price is None and not stand_in.own_price and fact.factor is not None:
            price = _price_of(each, original, header.currency)
            ratio = fact.factor.fraction / (original.factor.fraction * stand_in.ratio)
            lines[place] = at_original_price(line, price, ratio, original.code)
    return Settled(replace(request, lines=lines), found, problems)


def at_original_price(line: LineRequest, price: Decimal | None, ratio: Fraction, code: str) -> LineRequest:
    """The line at the price of the item asked for; `ratio`: units of that price in one unit of the line."""
    if price is None:
        return line
    reason = _("Price of %(code)s") % {"code": code}
    return replace(line, price=scaled(price, ratio), price_reason=reason, price_source=PRICED_AS)


def at_agreed_price(
    line: LineRequest, stand_in: StandIn, pack: Pack, *, price: Decimal, per_unit: Fraction, code: str
) -> LineRequest:
    """The line at the price that an order has for what is short of it: `price` of one unit, `per_unit` stock units."""
    if stand_in.own_price or not price:
        return line
    factor = pack.sell if line.unit == pack.sell.unit else pack.stock
    return at_original_price(line, price, factor.fraction / (per_unit * stand_in.ratio), code)


def _stock_of(asked: Asked, original: LineFacts) -> tuple[Decimal, str]:
    """What was asked for in the stock unit, or why that cannot be said. A blocked item may still be replaced."""
    problem = line_problem(replace(original, status=""), asked.quantity)
    if problem or original.factor is None:
        return Decimal(0), problem
    try:
        return original.factor.to_stock(asked.quantity), ""
    except InexactQuantity as error:
        return Decimal(0), str(error)


def _price_of(asked: Asked, original: LineFacts, currency: str) -> Decimal | None:
    assert original.factor is not None
    return price_line(
        quantity=asked.quantity,
        factor=original.factor.fraction,
        candidates=original.candidates,
        cost=original.unit_cost,
        currency=currency,
    ).unit_price


def write_substitutions(
    batch: Batch,
    line_ids: Sequence[int],
    substitutions: Sequence[Substitution],
    replaces: Sequence[int | None],
) -> None:
    """Keep what was asked for beside the lines that offer something else; the three run in parallel."""
    batch.insert(
        LineSubstitution,
        line=list(line_ids),
        replaces=list(replaces),
        asked_item=[each.asked.item_id for each in substitutions],
        asked_quantity=[each.asked.quantity for each in substitutions],
        asked_unit=[each.unit for each in substitutions],
        asked_stock_quantity=[each.stock_quantity for each in substitutions],
        kind=[each.stand_in.kind for each in substitutions],
        consent=[each.asked.consent.strip()[:120] for each in substitutions],
    )
