"""SWIFT MT940: customer statements as text, one tag a line (:20: reference … :62F: closing balance)."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from billing.banking.statements import LONGEST, REMEDY, Line, Statement, cut, day_of, plain, refused

TAG = re.compile(r":(\d\d[A-Z]?):(.*)", re.S)
ENDS = ("-", "-}", "-XXX")  # of a message, as banks and their programs write it
BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})(\d[\d,]*)")
# Value date, booking day, debit or credit (R: reversed), third letter of the currency, amount, kind, references.
MOVEMENT = re.compile(r"(\d{6})(\d{4})?\s*(R?[CD])([A-Z])?(\d[\d,]*)([A-Z][A-Z0-9]{3})?(.*)", re.S)
FIELDS = re.compile(r"\?(\d\d)")
IBAN_FIRST = re.compile(r"([A-Z]{2}\d{2}[A-Z0-9]{11,30})\s+(.*)", re.S)
TEXT = ("20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "60", "61", "62", "63")
NAME = ("32", "33")


def read_mt940(text: str) -> list[Statement]:
    """Every statement of the file. Raises BankFileRefused for what cannot be read."""
    return [_statement(tags) for tags in _messages(text)]


def _messages(text: str) -> Iterator[list[tuple[str, str, int]]]:
    """(tag, content, line number) of each message; what stands outside of one is the envelope."""
    tags: list[tuple[str, list[str], int]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        found = TAG.fullmatch(line.rstrip())
        if found and found[1] == "20":
            if tags:
                yield _whole(tags)
            tags = [("20", [found[2]], number)]
        elif found and tags:
            tags.append((found[1], [found[2]], number))
        elif tags and line.strip().startswith("-") and line.strip().partition("{")[0] in ENDS:
            yield _whole(tags)
            tags = []
        elif tags and line.strip():
            tags[-1][1].append(line.rstrip())
    if tags:
        yield _whole(tags)


def _whole(tags: list[tuple[str, list[str], int]]) -> list[tuple[str, str, int]]:
    return [(tag, "\n".join(lines), number) for tag, lines, number in tags]


def _statement(tags: list[tuple[str, str, int]]) -> Statement:
    only = {tag: content for tag, content, _ in tags}
    account, number = only.get("25", ""), only.get("28C", only.get("28", ""))
    _, currency, opening = _balance(only, "60", tags)
    ends_on, closing_currency, closing = _balance(only, "62", tags)
    if currency != closing_currency:
        raise refused("currency", f"it opens in {currency} and closes in {closing_currency}", REMEDY)
    lines: list[Line] = []
    describes = False
    for tag, content, place in tags:
        if tag == "61":
            lines.append(_movement(content, place))
            describes = True
        elif tag == "86" and describes:
            lines[-1] = _described(lines[-1], content)
        elif tag != "86":
            describes = False
    account = plain(account)
    if account.endswith(currency) and account.removesuffix(currency).isdigit():
        account = account.removesuffix(currency)
    reference = " ".join(f"{only['20']} {number}".split())
    return Statement(account, currency, reference, ends_on, opening, closing, lines)


def _balance(only: dict[str, str], tag: str, tags: list[tuple[str, str, int]]) -> tuple[date, str, Decimal]:
    written = only.get(f"{tag}F", only.get(f"{tag}M", ""))
    found = BALANCE.fullmatch(written.strip())
    if found is None:
        what = "opening" if tag == "60" else "closing"
        raise refused(
            "balances", f"line {tags[0][2]}: the message has no {what} balance (:{tag}F: or :{tag}M:)", REMEDY
        )
    amount = _amount(found[4], tags[0][2])
    return day_of(found[2], tags[0][2]), found[3], amount if found[1] == "C" else -amount


def _movement(content: str, place: int) -> Line:
    found = MOVEMENT.fullmatch(content)
    if found is None:
        raise refused("entry", f"line {place}: {content.splitlines()[0][:40]!r} is no entry (:61:)", REMEDY)
    valued, booked, mark, _, amount, kind, rest = found.groups()
    value_on = day_of(valued, place)
    # C and RD (a debit taken back) bring money, D and RC take it.
    value = _amount(amount, place) * (1 if mark in ("C", "RD") else -1)
    first, _, more = rest.partition("\n")
    own, _, banks = first.partition("//")
    reference = own.strip() if own.strip() not in ("NONREF", "") else banks.strip()
    text = " ".join((more if reference == own.strip() else f"{own} {more}").replace("NONREF", "").split())
    return Line(
        booked_on=_booked(value_on, booked, place),
        value_on=value_on,
        amount=value,
        reference=" ".join(reference.split()),
        text=text,
        code=kind or "",
        is_fee=value < 0 and (kind or "")[1:] in ("CHG", "COM"),
    )


def _booked(value_on: date, written: str | None, place: int) -> date:
    """The booking day is written without its year: the one that is nearest to the value date."""
    if not written:
        return value_on
    days = []
    for year in (value_on.year - 1, value_on.year, value_on.year + 1):
        try:
            days.append(date(year, int(written[:2]), int(written[2:])))
        except ValueError:
            continue
    if not days:
        raise refused("entry", f"line {place}: {written} is no day of a month", REMEDY)
    return min(days, key=lambda day: abs((day - value_on).days))


def _described(line: Line, content: str) -> Line:
    """What :86: adds: German banks in fields (?20 …), others as text that may begin with the other side's account."""
    parts = FIELDS.split(content.replace("\n", ""))
    if len(parts) > 2:
        fields: defaultdict[str, str] = defaultdict(str)
        for key, value in zip(parts[1::2], parts[2::2], strict=True):
            fields[key] = (fields[key] + value)[: LONGEST["text"]]
        said = "".join(fields[key] for key in TEXT)
        return replace(
            line,
            text=cut("text", f"{line.text} {fields['00']} {said}"),
            payer_name="".join(fields[key] for key in NAME).strip(),
            payer_account=plain(fields["31"]),
        )
    begun = IBAN_FIRST.match(content) if not line.payer_account else None
    if begun:
        name, _, more = begun[2].partition("\n")
        text = cut("text", f"{line.text} {more}")
        return replace(line, text=text, payer_account=begun[1], payer_name=" ".join(name.split()))
    return replace(line, text=cut("text", f"{line.text} {content}"))


def _amount(written: str, place: int) -> Decimal:
    if written.count(",") != 1:
        raise refused("amount", f"line {place}: {written} is no amount with a decimal comma", REMEDY)
    return Decimal(written.replace(",", ".").removesuffix("."))
