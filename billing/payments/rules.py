"""What to pay, why, and in which words the bank understands it. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.formats import write_day, write_number

ZERO = Decimal(0)
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
BIC = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
# What every bank of the SEPA takes (EPC217-08): basic Latin.
NOT_SEPA = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
WORDS = {
    "ß": "ss",
    "Æ": "AE",
    "æ": "ae",
    "Ø": "O",
    "ø": "o",
    "Ł": "L",
    "ł": "l",
    "&": "+",
    "Đ": "D",
    "đ": "d",
}
LONGEST_REMITTANCE = 140


def plain_iban(text: str) -> str:
    """As machines write it: without blanks, in capitals."""
    return re.sub(r"\s", "", text).upper()


def is_iban(number: str) -> bool:
    """Whether the check digits fit (ISO 13616, modulo 97)."""
    if not IBAN.fullmatch(number):
        return False
    turned = number[4:] + number[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def is_bic(code: str) -> bool:
    """Whether it has the form of a bank's code (ISO 9362)."""
    return BIC.fullmatch(code) is not None


def sepa_text(text: str, most: int) -> str:
    """The text in the signs that every bank takes: accents dropped, anything else a blank."""
    written = "".join(WORDS.get(sign, sign) for sign in text)
    plain = unicodedata.normalize("NFKD", written)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(NOT_SEPA.sub(" ", plain).split())[:most].strip()


@dataclass(frozen=True, slots=True)
class Owed:
    """A payable that may be paid; below zero the supplier owes it."""

    payable_id: int
    supplier_id: int
    number: str
    open: Decimal
    due_on: date
    discount: Decimal
    discount_on: date | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """What of a payable is paid, the discount that is taken with it, and why in a sentence."""

    payable_id: int
    supplier_id: int
    amount: Decimal
    discount: Decimal
    why: str


@dataclass(slots=True)
class Proposal:
    """What is to be paid, and what cannot be: supplier, amount and why."""

    items: list[Proposed] = field(default_factory=list)
    left_out: list[tuple[int, Decimal, str]] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum((item.amount for item in self.items), ZERO)


def propose(owed: Iterable[Owed], *, pay_on: date, due_until: date, unpayable: dict[int, str]) -> Proposal:
    """What is due until a day, and what would lose its cash discount by then; credits are taken off.

    A supplier in `unpayable` (why) is left out, and one whose credits are not below what is due.
    """
    by_supplier: defaultdict[int, list[Owed]] = defaultdict(list)
    for one in owed:
        by_supplier[one.supplier_id].append(one)
    proposal = Proposal()
    for supplier_id, own in sorted(by_supplier.items()):
        items = [
            item for one in own if one.open > 0 and (item := _proposed(one, pay_on, due_until)) is not None
        ]
        if not items:
            continue
        due = sum((item.amount for item in items), ZERO)
        if supplier_id in unpayable:
            proposal.left_out.append((supplier_id, due, unpayable[supplier_id]))
            continue
        credits = [
            Proposed(one.payable_id, supplier_id, one.open, ZERO, _("A credit, taken off"))
            for one in own
            if one.open < 0
        ]
        rest = due + sum((item.amount for item in credits), ZERO)
        if rest <= 0:
            why = _("Its credits are not below what is due; nothing is left to pay.")
            proposal.left_out.append((supplier_id, due, why))
            continue
        proposal.items += [*items, *credits]
    return proposal


def _proposed(one: Owed, pay_on: date, due_until: date) -> Proposed | None:
    """Why it is paid now; None: it can wait."""
    in_time = one.discount > 0 and one.discount_on is not None and pay_on <= one.discount_on
    discount = min(one.discount, one.open) if in_time else ZERO
    if one.discount_on is not None and in_time and one.discount_on <= due_until:
        words = {"amount": write_number(discount, 2), "day": write_day(one.discount_on)}
        why = _("%(amount)s less if it is paid by %(day)s") % words
    elif one.due_on <= due_until:
        why = (_("Overdue since %(day)s") if one.due_on < pay_on else _("Due on %(day)s")) % {
            "day": write_day(one.due_on)
        }
    else:
        return None
    amount = one.open - discount
    return Proposed(one.payable_id, one.supplier_id, amount, discount, why) if amount > 0 else None


def remittance(references: Sequence[str]) -> str:
    """The supplier's numbers that a payment is for, as many as the bank carries and how many more."""
    text = sepa_text(", ".join(references), LONGEST_REMITTANCE + 1)
    named = len(references)
    while len(text) > LONGEST_REMITTANCE and named > 1:
        named -= 1
        text = sepa_text(
            f"{', '.join(references[:named])} +{len(references) - named}", LONGEST_REMITTANCE + 1
        )
    return text[:LONGEST_REMITTANCE]
