"""ISO 20022 camt.053: bank-to-customer statements, whatever their version."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from lxml import etree

from billing.banking.statements import REMEDY, ZERO, Line, Statement, cut, plain, refused
from erp.kernel.xmlfiles import Reader, UnsafeXml, parse_xml

MESSAGE = re.compile(r"\{(urn:iso:std:iso:20022:tech:xsd:(camt\.\d{3})\.\d{3}\.\d{2})\}Document")
OTHERS = {"camt.052": "an account report of the day", "camt.054": "a notification of single entries"}
OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)
FEES = ("CHRG", "COMM", "FEES")


def read_camt(content: bytes, *, most_bytes: int) -> list[Statement]:
    """Every statement of the file. Raises BankFileRefused for what cannot be read."""
    try:
        root = parse_xml(content, most_bytes=most_bytes)
    except UnsafeXml as unsafe:
        raise refused(unsafe.rule, unsafe.cause, unsafe.remedy) from None
    found = MESSAGE.fullmatch(str(root.tag))
    if found is None or found[2] != "camt.053":
        kind = found[2] if found else str(root.tag)[:60]
        raise refused(
            "kind",
            f"it is {kind}, {OTHERS.get(kind, 'no statement of a bank')}",
            "ask the bank for camt.053, the statement of what was booked",
        )
    doc = Reader(root, {"c": found[1]})
    try:
        return [_statement(doc, one) for one in doc.all(root, "c:BkToCstmrStmt/c:Stmt")]
    except ValueError as error:
        raise refused("values", str(error).replace("c:", "")[:200], REMEDY) from None


def _statement(doc: Reader, one: etree._Element) -> Statement:
    account = doc.text(one, "c:Acct/c:Id/c:IBAN") or doc.text(one, "c:Acct/c:Id/c:Othr/c:Id")
    reference = doc.text(one, "c:Id")
    name = f"statement {reference} of {account}"
    opening, currency, _ = _balance(doc, one, OPENING, name)
    closing, closes_in, ends_on = _balance(doc, one, CLOSING, name)
    currency = doc.text(one, "c:Acct/c:Ccy") or currency
    lines: list[Line] = []
    for entry in doc.all(one, "c:Ntry"):
        status = doc.text(entry, "c:Sts/c:Cd") or doc.text(entry, "c:Sts")
        if status == "BOOK":  # what is pending is on a later statement
            lines += _entry(doc, entry, currency, ends_on, name)
    if closes_in != currency:
        raise refused("currency", f"{name} is in {currency} and closes in {closes_in}", REMEDY)
    _check_sums(doc, one, name)
    return Statement(plain(account), currency, reference, ends_on, opening, closing, lines)


def _balance(
    doc: Reader, one: etree._Element, kinds: tuple[str, ...], name: str
) -> tuple[Decimal, str, date]:
    for balance in doc.all(one, "c:Bal"):
        if doc.text(balance, "c:Tp/c:CdOrPrtry/c:Cd") in kinds:
            day = doc.day(balance, "c:Dt/c:Dt") or doc.day(balance, "c:Dt/c:DtTm")
            if day is None:
                raise refused("date", f"a balance of {name} has no date", REMEDY)
            return _signed(doc, balance), doc.attribute(balance, "c:Amt", "Ccy"), day
    what = "opening (OPBD)" if kinds is OPENING else "closing (CLBD)"
    raise refused("balances", f"{name} has no {what} balance", REMEDY)


def _signed(doc: Reader, element: etree._Element, path: str = "c:Amt") -> Decimal:
    amount, direction = doc.number(element, path), doc.text(element, "c:CdtDbtInd")
    if direction not in ("CRDT", "DBIT") or amount < 0:
        raise ValueError(f"an amount of {amount} is neither CRDT nor DBIT")
    return amount if direction == "CRDT" else -amount


def _check_sums(doc: Reader, one: etree._Element, name: str) -> None:
    """Where the bank says how many entries there are and what they sum to, that has to be so."""
    count = doc.text(one, "c:TxsSummry/c:TtlNtries/c:NbOfNtries")
    entries = doc.all(one, "c:Ntry")
    if count and count != str(len(entries)):
        raise refused("control", f"{name} has {len(entries)} entries and says {count}", REMEDY)
    said = doc.number(one, "c:TxsSummry/c:TtlNtries/c:Sum", ZERO)
    amount = sum((doc.number(entry, "c:Amt") for entry in entries), ZERO)
    if said and said != amount:
        raise refused(
            "control",
            f"the entries of {name} sum to {amount} and it says {said}: {said - amount:+} is off",
            REMEDY,
        )


def _entry(doc: Reader, entry: etree._Element, currency: str, ends_on: date, name: str) -> list[Line]:
    """One line, or one for each payment of a batch whose payments say their amounts."""
    if (written := doc.attribute(entry, "c:Amt", "Ccy")) != currency:
        raise refused("currency", f"an entry of {name} is in {written}, the account in {currency}", REMEDY)
    booked_on = doc.day(entry, "c:BookgDt/c:Dt") or doc.day(entry, "c:BookgDt/c:DtTm") or ends_on
    value_on = doc.day(entry, "c:ValDt/c:Dt") or doc.day(entry, "c:ValDt/c:DtTm") or booked_on
    total = _signed(doc, entry)
    kind = doc.text(entry, "c:BkTxCd/c:Domn/c:Fmly/c:SubFmlyCd")
    whole = Line(
        booked_on=booked_on,
        value_on=value_on,
        amount=total,
        reference=cut("reference", doc.text(entry, "c:AcctSvcrRef")),
        text=cut("text", doc.text(entry, "c:AddtlNtryInf")),
        code=cut("code", kind or doc.text(entry, "c:BkTxCd/c:Prtry/c:Cd")),
        is_fee=total < 0 and kind in FEES,
    )
    payments = doc.all(entry, "c:NtryDtls/c:TxDtls")
    amounts = [_amount_of(doc, payment) for payment in payments]
    if len(payments) == 1:
        amounts = [abs(total)]
    elif not payments or None in amounts:  # nobody's in particular: what all of them say is kept
        said = [doc.text(one) for one in doc.all(entry, "c:NtryDtls/c:TxDtls/c:RmtInf/c:Ustrd")]
        return [replace(whole, text=cut("text", " ".join([*said, whole.text])))]
    elif (sum_of := sum((amount for amount in amounts if amount), ZERO)) != abs(total):
        raise refused(
            "details",
            f"an entry of {abs(total)} of {name} has payments of {sum_of}: {abs(total) - sum_of:+} is off",
            REMEDY,
        )
    direction = 1 if total >= 0 else -1
    return [
        _line(doc, whole, payment, direction * (amount or ZERO))
        for payment, amount in zip(payments, amounts, strict=True)
    ]


def _amount_of(doc: Reader, payment: etree._Element) -> Decimal | None:
    for path in ("c:Amt", "c:AmtDtls/c:TxAmt/c:Amt"):
        if doc.text(payment, path):
            return doc.number(payment, path)
    return None


def _line(doc: Reader, whole: Line, payment: etree._Element, amount: Decimal) -> Line:
    """One payment of an entry; what the entry says of all of them is read once."""
    side = "Dbtr" if amount >= 0 else "Cdtr"
    parties = "c:RltdPties"
    said = [doc.text(one) for one in doc.all(payment, "c:RmtInf/c:Ustrd")]
    said += [doc.text(one) for one in doc.all(payment, "c:RmtInf/c:Strd/c:RfrdDocInf/c:Nb")]
    said += [doc.text(one) for one in doc.all(payment, "c:RmtInf/c:Strd/c:CdtrRefInf/c:Ref")]
    said += [doc.text(payment, "c:AddtlTxInf"), whole.text]
    own = doc.text(payment, "c:Refs/c:EndToEndId")
    account = f"{parties}/c:{side}Acct/c:Id"
    return replace(
        whole,
        amount=amount,
        reference=own if own != "NOTPROVIDED" else whole.reference,
        text=" ".join(filter(None, said)),
        payer_name=doc.text(payment, f"{parties}/c:{side}/c:Nm")
        or doc.text(payment, f"{parties}/c:{side}/c:Pty/c:Nm"),
        payer_account=plain(
            doc.text(payment, f"{account}/c:IBAN") or doc.text(payment, f"{account}/c:Othr/c:Id")
        ),
    )
