"""BAI2: cash management reporting of US, Canadian and British banks, one record a line (01 file … 99 trailer).

Amounts are in the currency's smallest unit. Each account, group and the file say their control total: the sum of every
amount in them. A file that does not add up to it is refused.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from billing.banking.statements import REMEDY, ZERO, Line, Statement, day_of, plain, refused
from erp.kernel.money import minor_unit

RECORDS = ("01", "02", "03", "16", "49", "88", "98", "99")
RECORD = re.compile(r"(01|02|03|16|49|88|98|99)(?=,)")
OPENING, CLOSING = "010", "015"
BEHIND = {"V": 2, "S": 3}  # fields that follow a funds type
FEES = ("698", "661", "696")  # miscellaneous fees, account analysis fee, bank charges


@dataclass(slots=True)
class _Account:
    number: str
    currency: str
    on: date
    place: int
    balances: dict[str, Decimal] = field(default_factory=dict)
    entries: list[tuple[str, list[str], list[str]]] = field(default_factory=list)  # code, fields, texts
    total: Decimal = ZERO
    records: int = 1


def read_bai2(text: str) -> list[Statement]:
    """A statement for each account of the file. Raises BankFileRefused for what cannot be read or does not add up."""
    statements: list[Statement] = []
    sender, name = "", ""
    on, group_currency = date.min, ""
    account: _Account | None = None
    totals = {"98": ZERO, "99": ZERO}
    for place, kind, rest in _records(text):
        fields = rest.split(",")
        if kind == "01":
            sender, name = _at(fields, 1), _at(fields, 5)
        elif kind == "02":
            on, group_currency = day_of(_at(fields, 4), place), _at(fields, 6)
        elif kind == "03":
            _ended(account)
            account = _Account(plain(_at(fields, 1)), _at(fields, 2) or group_currency or "USD", on, place)
            _summaries(account, fields, 3, place)
        elif kind == "88" and account is not None:
            account.records += 1
            if account.entries:
                account.entries[-1][2].append(rest.removeprefix(","))
            else:
                _summaries(account, fields, 1, place)
        elif kind == "16" and account is not None:
            account.records += 1
            account.total += _units(_at(fields, 2), place)
            account.entries.append((_at(fields, 1), fields, []))
        elif kind == "49" and account is not None:
            _controls(f"account {account.number}", account.total, account.records + 1, fields, place)
            totals["98"] += account.total
            statements.append(_statement(account, f"{sender} {name} {len(statements) + 1}"))
            account = None
        elif kind in ("98", "99"):
            _control("group" if kind == "98" else "file", totals[kind], _at(fields, 1), place)
            totals["99"] += totals["98"] if kind == "98" else ZERO
            totals["98"] = ZERO
        else:
            raise refused("records", f"line {place}: a record {kind} outside of an account", REMEDY)
    _ended(account)
    return statements


def _ended(account: _Account | None) -> None:
    if account is not None:
        raise refused(
            "records", f"line {account.place}: the account {account.number} has no end (49)", REMEDY
        )


def _records(text: str) -> list[tuple[int, str, str]]:
    """(line number, record, content); a line that continues a text belongs to the one before."""
    found: list[tuple[int, str, str]] = []
    for place, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line:
            continue
        if not RECORD.match(line):
            raise refused("records", f"line {place}: {line[:20]!r} is no record of BAI2", REMEDY)
        content = line.removesuffix("/").rstrip()
        stuck = re.search(r"/\s+(" + "|".join(RECORDS) + "),", content)
        if stuck:
            raise refused(
                "records", f"line {place}: a record {stuck[1]} stands in the line of another", REMEDY
            )
        found.append((place, line[:2], content[2:]))
    if not found or found[0][1] != "01" or found[-1][1] != "99":
        raise refused(
            "records", "it does not begin with a file header (01) and end with its trailer (99)", REMEDY
        )
    return found


def _summaries(account: _Account, fields: list[str], first: int, place: int) -> None:
    """Type, amount, item count, funds type; the last has values of its own behind it."""
    while first < len(fields):
        code, amount, funds = _at(fields, first), _at(fields, first + 1), _at(fields, first + 3)
        if code and amount:
            units = _units(amount, place)
            account.total += units
            account.balances[code] = units
        first += 4 + BEHIND.get(funds, 0)


def _statement(account: _Account, reference: str) -> Statement:
    for code, what in ((OPENING, "opening"), (CLOSING, "closing")):
        if code not in account.balances:
            raise refused(
                "balances",
                f"line {account.place}: account {account.number} has no {what} ledger balance ({code})",
                "ask the bank to report codes 010 and 015; available balances say nothing of what was booked",
            )
    one = minor_unit(account.currency)
    lines = [_line(account, code, fields, texts, one) for code, fields, texts in account.entries]
    opening, closing = account.balances[OPENING] * one, account.balances[CLOSING] * one
    return Statement(
        account.number, account.currency, " ".join(reference.split()), account.on, opening, closing, lines
    )


def _line(account: _Account, code: str, fields: list[str], texts: list[str], one: Decimal) -> Line:
    number = int(code) if code.isdecimal() else 0
    if not (100 <= number <= 399 or 400 <= number <= 699):
        raise refused("entry", f"account {account.number}: {code!r} is neither a credit nor a debit", REMEDY)
    funds = _at(fields, 3)
    skip = BEHIND.get(funds, 0)
    value_on = day_of(_at(fields, 4), account.place) if funds == "V" and _at(fields, 4) else account.on
    amount = _units(_at(fields, 2), account.place) * one
    own = ",".join(fields[6 + skip :])
    text = " ".join(" ".join([own, *texts]).split())
    said = dict(re.findall(r"\b(BO1|FR|PY|BO):(\S.*?)(?=\s\w{2,3}:|$)", text))
    return Line(
        booked_on=account.on,
        value_on=value_on,
        amount=amount if number < 400 else -amount,
        reference=_at(fields, 5 + skip) or _at(fields, 4 + skip),
        text=text,
        payer_name=said.get("BO1", ""),
        payer_account=plain(said.get("BO", "").split(" ")[0]),
        code=code,
        is_fee=code in FEES,
    )


def _controls(what: str, total: Decimal, records: int, fields: list[str], place: int) -> None:
    _control(what, total, _at(fields, 1), place)
    said = _at(fields, 2)
    if said and said != str(records):
        raise refused("control", f"line {place}: {what} has {records} records and says {said}", REMEDY)


def _control(what: str, total: Decimal, said: str, place: int) -> None:
    if _units(said, place) != total:
        raise refused(
            "control",
            f"line {place}: the amounts of the {what} sum to {total} and its control total says"
            f" {_units(said, place)}: {_units(said, place) - total:+} is off",
            REMEDY,
        )


def _units(written: str, place: int) -> Decimal:
    if not re.fullmatch(r"[+-]?\d{1,20}", written):
        raise refused("amount", f"line {place}: {written[:20]!r} is no amount", REMEDY)
    return Decimal(written)


def _at(fields: list[str], index: int) -> str:
    return fields[index].strip() if index < len(fields) else ""
