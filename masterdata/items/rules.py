"""What makes an item sound: its barcode, its units, what its class asks for, and the text that finds it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

GTIN_LENGTHS = (8, 12, 13, 14)
LARGEST_FACTOR = 10**9


def gtin_check_digit(body: str) -> int:
    """The last digit of a GTIN whose other digits are `body` (GS1 General Specifications 7.9)."""
    weighted = (int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(body)))
    return -sum(weighted) % 10


def gtin_problem(gtin: str) -> str:
    """Why `gtin` is not a GTIN-8, -12, -13 or -14, in one sentence with the way out; empty when it is one."""
    if not re.fullmatch(r"[0-9]+", gtin):
        return f"A GTIN has digits only; “{gtin}” has other characters."
    if len(gtin) not in GTIN_LENGTHS:
        return f"A GTIN has 8, 12, 13 or 14 digits; {gtin} has {len(gtin)}."
    expected = gtin_check_digit(gtin[:-1])
    if int(gtin[-1]) != expected:
        return f"The check digit of {gtin} is wrong: {gtin[:-1]} ends in {expected}. Scan the label again."
    return ""


def attribute_name(typed: str) -> str:
    """An attribute's name as it is kept: `Wall thickness` is wall_thickness."""
    return "_".join(typed.lower().split())


def missing_attributes(required: Iterable[str], attributes: Mapping[str, Any]) -> list[str]:
    """The attributes that the class asks for and the item leaves empty, in the class's order."""
    return [name for name in required if attributes.get(name) in (None, "")]


def factor_problem(numerator: int, denominator: int) -> str:
    """Why a unit cannot be numerator/denominator stock units; empty when it can.

    The fraction has to be in lowest terms, so that one conversion has one spelling, and small enough for
    quantities of six decimals to survive the way there and back.
    """
    if numerator < 1 or denominator < 1:
        return "A unit is a positive fraction of the stock unit, such as 12/1 or 1/100."
    if max(numerator, denominator) > LARGEST_FACTOR:
        return f"A unit's fraction has at most nine digits; {numerator}/{denominator} has more."
    lowest = Fraction(numerator, denominator)
    if lowest.numerator != numerator:
        return f"Write {numerator}/{denominator} in lowest terms: {lowest.numerator}/{lowest.denominator}."
    return ""


def as_fraction(factor: Decimal) -> tuple[int, int]:
    """Numerator and denominator, in lowest terms, of a factor that was given as a decimal: 0.01 is 1/100."""
    exact = Fraction(factor)
    return exact.numerator, exact.denominator


def search_text(code: str, name: str, numbers: Sequence[str]) -> str:
    """What finds an item: its code, name and every number anyone ever gave it, upper case, each once."""
    return "\n".join(dict.fromkeys(part.strip().upper() for part in (code, name, *numbers) if part.strip()))
