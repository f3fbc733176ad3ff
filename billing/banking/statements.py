"""What a bank says, whatever the format of its file: statements with entries that add up (AR02)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.banking.errors import BankFileRefused

ZERO = Decimal(0)
REMEDY = "ask the bank for the file as it left its system"
MOST = Decimal(10) ** 14
LONGEST = {"reference": 80, "payer_name": 140, "payer_account": 40, "code": 20, "text": 2000}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: money in above zero, money out below. Texts as the bank wrote them, blanks collapsed."""

    booked_on: date
    value_on: date
    amount: Decimal
    reference: str = ""
    text: str = ""
    payer_name: str = ""  # the other side: who paid, or who was paid
    payer_account: str = ""
    code: str = ""  # what the bank calls it
    is_fee: bool = False  # the bank's own charge


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of one account, as the file says it."""

    account: str
    currency: str  # empty: the file does not say
    reference: str
    ends_on: date
    opening: Decimal
    closing: Decimal
    lines: Sequence[Line]

    @property
    def credits(self) -> Decimal:
        return sum((line.amount for line in self.lines if line.amount > 0), ZERO)

    @property
    def debits(self) -> Decimal:
        return -sum((line.amount for line in self.lines if line.amount < 0), ZERO)


def refused(rule: str, cause: str, remedy: str) -> BankFileRefused:
    """The refusal of a whole file."""
    return BankFileRefused(rule=rule, cause=cause, remedy=remedy)


def sound(statements: Sequence[Statement]) -> None:
    """Refuse statements that do not add up, with the figure that is off. Raises BankFileRefused."""
    if not statements:
        raise refused(
            "statement", "there is no statement in it", "ask the bank for the statements of the period"
        )
    for one in statements:
        name = f"statement {one.reference} of {one.account}"
        figures = [one.opening, one.closing, *(line.amount for line in one.lines)]
        if any(abs(figure) >= MOST or figure != round(figure, 2) for figure in figures):
            raise refused(
                "amount",
                f"{name} has an amount with more than 2 decimals or more than 14 digits before them",
                "ask the bank for the file anew",
            )
        reached = one.opening + one.credits - one.debits
        if reached != one.closing:
            raise refused(
                "balance",
                f"{name} opens with {one.opening:.2f}; with {one.credits:.2f} in and {one.debits:.2f} out it reaches"
                f" {reached:.2f} and says it closes with {one.closing:.2f}: {one.closing - reached:+.2f} is off",
                "ask the bank for the statement anew, and do not correct the file",
            )


def day_of(written: str, place: int) -> date:
    """YYMMDD of a line of the file. Raises BankFileRefused."""
    try:
        return date(2000 + int(written[:2]), int(written[2:4]), int(written[4:6]))
    except ValueError:
        raise refused("date", f"line {place}: {written[:12]!r} is no date", REMEDY) from None


def plain(account: str) -> str:
    """An account's number as it is compared: capitals and digits alone, and the slash between bank and account."""
    return "".join(sign for sign in account.upper() if sign.isascii() and (sign.isalnum() or sign == "/"))


def cut(name: str, text: str) -> str:
    """A text within the length that is kept of it."""
    return " ".join(text.split())[: LONGEST[name]]
