"""What is left to credit of an invoice, and the memos that credit it: the one writer of credit memos (BI04)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from billing.invoicing.events import InvoicePosted, ItemsLowered
from billing.invoicing.issuing import issue, write_taxes
from billing.invoicing.models import Billable, Invoice, InvoiceLine
from billing.invoicing.reads import CREDITABLE_LINES, SETTLE
from billing.ledger.actions.post_journals import Amount, Entry, post_journals
from billing.ledger.models import Journal, Purpose
from erp.kernel.batch import Batch
from erp.kernel.money import round_money
from orders.credit.exposure import move
from orders.entry.rules import tax_by_rate

ZERO = Decimal(0)
STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Original:
    """The invoice to credit; its open item is locked, which serialises everyone who credits or pays it."""

    id: int
    number: str
    kind: str
    company_id: int
    site_id: int
    customer_id: int
    bill_to_id: int
    party_id: int
    order_id: int
    shipment_id: int
    customer_po: str
    currency: str
    line_count: int
    net: Decimal
    tax: Decimal
    earned_at: str
    posted_by: str
    item_id: int
    open: Decimal
    disputed: Decimal = ZERO

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


@dataclass(slots=True)
class CreditableLine:
    """One invoice line and what of it was credited before; `credit` takes from what is left."""

    invoice_id: int
    id: int
    line: int
    billable_id: int
    order_line_id: int
    item_id: int
    description: str
    quantity: Decimal  # in the order line's unit
    unit: str
    stock_quantity: Decimal
    unit_price: Decimal
    net: Decimal
    cost: Decimal
    tax_code_id: int | None
    tax_rate: Decimal
    class_id: int
    quantity_before: Decimal
    stock_before: Decimal
    net_before: Decimal  # fees included: what the credited quantity had cost
    cost_before: Decimal
    fees: dict[Decimal, tuple[Decimal, Decimal]] = field(default_factory=dict)  # by percent: net, its fee

    @property
    def left(self) -> Decimal:
        return self.stock_quantity - self.stock_before

    def credit(self, stock_quantity: Decimal, currency: str, fee_percent: Decimal = ZERO) -> "Share":
        """At most what is left, at the price paid less the fee.

        Each part brings what is credited of the line to its share of the line, so that parts add up to the cent to
        what their sum would give, and the last one closes the line. So does the fee of the parts credited together.
        """
        taken = min(stock_quantity, self.left)
        if taken == self.left:
            quantity, net, cost = (
                self.quantity - self.quantity_before,
                self.net - self.net_before,
                self.cost - self.cost_before,
            )
        else:
            quantity = (self.quantity * taken / self.stock_quantity).quantize(STEP, rounding=ROUND_HALF_UP)
            until, whole = self.stock_before + taken, self.stock_quantity
            net = max(ZERO, round_money(self.net * until / whole, currency) - self.net_before)
            cost = max(ZERO, round_money(self.cost * until / whole, currency) - self.cost_before)
        self.quantity_before += quantity
        self.stock_before += taken
        self.net_before += net
        self.cost_before += cost
        charged, kept = self.fees.get(fee_percent, (ZERO, ZERO))
        fee = round_money((charged + net) * fee_percent / 100, currency) - kept
        self.fees[fee_percent] = (charged + net, kept + fee)
        return Share(self, quantity, taken, net - fee, fee, cost)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of one invoice line to credit: quantity in the line's unit and in the stock unit, net after the fee."""

    of: CreditableLine
    quantity: Decimal
    stock_quantity: Decimal
    net: Decimal
    fee: Decimal
    cost: Decimal

    def __add__(self, other: "Share") -> "Share":
        return Share(
            self.of,
            self.quantity + other.quantity,
            self.stock_quantity + other.stock_quantity,
            self.net + other.net,
            self.fee + other.fee,
            self.cost + other.cost,
        )


@dataclass(slots=True)
class Memo:
    """One credit memo to write: the shares of one invoice, at most one per line, and its ids and totals."""

    original: Original
    shares: Sequence[Share]
    id: int = 0

    @property
    def taxes(self) -> dict[Decimal, tuple[Decimal, Decimal]]:
        return tax_by_rate([(share.net, share.of.tax_rate) for share in self.shares], self.original.currency)

    @property
    def net(self) -> Decimal:
        return sum((share.net for share in self.shares), ZERO)

    @property
    def tax(self) -> Decimal:
        return sum((tax for _, tax in self.taxes.values()), ZERO)

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax

    @property
    def settled(self) -> Decimal:
        """How much of what the invoice has open the memo settles at once."""
        return min(self.original.open, self.gross)


def creditable_lines(batch: Batch, invoice_ids: Sequence[int]) -> dict[int, CreditableLine]:
    """The invoices' lines by id with what was credited before; their open items are locked by the caller."""
    return {row[1]: CreditableLine(*row) for row in batch.read(CREDITABLE_LINES, sorted(invoice_ids))}


def post_memos(
    batch: Batch,
    memos: Sequence[Memo],
    *,
    verb: str,
    accounting_on: date,
    credit_ids: Sequence[int],
    reason: str,
) -> dict[tuple[int, int], int]:
    """Write the memos of one company and payer: lines, taxes, journals, receivables, numbers last.

    Closes the batch: nothing may be decided or published after it. What of an invoice is open is settled with its
    memo. Gives the memos their ids; answers {(memo id, invoice line id): memo line id}.
    """
    shares = [(memo, share) for memo in memos for share in memo.shares]
    drawn = batch.draw(billing_invoice=len(memos), billing_invoiceline=len(shares))
    for memo, memo_id in zip(memos, drawn["billing_invoice"], strict=True):
        memo.id = memo_id
    _write_lines(batch, memos, shares, drawn["billing_invoiceline"])
    move(batch, dict.fromkeys(credit_ids, -sum((memo.gross for memo in memos), ZERO)))
    post_journals(batch, [_entry(batch, memo, accounting_on) for memo in memos])
    for memo in memos:
        outcome = {"credits": memo.original.id, "reason": reason, "settled": memo.settled}
        batch.decide(verb, Invoice, memo.id, outcome)
    _lower_disputed(
        batch, [memo.original for memo in memos], {memo.original.id: memo.settled for memo in memos}
    )
    batch.publish(*(InvoicePosted(invoice_id=memo.id) for memo in memos))
    batch.close()
    issue(
        batch,
        kind=Invoice.Kind.CREDIT_MEMO.value,
        company_id=memos[0].original.company_id,
        accounting_on=accounting_on,
        rows=[_row(place, memo, reason) for place, memo in enumerate(memos)],
    )
    settling = [memo for memo in memos if memo.settled]
    if settling:
        batch.write(
            SETTLE,
            [memo.id for memo in settling],
            [memo.original.item_id for memo in settling],
            [memo.settled for memo in settling],
            batch.now,
            batch.actor.name,
        )
    return {
        (memo.id, share.of.id): line_id
        for (memo, share), line_id in zip(shares, drawn["billing_invoiceline"], strict=True)
    }


def _lower_disputed(batch: Batch, originals: Sequence[Original], settled: dict[int, Decimal]) -> None:
    """Tell of invoices of which the memos leave less open than is disputed."""
    left = {one.item_id: one.open - settled[one.id] for one in originals}
    lowered = {one.item_id: left[one.item_id] for one in originals if left[one.item_id] < one.disputed}
    if lowered:
        batch.announce(ItemsLowered(lowered, by_credit=True))


def _row(place: int, memo: Memo, reason: str) -> tuple[object, ...]:
    one = memo.original
    return (
        memo.id, one.site_id, place, 0, one.customer_id, one.bill_to_id, one.order_id, one.shipment_id, one.id, reason,
        one.customer_po, one.currency, len(memo.shares), memo.net, memo.tax, one.earned_at,
    )  # fmt: skip


def _write_lines(
    batch: Batch, memos: Sequence[Memo], shares: Sequence[tuple[Memo, Share]], line_ids: Sequence[int]
) -> None:
    batch.insert(
        InvoiceLine,
        id=list(line_ids),
        invoice=[memo.id for memo, _ in shares],
        credits=[share.of.id for _, share in shares],
        line=[share.of.line for _, share in shares],
        billable=[share.of.billable_id for _, share in shares],
        order_line=[share.of.order_line_id for _, share in shares],
        item=[share.of.item_id for _, share in shares],
        description=[share.of.description for _, share in shares],
        quantity=[share.quantity for _, share in shares],
        unit=[share.of.unit for _, share in shares],
        stock_quantity=[share.stock_quantity for _, share in shares],
        unit_price=[share.of.unit_price for _, share in shares],
        net=[share.net for _, share in shares],
        fee=[share.fee for _, share in shares],
        cost=[share.cost for _, share in shares],
        tax_code=[share.of.tax_code_id for _, share in shares],
        tax_rate_percent=[share.of.tax_rate for _, share in shares],
    )
    batch.update(
        Billable,
        [share.of.billable_id for _, share in shares],
        add={"credited": [share.stock_quantity for _, share in shares]},
    )
    code_of = {(memo.id, share.of.tax_rate): share.of.tax_code_id for memo, share in shares}
    write_taxes(batch, [(memo.id, memo.taxes) for memo in memos], code_of)


def _entry(batch: Batch, memo: Memo, accounting_on: date) -> Entry:
    by_class: defaultdict[int, Decimal] = defaultdict(Decimal)
    for share in memo.shares:
        by_class[share.of.class_id] += share.net
    return Entry(
        kind=Journal.Kind.CREDIT_MEMO.value,
        company_id=memo.original.company_id,
        currency=memo.original.currency,
        source="billing.invoice",
        source_id=memo.id,
        effective_at=batch.now,
        accounting_on=accounting_on,
        amounts=[
            Amount(Purpose.RECEIVABLE, -memo.gross, party_id=memo.original.party_id),
            *(Amount(Purpose.REVENUE, net, class_id) for class_id, net in by_class.items()),
            Amount(Purpose.TAX, memo.tax),
        ],
        site_id=memo.original.site_id,
    )
