"""What a scanner sends, taken apart: plain codes and GS1 element strings (GS1 General Specifications 3 and 7.8)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

GS = "\x1d"  # FNC1 between elements of variable length
SYMBOLOGIES = ("]C1", "]d2", "]Q3", "]e0")  # what a scanner may put in front of GS1 data
FIXED = {"00": 18, "01": 14, "02": 14, "11": 6, "12": 6, "13": 6, "15": 6, "16": 6, "17": 6, "20": 2}
VARIABLE = {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8, "400": 30}
BRACKETED = re.compile(r"\((\d{2,4})\)([^(]+)")


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan: a plain code, or the GTIN, lot, expiry and count that a GS1 label carries."""

    text: str
    gtin: str = ""
    lot: str = ""
    count: Decimal | None = None  # trade items, (37) or (30)
    expires_on: date | None = None  # (17)

    @property
    def codes(self) -> list[str]:
        """The spellings under which the code may be kept: a GTIN with and without its leading zeros."""
        code = self.gtin or self.text
        if not re.fullmatch(r"\d{8,14}", code):
            return [code]
        padded = code.zfill(14)
        return list(
            dict.fromkeys(
                [code, *(padded[-length:] for length in (14, 13, 12, 8) if not int(padded[:-length] or 0))]
            )
        )


def read_scan(raw: str) -> Scan:
    """The scan's parts. What is no complete GS1 element string is a plain code; nothing is guessed."""
    text = raw.strip()
    marked = next((mark for mark in SYMBOLOGIES if text.startswith(mark)), "")
    body = text.removeprefix(marked).lstrip(GS)
    if body.startswith("("):
        elements = dict(BRACKETED.findall(body))
    elif marked or GS in body or re.match(r"01\d{14}", body):
        elements = _elements(body)
    else:
        elements = {}
    gtin = elements.get("01") or elements.get("02") or ""
    if not re.fullmatch(r"\d{14}", gtin):
        return Scan(text.removeprefix(marked))
    count = elements.get("37") or elements.get("30") or ""
    lot, expiry = elements.get("10", "").strip(), elements.get("17", "")
    return Scan(text, gtin, lot, Decimal(count) if count.isdecimal() else None, _day(expiry))


def _day(text: str) -> date | None:
    """A day as GS1 writes it, YYMMDD (7.12): 00 is the month's last day; None for no day of the calendar."""
    if not re.fullmatch(r"\d{6}", text):
        return None
    year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:])
    if not 1 <= month <= 12 or day > monthrange(year, month)[1]:
        return None
    return date(year, month, day or monthrange(year, month)[1])


def _elements(body: str) -> dict[str, str]:
    """Application identifiers with their values; empty when the string cannot be read to its end."""
    found: dict[str, str] = {}
    rest = body
    while rest:
        identifier = next(
            (rest[:size] for size in (2, 3) if rest[:size] in FIXED or rest[:size] in VARIABLE), ""
        )
        if not identifier:
            return {}
        rest = rest[len(identifier) :]
        if identifier in FIXED:
            length = FIXED[identifier]
            if len(rest) < length:
                return {}
            found[identifier], rest = rest[:length], rest[length:].removeprefix(GS)
        else:
            value, _, rest = rest.partition(GS)
            if not 1 <= len(value) <= VARIABLE[identifier]:
                return {}
            found[identifier] = value
    return found
