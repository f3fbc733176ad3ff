"""What was posted, said in the terms of EN 16931. No database, no clock; no figure is computed that was posted."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.einvoice.semantic import (
    Account,
    Adjustment,
    Delivery,
    Line,
    Party,
    Reference,
    SemanticInvoice,
    Taxed,
    TaxGroup,
    Totals,
)
from erp.kernel.money import round_money

ZERO = Decimal(0)
INVOICE, CREDIT_NOTE = "380", "381"  # UNTDID 1001
OUTSIDE = "O"
REASON_CODES = {"AE": "VATEX-EU-AE", "K": "VATEX-EU-IC", "G": "VATEX-EU-G", OUTSIDE: "VATEX-EU-O"}
REASONS = {
    "AE": "Reverse charge",
    "K": "Intra-community supply",
    "G": "Export outside the EU",
    OUTSIDE: "Not subject to VAT",
}
# Category of whoever charges tax or explains why not; S and Z explain nothing.
EXPLAINED = frozenset({"E", "AE", "K", "G", OUTSIDE})
FREIGHT_SERVICE = "FC"  # UNTDID 7161
# Packages are codes of UN/ECE Rec. 21, which EN 16931 writes behind an X; Rec. 20 has none of these.
PACKAGES = frozenset(
    "BA BE BG BI BJ BO BX BY BZ CA CB CF CH CN CO CR CS CT CV CX CY DR EN FI JC JG JR JT JU LG PA PC PF PG PH PJ PK PL"
    " PN PT PU PX PY PZ RD RG RJ RL RO RZ SA SC SE SK SL SM SU TC TK TN TR TU TY TZ".split()
)
VAT_IDENTIFIER = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,13}")


@dataclass(frozen=True, slots=True)
class PostedLine:
    """One posted line: quantity in its unit, money in the invoice's currency.

    `charged_as`: the word for a line that is no goods but a charge on the whole document (freight, a fee), or "".
    """

    line: int
    item: str
    description: str
    quantity: Decimal
    unit: str
    price: Decimal
    net: Decimal
    fee: Decimal
    category: str  # "" without a tax code
    rate_percent: Decimal
    exemption: str
    charged_as: str = ""
    charge_code: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """A posted invoice or credit memo with what master data says of its parties."""

    number: str
    is_credit: bool
    issued_on: date
    due_on: date
    currency: str
    net: Decimal
    tax: Decimal
    gross: Decimal
    taxes: Mapping[Decimal, Decimal]  # by rate
    lines: Sequence[PostedLine]
    seller: Party
    buyer: Party
    delivery: Delivery
    account: Account | None
    terms: str
    reason: str = ""
    buyer_reference: str = ""
    purchase_order: str = ""
    sales_order: str = ""
    despatch_advice: str = ""
    credits: Reference | None = None


def semantic_invoice(posted: Posted) -> SemanticInvoice:
    """The document in the terms of EN 16931, to the cent what was posted.

    Freight and fees become charges on the document as long as a line is left (BR-16), what they take away
    allowances. What a line's net is below or above quantity x price (a restocking fee, the share of a partial
    delivery) is its allowance or charge.
    """
    apart = [line for line in posted.lines if line.charged_as and line.net]
    goods = [line for line in posted.lines if not line.charged_as]
    if not goods:
        apart, goods = [], list(posted.lines)
    adjustments = tuple(_adjustment(line) for line in apart)
    outside = {line.category for line in posted.lines} == {OUTSIDE}
    return SemanticInvoice(
        number=posted.number,
        issued_on=posted.issued_on,
        type_code=CREDIT_NOTE if posted.is_credit else INVOICE,
        currency=posted.currency,
        seller=_outside(posted.seller) if outside else posted.seller,
        buyer=_outside(posted.buyer) if outside else posted.buyer,
        totals=Totals(
            lines=sum((line.net for line in goods), ZERO),
            allowances=sum((one.amount for one in adjustments if not one.is_charge), ZERO),
            charges=sum((one.amount for one in adjustments if one.is_charge), ZERO),
            net=posted.net,
            tax=posted.tax,
            gross=posted.gross,
            paid=ZERO,
            due=posted.gross,
        ),
        due_on=None if posted.is_credit else posted.due_on,
        buyer_reference=posted.buyer_reference,
        purchase_order=posted.purchase_order,
        sales_order=posted.sales_order,
        despatch_advice=posted.despatch_advice,
        terms=posted.terms,
        note=posted.reason,
        preceding=(posted.credits,) if posted.credits else (),
        delivery=posted.delivery,
        account=posted.account,
        adjustments=adjustments,
        taxes=_taxes([*goods, *apart], posted.taxes),
        lines=tuple(_line(line, posted.currency) for line in goods),
    )


def unit_code(unit: str) -> str:
    """The code of a unit as EN 16931 lists it (BT-130)."""
    return f"X{unit}" if unit in PACKAGES else unit


def vat_identifier(number: str) -> str:
    """The number as a VAT identifier (BT-31, BT-48), or "" for one that does not start with a country."""
    compact = re.sub(r"[\s.-]", "", number).upper()
    return compact if VAT_IDENTIFIER.fullmatch(compact) else ""


def _outside(party: Party) -> Party:
    """Whoever trades outside the scope of tax shows no VAT identifier (BR-O-02)."""
    return Party(
        party.name, party.address, party.identifier, party.registration, endpoint=party.endpoint, contact=party.contact
    )  # fmt: skip


def _taxed(line: PostedLine) -> Taxed:
    return Taxed(line.category, None if line.category == OUTSIDE else line.rate_percent)


def _adjustment(line: PostedLine) -> Adjustment:
    return Adjustment(
        is_charge=line.net > 0,
        amount=abs(line.net),
        reason=line.description or line.charged_as,
        code=line.charge_code if line.net > 0 else "",
        tax=_taxed(line),
    )


def _line(line: PostedLine, currency: str) -> Line:
    listed = round_money(line.quantity * line.price, currency)
    found = []
    if line.fee:
        found.append(Adjustment(False, line.fee, "Restocking fee"))
    if rest := listed - line.fee - line.net:
        found.append(Adjustment(rest < 0, abs(rest), "Share of the ordered quantity"))
    return Line(
        id=str(line.line),
        name=line.description or line.item,
        quantity=line.quantity,
        unit=unit_code(line.unit),
        price=line.price,
        net=line.net,
        tax=_taxed(line),
        item=line.item,
        adjustments=tuple(found),
    )


def _taxes(lines: Sequence[PostedLine], posted: Mapping[Decimal, Decimal]) -> tuple[TaxGroup, ...]:
    """By category and rate of what is shown. Tax was posted once per rate; what has a rate is of one category."""
    bases: defaultdict[Taxed, Decimal] = defaultdict(Decimal)
    reasons: dict[Taxed, str] = {}
    for line in lines:
        bases[_taxed(line)] += line.net
        reasons[_taxed(line)] = reasons.get(_taxed(line)) or line.exemption
    return tuple(
        TaxGroup(
            tax=taxed,
            base=base,
            amount=posted.get(taxed.rate_percent, ZERO) if taxed.rate_percent else ZERO,
            reason=reasons[taxed] or REASONS.get(taxed.category, "") if taxed.category in EXPLAINED else "",
            reason_code=REASON_CODES.get(taxed.category, ""),
        )
        for taxed, base in sorted(
            bases.items(), key=lambda pair: (pair[0].category, -(pair[0].rate_percent or 0))
        )
    )
