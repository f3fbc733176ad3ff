"""The semantic model of EN 16931: what an invoice says, whatever its syntax. Names carry their business terms (BT).

Amounts are in `currency`, quantities in the unit of their line. Nothing here is computed: a writer writes what it
is given, a reader gives what it found.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

SPECIFICATION = "urn:cen.eu:en16931:2017"  # BT-24; also the guideline of the Factur-X profile EN 16931


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address (BG-5, BG-8, BG-15); country by ISO 3166-1 alpha-2."""

    country: str
    street: str = ""
    city: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An electronic address (BT-34, BT-49) under its scheme of the EAS list."""

    scheme: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask (BG-6, BG-9)."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Seller (BG-4) or buyer (BG-7)."""

    name: str
    address: Address
    identifier: str = ""  # BT-29, BT-46: our own number of it
    registration: str = ""  # BT-30, BT-47
    vat: str = ""  # BT-31, BT-48: starts with the country
    tax_registration: str = ""  # BT-32
    endpoint: Endpoint | None = None
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """When and where the goods went (BG-13)."""

    on: date | None = None  # BT-72
    name: str = ""  # BT-70
    address: Address | None = None  # BG-15


@dataclass(frozen=True, slots=True)
class Account:
    """Where to pay (BG-16, BG-17): means by UNTDID 4461."""

    means: str
    number: str = ""  # BT-84
    name: str = ""  # BT-85
    bic: str = ""  # BT-86
    reference: str = ""  # BT-83


@dataclass(frozen=True, slots=True)
class Taxed:
    """A VAT category (UNTDID 5305) and its rate; nothing outside the scope of tax has a rate."""

    category: str
    rate_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An allowance or a charge (BG-20, BG-21), of a line without a tax of its own (BG-27, BG-28)."""

    is_charge: bool
    amount: Decimal
    reason: str
    code: str = ""  # UNTDID 5189 for an allowance, 7161 for a charge
    tax: Taxed | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One invoice line (BG-25): net = quantity x price + charges - allowances."""

    id: str  # BT-126
    name: str  # BT-153
    quantity: Decimal  # BT-129
    unit: str  # BT-130, UN/ECE Rec. 20 and, behind an X, Rec. 21
    price: Decimal  # BT-146
    net: Decimal  # BT-131
    tax: Taxed  # BT-151, BT-152
    item: str = ""  # BT-155: the seller's number
    adjustments: tuple[Adjustment, ...] = ()
    order_line: str = ""  # BT-132: of the buyer's purchase order
    buyer_item: str = ""  # BT-156: the buyer's number


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """The tax of one category and rate (BG-23), with the reason where none is charged."""

    tax: Taxed
    base: Decimal  # BT-116
    amount: Decimal  # BT-117
    reason: str = ""  # BT-120
    reason_code: str = ""  # BT-121, VATEX


@dataclass(frozen=True, slots=True)
class Totals:
    """The document's figures (BG-22)."""

    lines: Decimal  # BT-106
    allowances: Decimal  # BT-107
    charges: Decimal  # BT-108
    net: Decimal  # BT-109
    tax: Decimal  # BT-110
    gross: Decimal  # BT-112
    paid: Decimal  # BT-113
    due: Decimal  # BT-115
    rounding: Decimal = Decimal(0)  # BT-114


@dataclass(frozen=True, slots=True)
class Reference:
    """A document that went before (BG-3)."""

    number: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class SemanticInvoice:
    """An invoice or credit note by EN 16931."""

    number: str  # BT-1
    issued_on: date  # BT-2
    type_code: str  # BT-3, UNTDID 1001
    currency: str  # BT-5
    seller: Party
    buyer: Party
    totals: Totals
    due_on: date | None = None  # BT-9
    buyer_reference: str = ""  # BT-10
    purchase_order: str = ""  # BT-13
    sales_order: str = ""  # BT-14
    despatch_advice: str = ""  # BT-16
    terms: str = ""  # BT-20
    note: str = ""  # BT-22
    preceding: tuple[Reference, ...] = ()
    delivery: Delivery | None = None
    account: Account | None = None
    adjustments: tuple[Adjustment, ...] = ()
    taxes: tuple[TaxGroup, ...] = field(default=())
    lines: tuple[Line, ...] = field(default=())
