"""What a purchase order says, whichever standard it is written in, and what it leaves out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from .envelope import Fault, Segment

LARGEST, MOST_DECIMALS = Decimal(10) ** 11, 12

# Which number of an item a qualifier announces.
ITEM_CODES = {
    "x12": {
        "BP": "buyer", "CB": "buyer", "IN": "buyer", "PI": "buyer", "SK": "buyer",
        "VN": "supplier", "VP": "supplier", "VC": "supplier", "VA": "supplier",
        "EN": "gtin", "UP": "gtin", "UK": "gtin", "UA": "gtin", "UI": "gtin", "EO": "gtin",
        "MG": "maker", "MF": "maker", "MN": "maker",
    },
    "edifact": {
        "BP": "buyer", "IN": "buyer",
        "SA": "supplier", "VN": "supplier", "VP": "supplier",
        "EN": "gtin", "SRV": "gtin", "UP": "gtin",
        "MF": "maker", "MP": "maker",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Partner:
    """Someone the document names: the role as written (BY, ST, DP), their code and name."""

    role: str
    code: str
    name: str = ""
    address: str = ""


@dataclass(slots=True)
class WantedLine:
    """One line as written. `reference` is the partner's own number of it, `place` where it stands, from 1."""

    place: int
    reference: str = ""
    codes: list[tuple[str, str]] = field(default_factory=list)  # (role, code) in the order they stand
    description: str = ""
    quantity: str = ""
    unit: str = ""
    price: str = ""  # expected, net, per `basis` of `unit`
    basis: Decimal = Decimal(1)
    requested_on: date | None = None

    @property
    def expected(self) -> str:
        """The expected price of one unit as plain digits; as written where it is no figure, empty where not said."""
        price = None if self.basis == 1 else a_figure(self.price)
        if price is None:
            return self.price
        return f"{(price / self.basis).quantize(Decimal('0.000001')).normalize():f}"


@dataclass(slots=True)
class WantedOrder:
    """One purchase order as written. purpose: original, or replace, cancel, change; kind: order, or blanket."""

    number: str = ""
    purpose: str = "original"
    kind: str = "order"
    rush: str = ""  # the code of an urgent one
    ordered_on: date | None = None
    requested_on: date | None = None
    currency: str = ""
    partners: list[Partner] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines: list[WantedLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def partner(self, *roles: str) -> Partner | None:
        """The first one in one of these roles, the roles in order of preference."""
        by_role = {found.role: found for found in reversed(self.partners)}
        return next((by_role[role] for role in roles if role in by_role), None)

    @property
    def buyer(self) -> str:
        """The code of who buys; empty when the document does not say."""
        found = self.partner("BY", "BT")
        return found.code if found else ""

    @property
    def wanted_on(self) -> date | None:
        """The day asked for: the header's, else the earliest of the lines."""
        return self.requested_on or min(
            (line.requested_on for line in self.lines if line.requested_on), default=None
        )


def a_date(text: str) -> date | None:
    """CCYYMMDD with whatever follows it (a time), or None."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if text[:8].isdigit() else None
    except ValueError:
        return None


def a_figure(text: str) -> Decimal | None:
    """A plain, finite, sensible figure, else None: neither NaN nor 1e400 nor 1_000."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if "_" in text or not value.is_finite() or value.copy_abs() >= LARGEST:
        return None
    return value if -int(value.as_tuple().exponent) <= MOST_DECIMALS else None


def check_figures(
    order: WantedOrder, position: int, line: WantedLine, found: Segment, where: dict[str, str]
) -> None:
    """Note what of a line's figures cannot be read; `where` names element and data element: {"quantity": "2/330"}."""
    for name, text in (("quantity", line.quantity), ("price", line.price)):
        if name not in where or (name == "price" and not text):
            continue
        element, reference = where[name].split("/")
        if not text:
            said = _("Line %(n)s gives no quantity.") % {"n": line.place}
            code, answer = "edi.quantity_missing", "1"
        elif a_figure(text) is None:
            said = _("Line %(n)s: “%(text)s” is no figure.") % {"n": line.place, "text": text[:20]}
            code, answer = "edi.figure", "6"
        else:
            continue
        order.faults.append(
            Fault(code, said, answer, found.tag, position, int(element), reference, text[:40], tolerated=True)
        )


def count_fault(order: WantedOrder, said: str, tag: str, position: int, reference: str) -> None:
    """Note a control total that counts other lines than there are."""
    if said and a_figure(said) != len(order.lines):
        text = _("The document counts %(said)s lines, but has %(n)s: it may be cut or changed.") % {
            "said": said[:12],
            "n": len(order.lines),
        }
        order.faults.append(Fault("edi.line_count", text, "7", tag, position, 1, reference, said[:40]))


def missing_parts(order: WantedOrder, header: str, lines: str) -> None:
    """Note a document without a number or without lines; `header` and `lines` are the tags that should say them."""
    if not order.number:
        said = _("The document gives no purchase order number.")
        order.faults.append(Fault("edi.number_missing", said, "3", header, 1))
    if not order.lines:
        order.faults.append(Fault("edi.no_lines", _("The document has no lines."), "3", lines, 1))


def texts(values: Sequence[str]) -> str:
    """Parts of an address in one line."""
    return ", ".join(filter(None, values))
