"""Which items a payment is for (AR02). No database, no clock."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from erp.kernel.money import round_money

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Application:
    """A part of a payment for one open item, in the item's currency and with its sign.

    `difference` is settled beside it without money, coded by `reason`: above zero what was paid short, below zero what
    was paid over. `deducted` settles nothing: the payer holds it back for what `deduction` says, and it is disputed.
    """

    open_item_id: int
    amount: Decimal
    difference: Decimal = ZERO
    reason: str = ""  # CashApplication.Reason
    deducted: Decimal = ZERO
    deduction: str = ""  # Deduction

    @property
    def settled(self) -> Decimal:
        """What it takes off the item."""
        return self.amount + self.difference


@dataclass(frozen=True, slots=True)
class Candidate:
    """One open item that a payment may be for; `open` is negative for a credit memo."""

    open_item_id: int
    number: str
    open: Decimal
    due_on: date


@dataclass(frozen=True, slots=True)
class Proposal:
    """Applications, and in one sentence why these."""

    applications: list[Application]
    why: str


def propose(*, amount: Decimal, reference: str, items: Sequence[Candidate]) -> Proposal:
    """Items for a payment: those its reference names, else the one or all that match to the cent, else oldest first.

    Never more than `amount` in all, never more than an item has open.
    """
    oldest = sorted(items, key=lambda item: (item.due_on, item.open_item_id))
    named = [item for item in oldest if names(reference, item.number)]
    if named:
        return Proposal(
            fill(amount, named), "The reference names " + ", ".join(item.number for item in named)
        )
    for item in oldest:
        if item.open == amount:
            return Proposal(
                [Application(item.open_item_id, amount)], f"{item.number} is open with exactly this amount"
            )
    if items and sum((item.open for item in items), ZERO) == amount:
        return Proposal(
            [Application(item.open_item_id, item.open) for item in oldest], "It settles the whole account"
        )
    owed = [item for item in oldest if item.open > 0]
    return Proposal(fill(amount, owed), "Oldest first" if owed else "Nothing is open")


def discount_of(amount: Decimal, percent: Decimal, currency: str) -> Decimal:
    """The cash discount on an invoice's gross amount; none on a credit memo."""
    return round_money(amount * percent / 100, currency) if amount > 0 else ZERO


def names(reference: str, number: str) -> bool:
    """Whether a remittance text names a document: whole, or by the digits of its number ("INV-000123", "123")."""
    digits = re.sub(r"\D", "", number).lstrip("0")
    words = re.findall(r"[A-Z0-9][A-Z0-9-]*", reference.upper())
    return number.upper() in words or (len(digits) >= 3 and digits in [word.lstrip("0") for word in words])


def fill(amount: Decimal, items: Sequence[Candidate]) -> list[Application]:
    """The items in order until the amount is used up; credit memos first, for what they free can pay the others."""
    left, found = amount, []
    for item in sorted(items, key=lambda item: item.open > 0):
        part = item.open if item.open < 0 else min(item.open, left)
        if part:
            found.append(Application(item.open_item_id, part))
            left -= part
    return (
        found
        if left >= 0 and sum((part.amount for part in found), ZERO) >= 0
        else fill(amount, [item for item in items if item.open > 0])
    )
