"""What an order would be if it were submitted now: the same reads and gates as submit, without locks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from erp.kernel import charts, clock
from erp.kernel.actor import Actor
from erp.kernel.batch import Batch
from inventory.commitments.models import SupplyMethod
from inventory.commitments.rules import Promise
from orders.credit.rules import CreditCheck
from orders.entry.actions.submit_order import SELL_BELOW_COST, SUBMIT
from orders.entry.allowances import coupon_problem, opened_by
from orders.entry.charges import ChargeLine, consignments_of, with_charges
from orders.entry.checks import checked_holds
from orders.entry.deliveries import deliveries_of, look_at_deliveries
from orders.entry.free_goods import Gift, gifts_of, with_gifts
from orders.entry.freight import quote_freight
from orders.entry.gates import (
    HoldReason,
    LineOutcome,
    assess_lines,
    holds_of,
    is_low,
    taxed,
    total_of,
)
from orders.entry.models import OrderDraft
from orders.entry.needs import limiting, needs_of, promises_by_line
from orders.entry.policies import authority_of, margin_floor_of
from orders.entry.reads import Header, LineFacts, read_facts
from orders.entry.rules import OrderRequest, Totals, tax_by_rate
from orders.entry.splitting import gathered, read_split, sites_of
from orders.entry.standing_reads import Standing
from orders.entry.steering import Steered, joined, steer
from orders.entry.substituting import consent_of, settle
from orders.entry.supplying import arrivals, method_of
from orders.pricing.coupons import FoundCoupon, find_coupon
from orders.pricing.rules import margin_percent

from .availability import availability, free_of, short_day, to_be_bought
from .rules import DraftLine, lines_of, request_of

VIEW_COST = "masterdata.view_cost"


@dataclass(slots=True)
class Row:
    """One line of the grid, ready to be shown. Money is in the order's currency, quantities in `unit`."""

    typed: DraftLine
    problem: str = ""
    item_id: int | None = None
    code: str = ""
    name: str = ""
    unit: str = ""
    atp_text: str = ""
    atp_tone: str = ""
    price: Decimal | None = None
    by_hand: bool = False
    discount: int | None = None
    margin: Decimal | None = None
    low: bool = False
    net: Decimal | None = None
    asks_consent: bool = False  # a substitute that somebody has to have agreed to
    supply: str = ""  # how it is supplied, where not from stock
    site: str = ""  # the code of the site that it leaves from, where not from the order's own

    @property
    def no(self) -> int:
        return self.typed.line


@dataclass(slots=True)
class Credit:
    """The meter in the header: what the tightest of the payer's limits looks like after this order."""

    limit: Decimal
    after: Decimal
    currency: str
    holder: str = ""  # the group whose limit it is; blank: the payer's own

    @property
    def over(self) -> bool:
        return self.after > self.limit

    @property
    def free(self) -> Decimal:
        return self.limit - self.after

    @property
    def short(self) -> Decimal:
        return self.after - self.limit

    @property
    def used_percent(self) -> Decimal:
        return self.after * 100 / self.limit if self.limit else Decimal(100)

    @property
    def meter(self) -> SafeString:
        return charts.meter(self.after, self.limit or 1, "bad" if self.over else "s1")


@dataclass(slots=True)
class Preview:
    """A draft as the desk shows it."""

    rows: list[Row]
    currency: str = ""
    totals: Totals = field(default_factory=lambda: Totals(Decimal(0), Decimal(0)))
    taxes: list[tuple[Decimal, Decimal, Decimal]] = field(default_factory=list)  # rate percent, base, tax
    freight: ChargeLine | None = None
    fees: Sequence[ChargeLine] = ()
    site: str = ""  # that a rule chooses instead of the order's own
    rush_words: str = ""
    gifts: Sequence[Gift] = ()
    coupon: str = ""  # the promotion that it opens
    coupon_problem: str = ""
    margin: Decimal | None = None
    late: int = 0
    credit: Credit | None = None
    po_used_on: str = ""
    po_required: bool = False
    is_blocked: bool = False
    holds: list[HoldReason] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def bad(self) -> int:
        return sum(bool(row.problem) for row in self.rows)

    @property
    def is_split(self) -> bool:
        """Whether several sites would deliver."""
        return any(row.site for row in self.rows)


def is_late(promise: Promise | None, wanted_on: date) -> bool:
    """Whether a stocked line cannot be promised for the day it was asked for."""
    return promise is not None and (promise.on is None or promise.on > wanted_on)


def preview_draft(draft: OrderDraft, user: Any) -> Preview:
    """The draft's lines priced, promised and judged; without a customer only what the lines say themselves."""
    lines = lines_of(draft.lines)
    if draft.customer_id is None:
        return Preview([Row(line, line.problem, line.item_id, line.raw) for line in lines])
    good = [line for line in lines if not line.problem]
    seen = look_at(wanted_of(draft, draft.customer_id, good), user, steers=True)
    rows = {line.line: row for line, row in zip(good, seen.rows(good), strict=True)}
    bad = {line.line: Row(line, line.problem) for line in lines if line.problem}
    return Preview(
        rows=[rows.get(line.line) or bad[line.line] for line in lines],
        currency=seen.header.currency,
        totals=seen.total,
        taxes=seen.taxes,
        freight=seen.freight,
        fees=seen.steered.fees,
        site=seen.steered.site,
        rush_words=seen.rush_words,
        gifts=seen.gifts,
        coupon=seen.coupon.name if seen.coupon else "",
        coupon_problem=seen.coupon_problem,
        margin=seen.margin,
        late=sum(seen.late(position) for position in seen.promises),
        credit=seen.credit,
        po_used_on=seen.header.po_used_on or "",
        po_required=seen.header.po_required,
        is_blocked=seen.header.is_blocked,
        holds=seen.holds,
    )


def wanted_of(draft: OrderDraft, customer_id: int, lines: Sequence[DraftLine]) -> OrderRequest:
    """These lines of a draft as they would be ordered now."""
    return request_of(
        lines,
        customer_id=customer_id,
        requested_on=draft.requested_on or clock.now().date(),
        ship_to_id=draft.ship_to_id,
        customer_po=draft.customer_po,
        note=draft.note,
        job=draft.job,
        site_id=draft.site_id,
        rush=draft.rush,
        coupon=draft.coupon,
    )


@dataclass(slots=True)
class Seen:
    """A wanted order with everything that submit would decide about it now."""

    request: OrderRequest
    header: Header
    facts: Sequence[LineFacts]
    outcomes: Sequence[LineOutcome]
    standing: Standing  # of credit, and of stock at the order's own site
    elsewhere: dict[
        int, tuple[str, Standing]
    ]  # code and stock of the site, by position of a line that names another
    promises: dict[int, Promise]  # by line position; stocked lines that can be taken
    waits_for: dict[int, str]  # the component that a kit waits for longest, by line position
    methods: dict[int, str]  # SupplyMethod of the same lines
    arrivals: dict[int, date]  # by item that is to be bought: when it could leave, were it bought now
    steered: Steered
    gifts: Sequence[Gift]  # behind the lines that were asked for
    coupon: FoundCoupon | None
    coupon_problem: str
    freight: ChargeLine | None
    total: Totals  # charges included
    holds: list[HoldReason]
    floor: Decimal
    sees_cost: bool
    consent: str  # whether the customer takes substitutes: always, ask, never

    def bought(self, position: int) -> bool:
        """Whether the line's goods are bought for it."""
        return self.methods.get(position, SupplyMethod.STOCK) != SupplyMethod.STOCK

    def late(self, position: int) -> bool:
        """Whether a stocked line cannot be there, or be bought, for the day it was asked for."""
        if not self.bought(position):
            return is_late(self.promises.get(position), self.request.requested_on)
        arrival = self.arrivals.get(self.facts[position].item_id or 0)
        return arrival is None or arrival > self.request.requested_on

    def rows(self, lines: Sequence[DraftLine]) -> list[Row]:
        return [self.row(line, position) for position, line in enumerate(lines)]

    def row(self, line: DraftLine, position: int) -> Row:
        fact, outcome = self.facts[position], self.outcomes[position]
        priced = outcome.priced
        row = Row(line, outcome.problem, fact.item_id, fact.code, fact.name)
        row.unit = fact.factor.unit if fact.factor else ""
        row.asks_consent = line.asked_item_id is not None and self.consent == "ask"
        row.by_hand = bool(line.price)
        row.site, standing = self.elsewhere.get(position, ("", self.standing))
        if position in self.promises and self.bought(position):
            row.supply = str(SupplyMethod(self.methods[position]).label)
            row.atp_text, row.atp_tone = to_be_bought(self.arrivals.get(fact.item_id or 0))
        if priced.unit_price is None:
            row.problem = row.problem or ""
            return row
        row.price, row.net = priced.unit_price, priced.net
        if priced.list_price and priced.unit_price < priced.list_price:
            row.discount = round((priced.list_price - priced.unit_price) * 100 / priced.list_price)
        if self.sees_cost:
            row.margin = outcome.margin(fact.unit_cost)
        row.low = is_low(outcome, fact, self.floor)
        if position in self.promises and fact.factor and not row.supply:
            promise = self.promises[position]
            row.atp_text, row.atp_tone = availability(promise, free_of(fact, standing), fact)
            if row.atp_tone == "ok" and promise.on and promise.on > self.request.requested_on:
                row.atp_text, row.atp_tone = f"{row.atp_text}, {short_day(promise.on)}", "warn"
            if position in self.waits_for:
                row.atp_text = f"{row.atp_text} ({self.waits_for[position]})"
        return row

    @property
    def margin(self) -> Decimal | None:
        """Margin of the whole order in percent, for those who may see cost."""
        if not self.sees_cost:
            return None
        cost = sum(
            (
                f.unit_cost * o.stock_quantity
                for f, o in zip(self.facts, self.outcomes, strict=True)
                if not o.problem
            ),
            Decimal(0),
        )
        return margin_percent(net=self.goods_net, cost=cost)

    @property
    def goods_net(self) -> Decimal:
        """Net without charges."""
        return self.total.net - sum((charge.amount for charge in self.charges), Decimal(0))

    @property
    def charges(self) -> list[ChargeLine]:
        """Fees, then freight: the order's last lines."""
        return [*self.steered.fees, *([self.freight] if self.freight else ())]

    @property
    def rush_words(self) -> str:
        """What rush means for this order, in one sentence."""
        if not self.steered.rush:
            return ""
        if not self.steered.rushes:
            return _("Beyond the quota: it would be held, or refused")
        if any(is_late(promise, self.request.requested_on) for promise in self.promises.values()):
            return _("Short: who would be bumped for it is previewed once it is submitted")
        return _("Goes ahead of others; nobody is bumped")

    @property
    def taxes(self) -> list[tuple[Decimal, Decimal, Decimal]]:
        """Rate percent, base and tax, by rate: as the invoice of everything would have them."""
        facts, outcomes = with_charges(self.facts, self.outcomes, self.charges)
        by_rate = tax_by_rate(taxed(outcomes, facts), self.header.currency)
        return [(rate, base, tax) for rate, (base, tax) in sorted(by_rate.items())]

    @property
    def credit(self) -> Credit | None:
        check: CreditCheck = self.standing.credit_check(self.total.gross)
        account = check.tightest
        if account is None:
            return None
        return Credit(account.limit, account.exposure + check.amount, self.header.currency, account.holder)


def look_at(request: OrderRequest, user: Any, *, at: datetime | None = None, steers: bool = False) -> Seen:
    """Ask about an order without wanting it: two statements, whatever the lines; two more where it offers substitutes
    or brings free goods, one or two where it carries a coupon, one more where freight is added, one where something is
    bought for it, one for what policies check, one where lines name other sites and two for each of these.

    `at`: as if it were placed then. `steers`: it is a whole order, so it brings its free goods and the order rules
    have their say, with what orders.entry.steering asks for that.
    """
    batch = Batch(Actor.of(user), at or clock.now())
    request = gathered(request)
    header, facts = read_facts(batch, request, preview=True)
    settled = settle(batch, request, header, facts)
    request = settled.request
    split = read_split(batch, request, header, facts, right=SUBMIT)
    coupon = find_coupon(batch, request.coupon, company_id=header.company_id, customer_id=header.customer_id)
    facts = opened_by(coupon, facts)
    may = batch.actor.may(SELL_BELOW_COST, company=header.company_id, site=header.site_id)
    problems = {**settled.problems, **split.problems}
    outcomes = assess_lines(request, header, facts, below_cost=may, problems=problems)
    gifts: list[Gift] = []
    if steers:
        gifts, outcomes = gifts_of(batch, request, header, facts, outcomes)
        request, facts, outcomes = with_gifts(request, facts, outcomes, gifts)
    steered = (
        steer(batch, request, header, facts, outcomes, right=SUBMIT, preview=True)
        if steers
        else Steered(header)
    )
    header = steered.header
    sites = sites_of(request, header)
    freight = quote_freight(batch, header, consignments_of(sites, facts, outcomes), preview=True)
    charges = [*steered.fees, *([freight] if freight else ())]
    every_fact, every_outcome = with_charges(facts, outcomes, charges)
    total = total_of(every_outcome, every_fact, header.currency)
    quantities = [outcome.stock_quantity for outcome in outcomes]
    needs = needs_of(facts, quantities)
    methods = {need.place: method_of(request.lines[need.place], facts[need.place], header) for need in needs}
    wanted = [need.wanted(request.requested_on, method=methods[need.place]) for need in needs]
    deliveries = deliveries_of(split.headers(header), sites, needs, request.requested_on)
    standings, promises = look_at_deliveries(batch, deliveries, wanted)
    standing = standings[header.site_id]
    buyable = arrivals(header, (demand.item_id for demand in wanted if demand.bought))
    floor, authority = margin_floor_of(header), authority_of(batch.actor, SUBMIT, header)
    holds = holds_of(
        request, header, facts, outcomes, total, standing, floor_percent=floor, authority=authority
    )
    countries = split.countries(request)
    holds += checked_holds(batch, request, header, every_fact, every_outcome, total, countries=countries)
    holds = joined(holds, steered.holds)
    return Seen(
        request=request,
        header=header,
        facts=facts,
        outcomes=outcomes,
        standing=standing,
        elsewhere={
            place: (split.sites[site_id].code, standings[site_id])
            for place, site_id in enumerate(sites)
            if site_id in split.sites
        },
        promises=promises_by_line(needs, promises, quantities),
        waits_for={place: each.code for place, each in limiting(needs, promises).items()},
        steered=steered,
        gifts=gifts,
        coupon=coupon,
        coupon_problem=coupon_problem(request.coupon, coupon, header.on_day, outcomes),
        methods=methods,
        arrivals=buyable,
        freight=freight,
        total=total,
        holds=holds,
        floor=floor,
        sees_cost=user.has_perm(VIEW_COST),
        consent=consent_of(header),
    )
