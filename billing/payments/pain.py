"""A run of payments as the bank reads it: ISO 20022 pain.001.001.09, by the rules of the SEPA (EPC132-08)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from billing.payments.rules import ZERO, sepa_text

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
LONGEST_NAME = 70


@dataclass(frozen=True, slots=True)
class Transfer:
    """One credit transfer: our number of it, how much, to whom, and what for."""

    number: str
    amount: Decimal
    holder: str
    iban: str
    bic: str
    remittance: str


@dataclass(frozen=True, slots=True)
class Order:
    """Transfers out of one account on a day."""

    number: str
    made_at: datetime
    pay_on: date
    currency: str
    payer: str
    iban: str
    transfers: Sequence[Transfer]

    @property
    def total(self) -> Decimal:
        return sum((one.amount for one in self.transfers), ZERO)


def write_pain(order: Order) -> bytes:
    """The file's content, the same for the same order."""
    root = etree.Element(_tag("Document"), nsmap={None: NAMESPACE})
    body = _add(root, "CstmrCdtTrfInitn")
    count, total = str(len(order.transfers)), f"{order.total:.2f}"
    header = _add(body, "GrpHdr")
    _add(header, "MsgId", order.number)
    _add(header, "CreDtTm", order.made_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _add(header, "NbOfTxs", count)
    _add(header, "CtrlSum", total)
    _add(_add(header, "InitgPty"), "Nm", sepa_text(order.payer, LONGEST_NAME))
    batch = _add(body, "PmtInf")
    _add(batch, "PmtInfId", order.number)
    _add(batch, "PmtMtd", "TRF")
    _add(batch, "BtchBookg", "true")
    _add(batch, "NbOfTxs", count)
    _add(batch, "CtrlSum", total)
    _add(_add(_add(batch, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    _add(_add(batch, "ReqdExctnDt"), "Dt", order.pay_on.isoformat())
    _add(_add(batch, "Dbtr"), "Nm", sepa_text(order.payer, LONGEST_NAME))
    _add(_add(_add(batch, "DbtrAcct"), "Id"), "IBAN", order.iban)
    agent = _add(_add(batch, "DbtrAgt"), "FinInstnId")
    _add(_add(agent, "Othr"), "Id", "NOTPROVIDED")
    _add(batch, "ChrgBr", "SLEV")
    for one in order.transfers:
        _transfer(batch, one, order.currency)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _transfer(batch: etree._Element, one: Transfer, currency: str) -> None:
    transfer = _add(batch, "CdtTrfTxInf")
    _add(_add(transfer, "PmtId"), "EndToEndId", one.number)
    _add(_add(transfer, "Amt"), "InstdAmt", f"{one.amount:.2f}").set("Ccy", currency)
    if one.bic:
        _add(_add(_add(transfer, "CdtrAgt"), "FinInstnId"), "BICFI", one.bic)
    _add(_add(transfer, "Cdtr"), "Nm", sepa_text(one.holder, LONGEST_NAME))
    _add(_add(_add(transfer, "CdtrAcct"), "Id"), "IBAN", one.iban)
    _add(_add(transfer, "RmtInf"), "Ustrd", one.remittance)


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, _tag(name))
    child.text = text
    return child
