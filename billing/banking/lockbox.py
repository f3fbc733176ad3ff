"""BAI lockbox: cheques that a bank took out of a lockbox, with what the remittance slips say.

Fixed places: 5 lockbox, 6 cheque, 4 its remittance, 7 batch total, 8 lockbox total, 9 number of records. A lockbox
has no balance of its own: its day opens with nothing and closes with what it sends to the bank.
"""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from billing.banking.statements import REMEDY, ZERO, Line, Statement, cut, day_of, refused

HEADER = re.compile(r"1\d\d.{20}\d{6}")
CHEQUE = re.compile(r"6(\d{3})(\d{3})(\d{10})(\d{9})(\d{10})(\d{10})(\d{6})?(.{0,30})(.*)")
REMITTANCE = re.compile(r"4(\d{3})(\d{3})\d{4}(.+)")
TOTAL = {
    "7": re.compile(r"7(\d{3})\d{3}(.{7})(\d{6})(\d{3})(\d{10})"),
    "8": re.compile(r"8\d{6}(.{7})(\d{6})(\d{4})(\d{10})"),
}
CENT = Decimal("0.01")


def read_lockbox(text: str) -> list[Statement]:
    """A statement for each lockbox and day. Raises BankFileRefused for what cannot be read or does not add up."""
    records = [
        (place, line.rstrip()) for place, line in enumerate(text.splitlines(), start=1) if line.strip()
    ]
    statements: list[Statement] = []
    cheques: list[Line] = []
    batch: list[Line] = []
    box, on, destination = "", date.min, records[0][1][3:13].strip()
    for place, record in records:
        kind = record[0]
        if (kind in "58" and batch) or (kind == "5" and cheques):
            raise refused("records", f"line {place}: what is before it has no total (7, 8)", REMEDY)
        if kind == "5":
            box, on, cheques, batch = record[7:14].strip(), day_of(record[14:20], place), [], []
        elif kind == "6":
            batch.append(_cheque(record, on, place))
        elif kind == "4":
            found = REMITTANCE.fullmatch(record)
            if found is None or not batch:
                raise refused("records", f"line {place}: a remittance (4) without its cheque", REMEDY)
            batch[-1] = replace(batch[-1], text=cut("text", f"{batch[-1].text} {found[3]}"))
        elif kind == "7":
            _total("batch", record, batch, place)
            cheques += batch
            batch = []
        elif kind == "8":
            _total("lockbox", record, cheques, place)
            amount = sum((line.amount for line in cheques), ZERO)
            reference = f"{destination} {on:%Y-%m-%d} {len(statements) + 1}"
            statements.append(Statement(box, "", reference, on, ZERO, amount, cheques))
            cheques = []
        elif kind == "9" and int(record[1:7] or 0) != len(records):
            raise refused(
                "control", f"line {place}: it has {len(records)} records and says {record[1:7]}", REMEDY
            )
        elif kind not in "129":
            raise refused("records", f"line {place}: {kind!r} is no record of a lockbox", REMEDY)
    if cheques or batch or records[-1][1][0] != "9":
        raise refused("records", "it has no totals (7, 8) or no trailer (9)", REMEDY)
    return statements


def _cheque(record: str, on: date, place: int) -> Line:
    found = CHEQUE.fullmatch(record)
    if found is None:
        raise refused("entry", f"line {place}: no cheque (6) can be read", REMEDY)
    _, _, cents, routing, account, number, _, payer, _ = found.groups()
    return Line(
        booked_on=on,
        value_on=on,
        amount=Decimal(cents) * CENT,
        reference=f"Cheque {number.lstrip('0')}",
        payer_name=payer.strip(),
        payer_account=f"{routing}/{account}",
        code="cheque",
    )


def _total(what: str, record: str, lines: list[Line], place: int) -> None:
    found = TOTAL[record[0]].fullmatch(record)
    if found is None:
        raise refused("records", f"line {place}: the total of a {what} cannot be read", REMEDY)
    count, cents = int(found.groups()[-2]), Decimal(found.groups()[-1]) * CENT
    amount = sum((line.amount for line in lines), ZERO)
    if (count, cents) != (len(lines), amount):
        raise refused(
            "control",
            f"line {place}: the {what} has {len(lines)} cheques of {amount:.2f} and says {count} of {cents:.2f}:"
            f" {cents - amount:+.2f} is off",
            REMEDY,
        )
