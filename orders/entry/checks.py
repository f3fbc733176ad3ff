"""Checks that only some orders meet: one statement for all of them, and none where no policy asks (OC05)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from erp.kernel.batch import Batch
from orders.credit.owed import OVERDUE
from orders.holds.policies import Thresholds, thresholds

from .charges import goods_net
from .check_reads import asked_facts
from .gates import HoldReason, LineOutcome
from .reads import Header, LineFacts
from .rules import OrderRequest, Totals

LEAST_HISTORY = 3  # lines of an item that make a habit
NOWHERE_ELSE: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class Found:
    """What the database says to the checks. Quantities are in the stock unit, money in the payer's currency."""

    overdue: Decimal = Decimal(0)
    overdue_since: date | None = None
    po_used_on: str = ""
    usual: dict[int, Decimal] = field(
        default_factory=dict
    )  # by item: mean of what the customer ordered lately
    controlled: frozenset[int] = frozenset()  # items under export control
    place: dict[str, str | None] = field(default_factory=dict)  # ship-to, site and tax number


def checked_holds(
    batch: Batch,
    request: OrderRequest,
    header: Header,
    facts: Sequence[LineFacts],
    outcomes: Sequence[LineOutcome],
    total: Totals,
    *,
    asks: Thresholds | None = None,
    order_id: int | None = None,
    countries: Mapping[int, str] = NOWHERE_ELSE,
) -> list[HoldReason]:
    """Holds by the customer's thresholds; orders taken over from another system are not judged.

    The lines and `total` have the charges that are added. `asks`: what to look at, all that is asked of the customer by
    default. `order_id`: the order, once there is one. `countries`: from where lines leave, by position, that do not
    leave from the order's own site.
    """
    if request.price_source == "conversion":
        return []
    asks = asks_of(header) if asks is None else asks
    found = read_found(batch, asks, request, header, facts, order_id) if asks.needs_facts else Found()
    return judge(asks, request, header, facts, outcomes, total, found, countries)


def asks_of(header: Header) -> Thresholds:
    """What is asked of the customer's orders on the order's day."""
    return thresholds(on=header.on_day, company=header.company_id, customer=header.customer_id)


def asks_of_lines(header: Header) -> Thresholds:
    """What is asked of the lines that a change touches; what speaks against the whole order was judged when it came."""
    return replace(
        asks_of(header),
        overdue_days=0,
        minimum_net=Decimal(0),
        po_repeat_days=0,
        address=False,
        export_countries=frozenset(),
    )


def read_found(
    batch: Batch,
    asks: Thresholds,
    request: OrderRequest,
    header: Header,
    facts: Sequence[LineFacts],
    order_id: int | None,
) -> Found:
    """The facts that are asked for, in one statement, without a lock."""
    items = sorted({fact.item_id for fact in facts if fact.item_id is not None})
    rows = batch.read(
        _sql(),
        header.site_id,
        header.ship_to_id,
        header.customer_id,
        bool(asks.po_repeat_days) and not request.po_repeats,
        header.customer_id,
        request.customer_po,
        batch.now,
        asks.po_repeat_days,
        order_id or 0,
        bool(asks.quantity_times),
        header.customer_id,
        order_id or 0,
        items,
        LEAST_HISTORY,
        items,
        asks.export_attribute,
        asks.export_attribute,
        *(
            asks.disputed_counts,
            header.bill_to_id,
            header.on_day - timedelta(days=asks.overdue_days),
            bool(asks.overdue_days),
        )
        * len(OVERDUE),
    )
    overdue, since, po_used_on, place = Decimal(0), None, "", {}
    usual, controlled = {}, set()
    for kind, item_id, figure, text in rows:
        if kind == "place":
            place = json.loads(text)
        elif kind == "po":
            po_used_on = text
        elif kind == "usual":
            usual[item_id] = figure
        elif kind == "controlled":
            controlled.add(item_id)
        elif figure is not None:
            overdue, since = overdue + figure, date.fromisoformat(text)
    return Found(overdue, since, po_used_on, usual, frozenset(controlled), place)


@cache
def _sql() -> str:
    """The text of the read: asked first when every room has said how it knows what is overdue."""
    return asked_facts(OVERDUE)


def judge(
    asks: Thresholds,
    request: OrderRequest,
    header: Header,
    facts: Sequence[LineFacts],
    outcomes: Sequence[LineOutcome],
    total: Totals,
    found: Found,
    countries: Mapping[int, str] = NOWHERE_ELSE,
) -> list[HoldReason]:
    """Every threshold the order is beyond: no database, no clock."""
    lines = [
        (place, fact, outcome)
        for place, (fact, outcome) in enumerate(zip(facts, outcomes, strict=True))
        if not outcome.problem
    ]
    return [
        *_overdue(asks, header, total, found),
        *_minimum(asks, header, total, goods_net(total.net, outcomes)),
        *_repeated(asks, request, total, found),
        *_unusual(asks, lines, found),
        *_blocked(lines),
        *_address(asks, lines, total, found),
        *_export(asks, lines, total, found, countries),
        *_data(asks, lines, total, found),
    ]


Lines = Sequence[tuple[int, LineFacts, LineOutcome]]


def _overdue(asks: Thresholds, header: Header, total: Totals, found: Found) -> list[HoldReason]:
    if not asks.overdue_days or found.overdue <= 0:
        return []
    detail = (
        f"{found.overdue} {header.currency} is overdue by more than {asks.overdue_days} days, "
        f"the oldest since {found.overdue_since}."
    )
    return [HoldReason("overdue", detail, total.gross)]


def _minimum(asks: Thresholds, header: Header, total: Totals, goods: Decimal) -> list[HoldReason]:
    if goods >= asks.minimum_net:
        return []
    without = "" if goods == total.net else " without freight"
    currency = header.currency
    detail = f"The order is {goods} {currency}{without}, the minimum is {asks.minimum_net} {currency}."
    return [HoldReason("minimum", detail, total.net)]


def _repeated(asks: Thresholds, request: OrderRequest, total: Totals, found: Found) -> list[HoldReason]:
    if not found.po_used_on:
        return []
    detail = (
        f"PO {request.customer_po} came within the last {asks.po_repeat_days} days, on {found.po_used_on}. "
        "Is this the same order again?"
    )
    return [HoldReason("po_twice", detail, total.gross)]


def _unusual(asks: Thresholds, lines: Lines, found: Found) -> list[HoldReason]:
    """Two lines of one item are one wish, and both wait."""
    wanted: dict[int | None, Decimal] = {}
    for _, fact, outcome in lines:
        wanted[fact.item_id] = wanted.get(fact.item_id, Decimal(0)) + outcome.stock_quantity
    holds = []
    for place, fact, outcome in lines:
        usual, asked = found.usual.get(fact.item_id or 0), wanted[fact.item_id]
        if asks.quantity_times and usual and asked > asks.quantity_times * usual:
            detail = (
                f"{fact.code}: {asked.normalize():f} is more than {asks.quantity_times.normalize():f} times "
                f"the usual {usual.normalize():f}."
            )
            holds.append(HoldReason("quantity", detail, outcome.priced.net, place))
    return holds


def _blocked(lines: Lines) -> list[HoldReason]:
    """A blocked item gets this far only where the policy takes it."""
    return [
        HoldReason("item", f"{code} is blocked for sale.", outcome.priced.net, place)
        for place, fact, outcome in lines
        for code in _blocked_codes(fact)[:1]
    ]


def _blocked_codes(fact: LineFacts) -> list[str]:
    """Of the item and of what is in it."""
    parts = [(fact.code, fact.status), *((each.code, each.status) for each in fact.components)]
    return [code for code, status in parts if status == "blocked"]


def _address(asks: Thresholds, lines: Lines, total: Totals, found: Found) -> list[HoldReason]:
    if not asks.address or not any(fact.is_goods for _, fact, _ in lines):
        return []
    if not found.place.get("country"):
        return [HoldReason("address", "There is no ship-to address.", total.gross)]
    parts = {"street": "street", "postal_code": "postal code", "city": "city"}
    missing = [words for name, words in parts.items() if not found.place.get(name)]
    if not missing:
        return []
    return [HoldReason("address", f"The ship-to address lacks {' and '.join(missing)}.", total.gross)]


def _export(
    asks: Thresholds, lines: Lines, total: Totals, found: Found, countries: Mapping[int, str]
) -> list[HoldReason]:
    country = found.place.get("country") or found.place.get("party") or ""
    if country in asks.export_countries:
        return [HoldReason("export", f"Deliveries to {country} wait for export control.", total.gross)]
    return [
        HoldReason(
            "export",
            f"{fact.code} is under export control and leaves for {country}.",
            outcome.priced.net,
            place,
        )
        for place, fact, outcome in lines
        if fact.goods_ids & found.controlled and country != countries.get(place, found.place.get("site"))
    ]


def _data(asks: Thresholds, lines: Lines, total: Totals, found: Found) -> list[HoldReason]:
    if not asks.data:
        return []
    missing = []
    if found.place.get("treatment") == "intra" and not found.place.get("tax_number"):
        missing.append("the customer's VAT number")
    untaxed = [fact.code for _, fact, _ in lines if fact.tax_code_id is None]
    if untaxed:
        missing.append(f"the tax code of {', '.join(untaxed[:5])}")
    if not missing:
        return []
    return [HoldReason("data", f"Missing: {' and '.join(missing)}.", total.gross)]
