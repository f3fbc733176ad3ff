"""The three-way match: what was ordered, what was received, what is invoiced (PU05). Pure.

Each line is compared with its purchase order line, or of a credit note with the goods that went back. What is found is
said in one sentence with the figures. What is within the tolerances is no finding: it is posted as a price difference.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from billing.payables.models import MatchException, SupplierInvoice, SupplierInvoiceLine
from erp.kernel.formats import write_quantity
from erp.kernel.money import round_money

Kind = MatchException.Kind
LineKind = SupplierInvoiceLine.Kind
ZERO = Decimal(0)
LONGEST_REFERENCE = 60


def reference_key(reference: str) -> str:
    """What two spellings of one number have in common: "INV 00-17" and "inv0017" are the same invoice."""
    return re.sub(r"[\W_]", "", reference).upper()[:LONGEST_REFERENCE]


def discount_of(
    gross: Decimal, percent: Decimal, days: int, issued_on: date, currency: str
) -> tuple[Decimal, date | None]:
    """The cash discount and until when it may be taken; none where the terms have none or it rounds to nothing."""
    amount = round_money(gross * percent / 100, currency)
    return (amount, issued_on + timedelta(days=days)) if amount > 0 else (ZERO, None)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far an invoice may differ and still be posted without a human; company currency, percent as 10 for 10 %."""

    price_percent: Decimal
    price_limit: Decimal  # for a line
    quantity_percent: Decimal  # beyond what was received
    freight_limit: Decimal  # for an invoice
    tax_limit: Decimal  # for a rate


@dataclass(slots=True)
class Ordered:
    """A purchase order line, and what was received and invoiced of it. Quantities in the stock unit.

    The figures behind `received` move as the lines of invoices are matched.
    """

    name: str  # "PO-17 line 1"
    supplier_id: int
    wanted: Decimal  # ordered less cancelled
    unit_value: Decimal  # ordered cost of a stock unit
    stock_per_unit: Decimal  # stock units in the unit that was ordered
    unit: str
    class_id: int | None
    accrual_id: int | None = None  # none: nothing was received
    received: Decimal = ZERO
    value: Decimal = ZERO
    billed: Decimal = ZERO
    cleared: Decimal = ZERO
    invoiced: Decimal = ZERO


@dataclass(slots=True)
class SentBack:
    """Goods that went back to a supplier, and their answer. `credited` None: there is none yet."""

    name: str  # "SRT-4"
    supplier_id: int
    claimed: Decimal
    credited: Decimal | None
    accrual_id: int
    is_billed: bool  # a credit note for it was posted before


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A line of an invoice; net without sign, quantity in the unit that was ordered."""

    id: int
    line: int
    kind: str
    quantity: Decimal
    net: Decimal
    purchase_line_id: int | None = None
    return_id: int | None = None
    account: str = ""  # label of the one it is coded to


@dataclass(frozen=True, slots=True)
class Claim:
    """An invoice or credit note with what is known of its number. `earlier`: documents with the same number."""

    kind: str
    supplier_id: int
    currency: str
    company_currency: str
    net: Decimal
    tax: Decimal
    gross: Decimal
    lines: Sequence[ClaimLine]
    taxes: Sequence[tuple[Decimal, Decimal, Decimal]]  # rate percent, base, amount
    earlier: Sequence[str] = ()

    @property
    def is_credit(self) -> bool:
        return self.kind == SupplierInvoice.Kind.CREDIT_NOTE


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not match, of a line (0: of the whole), and how much money it is about."""

    kind: MatchException.Kind
    line: int
    detail: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """What a line takes of an accrual: stock unit, what it clears and what was charged, signed as it changes them."""

    line_id: int
    accrual_id: int
    quantity: Decimal
    cleared: Decimal
    net: Decimal
    class_id: int | None = None


@dataclass(slots=True)
class Matched:
    """What the match found, what may be posted, and what returns are answered by: return id and credit."""

    findings: list[Finding] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    answers: list[tuple[int, Decimal]] = field(default_factory=list)

    def find(self, kind: MatchException.Kind, line: int, detail: str, amount: Decimal) -> None:
        """One finding of a kind for a line."""
        self.findings.append(Finding(kind, line, detail[:300], amount))


def match(
    claim: Claim,
    ordered: Mapping[int, Ordered],
    returned: Mapping[int, SentBack],
    tolerance: Tolerance,
) -> Matched:
    """Compare an invoice with what was ordered and received. Keys are those of its lines.

    `ordered` and `returned` are moved on by what the invoice takes, so that a second one sees it.
    """
    found = Matched()
    _check_document(claim, tolerance, found)
    freight = ZERO
    for line in claim.lines:
        if line.kind == LineKind.FREIGHT:
            freight += line.net
        elif line.kind == LineKind.COST:
            detail = _("No order stands behind it: it is coded to %(account)s.") % {"account": line.account}
            found.find(Kind.COST, line.line, detail, line.net)
        elif line.return_id is not None:
            _match_return(claim, line, returned[line.return_id], tolerance, found)
        elif line.purchase_line_id is None:
            detail = _("The line names no purchase order. Name its line, or the account that takes the cost.")
            found.find(Kind.NOT_ORDERED, line.line, detail, line.net)
        elif (order := ordered[line.purchase_line_id]).supplier_id != claim.supplier_id:
            detail = _("%(order)s was ordered from another supplier.") % {"order": order.name}
            found.find(Kind.NOT_ORDERED, line.line, detail, line.net)
        elif claim.is_credit:
            _match_price_credit(line, order, found)
        else:
            _match_goods(claim, line, order, tolerance, found)
    if freight > tolerance.freight_limit and not claim.is_credit:
        detail = _("Freight of %(freight)s is more than the %(limit)s that is paid without asking.")
        amounts = {"freight": freight, "limit": tolerance.freight_limit}
        found.find(Kind.FREIGHT, 0, detail % amounts, freight)
    return found


def _check_document(claim: Claim, tolerance: Tolerance, found: Matched) -> None:
    if claim.earlier:
        detail = _("The number stands on %(documents)s already.") % {"documents": ", ".join(claim.earlier)}
        found.find(Kind.DUPLICATE, 0, detail, claim.gross)
    if claim.currency != claim.company_currency:
        detail = _("It is in %(currency)s; invoices are taken in %(own)s.")
        found.find(
            Kind.CURRENCY,
            0,
            detail % {"currency": claim.currency, "own": claim.company_currency},
            claim.gross,
        )
    lines = sum((line.net for line in claim.lines), ZERO)
    if lines != claim.net:
        detail = _("The lines add up to %(lines)s, the invoice says %(net)s.")
        found.find(Kind.SUMS, 0, detail % {"lines": lines, "net": claim.net}, abs(lines - claim.net))
    elif claim.net + claim.tax != claim.gross:
        detail = _("%(net)s and %(tax)s tax are %(sum)s, the invoice says %(gross)s.")
        figures = {"net": claim.net, "tax": claim.tax, "sum": claim.net + claim.tax, "gross": claim.gross}
        found.find(Kind.SUMS, 0, detail % figures, abs(claim.net + claim.tax - claim.gross))
    if (wrong := _wrong_tax(claim, tolerance)) is not None:
        found.find(Kind.TAX, 0, *wrong)


def _wrong_tax(claim: Claim, tolerance: Tolerance) -> tuple[str, Decimal] | None:
    """What is wrong with the tax, and by how much; each rate once (EN 16931, BR-CO-17)."""
    for rate, base, amount in claim.taxes:
        due = round_money(base * rate / 100, claim.currency)
        if abs(due - amount) > tolerance.tax_limit:
            detail = _("%(rate)s %% of %(base)s are %(due)s, the invoice says %(amount)s.")
            figures = {"rate": write_quantity(rate), "base": base, "due": due, "amount": amount}
            return detail % figures, abs(due - amount)
    bases = sum((base for _rate, base, _amount in claim.taxes), ZERO)
    amounts = sum((amount for _rate, _base, amount in claim.taxes), ZERO)
    if amounts != claim.tax:
        detail = _("The tax of its rates is %(sum)s, the invoice says %(tax)s.")
        return detail % {"sum": amounts, "tax": claim.tax}, abs(amounts - claim.tax)
    if claim.taxes and bases != claim.net:
        detail = _("Tax is stated on %(bases)s of the net %(net)s.")
        return detail % {"bases": bases, "net": claim.net}, abs(bases - claim.net)
    return None


def _match_goods(claim: Claim, line: ClaimLine, order: Ordered, tolerance: Tolerance, found: Matched) -> None:
    quantity = line.quantity * order.stock_per_unit
    after = order.billed + quantity
    spare = 1 + tolerance.quantity_percent / 100
    words = {
        "order": order.name,
        "after": _units(after, order),
        "wanted": _units(order.wanted, order),
        "received": _units(order.received, order),
    }
    if after > order.wanted * spare:
        detail = _("With this line %(after)s of %(order)s are invoiced; %(wanted)s were ordered.")
        found.find(Kind.OVER_BILLED, line.line, detail % words, line.net)
    elif order.accrual_id is None or after > order.received * spare:
        detail = _("With this line %(after)s of %(order)s are invoiced; %(received)s were received.")
        found.find(Kind.NOT_RECEIVED, line.line, detail % words, line.net)
    expected = round_money(quantity * order.unit_value, claim.company_currency)
    over = line.net - expected
    if over > min(
        round_money(expected * tolerance.price_percent / 100, claim.currency), tolerance.price_limit
    ):
        detail = _("%(order)s agreed %(expected)s for it, the invoice says %(net)s: %(over)s more.")
        figures = {"order": order.name, "expected": expected, "net": line.net, "over": over}
        found.find(Kind.PRICE, line.line, detail % figures, over)
    if order.accrual_id is not None:
        _take(line, order, min(quantity, order.received - order.billed), found, claim.company_currency)


def _take(line: ClaimLine, order: Ordered, quantity: Decimal, found: Matched, currency: str) -> None:
    """Clear the accrual cumulatively, so that the last invoice clears exactly what was received."""
    quantity = max(quantity, ZERO)
    until = order.billed + quantity
    cleared = round_money(order.value * until / order.received, currency) if order.received else ZERO
    assert order.accrual_id is not None
    found.shares.append(
        Share(line.id, order.accrual_id, quantity, cleared - order.cleared, line.net, order.class_id)
    )
    order.billed, order.cleared, order.invoiced = until, cleared, order.invoiced + line.net


def _match_price_credit(line: ClaimLine, order: Ordered, found: Matched) -> None:
    """A credit for goods that were kept lowers what was charged for them."""
    if order.accrual_id is None or line.net > order.invoiced:
        detail = _("It credits %(net)s of %(order)s, of which %(invoiced)s were charged.")
        figures = {"net": line.net, "order": order.name, "invoiced": order.invoiced}
        found.find(Kind.OVER_BILLED, line.line, detail % figures, line.net)
        return
    order.invoiced -= line.net
    found.shares.append(Share(line.id, order.accrual_id, ZERO, ZERO, -line.net, order.class_id))


def _match_return(
    claim: Claim, line: ClaimLine, back: SentBack, tolerance: Tolerance, found: Matched
) -> None:
    if back.supplier_id != claim.supplier_id or not claim.is_credit:
        detail = (
            _("%(name)s went back to another supplier.")
            if claim.is_credit
            else _("%(name)s is credited by a credit note, not by an invoice.")
        )
        found.find(Kind.NOT_ORDERED, line.line, detail % {"name": back.name}, line.net)
        return
    if back.is_billed:
        detail = _("%(name)s was credited before.") % {"name": back.name}
        found.find(Kind.OVER_BILLED, line.line, detail, line.net)
        return
    asked = back.claimed if back.credited is None else back.credited
    short = asked - line.net
    if short > min(round_money(asked * tolerance.price_percent / 100, claim.currency), tolerance.price_limit):
        detail = _("%(asked)s are expected for %(name)s, the credit note says %(net)s: %(short)s less.")
        figures = {"asked": asked, "name": back.name, "net": line.net, "short": short}
        found.find(Kind.CREDIT, line.line, detail % figures, short)
    credited = min(line.net, back.claimed) if back.credited is None else back.credited
    if back.credited is None and line.return_id is not None:
        found.answers.append((line.return_id, credited))
    back.is_billed, back.credited = True, credited
    found.shares.append(Share(line.id, back.accrual_id, Decimal(1), -credited, -line.net))


def _units(quantity: Decimal, order: Ordered) -> str:
    return f"{write_quantity(quantity / order.stock_per_unit)} {order.unit}"


def price_differences(shares: Sequence[Share]) -> dict[int | None, Decimal]:
    """By item class what was charged beyond what was cleared; below zero: less."""
    by_class: defaultdict[int | None, Decimal] = defaultdict(Decimal)
    for share in shares:
        by_class[share.class_id] += share.net - share.cleared
    return dict(by_class)
