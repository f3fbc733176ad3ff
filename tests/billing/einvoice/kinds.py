"""Posted documents of every kind, without a database; and the referee that other people made."""

import importlib.util
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing.einvoice.rules import Posted, PostedLine
from billing.einvoice.semantic import Account, Address, Contact, Delivery, Endpoint, Party, Reference
from orders.entry.rules import tax_by_rate

# Beside the repository, or one folder further for a worktree.
SHARED = [Path(__file__).parents[n] / "shared" / "data" / "einvoice" for n in (4, 5)]

SELLER = Party(
    name="Meridian Supply NV",
    address=Address("BE", "Scheldelaan 410", "Antwerpen", "2030"),
    identifier="MER",
    registration="0477472701",
    vat="BE0477472701",
    endpoint=Endpoint("0208", "0477472701"),
    contact=Contact("Accounts", "+32 3 000 00 00", "ar@example.com"),
)
BUYER = Party(
    name="Löwen & Söhne <GmbH>",
    address=Address("DE", "Hauptstraße 1", "Köln", "50667"),
    identifier="C100",
    vat="DE123456789",
    endpoint=Endpoint("EM", "buyer@example.com"),
)
FREIGHT = {"charged_as": "Freight", "charge_code": "FC", "unit": "EA"}
MEMO = {
    "number": "CM-000007",
    "is_credit": True,
    "reason": "Goods were damaged",
    "terms": "Credit for INV-000042",
    "account": None,
    "credits": Reference("INV-000042", date(2026, 1, 5)),
}


def line(
    net: str, *, quantity: str = "1", price: str = "", category: str = "S", rate: str = "21", **more: Any
) -> PostedLine:
    """One posted line of so much net; its price is what the net makes it, unless it is said."""
    fields: dict[str, Any] = {
        "line": 1,
        "item": "P1",
        "description": "Hex bolt M8 × 40",
        "unit": "EA",
        "fee": Decimal(0),
        "exemption": "",
        **more,
    }
    return PostedLine(
        quantity=Decimal(quantity),
        price=Decimal(price) if price else Decimal(net) / Decimal(quantity),
        net=Decimal(net),
        category=category,
        rate_percent=Decimal(rate if category == "S" else 0),
        **fields,
    )


def posted(lines: Sequence[PostedLine], **changes: Any) -> Posted:
    """The document that these lines make, taxed as billing taxes: once per rate."""
    numbered = [replace(each, line=place) for place, each in enumerate(lines, 1)]
    currency = changes.get("currency", "EUR")
    taxes = tax_by_rate([(each.net, each.rate_percent) for each in numbered], currency)
    net, tax = sum(each.net for each in numbered), sum(tax for _, tax in taxes.values())
    fields: dict[str, Any] = {
        "number": "INV-000042",
        "is_credit": False,
        "issued_on": date(2026, 1, 5),
        "due_on": date(2026, 2, 4),
        "currency": currency,
        "net": net,
        "tax": tax,
        "gross": net + tax,
        "taxes": {rate: tax for rate, (_, tax) in taxes.items()},
        "lines": numbered,
        "seller": SELLER,
        "buyer": BUYER,
        "delivery": Delivery(date(2026, 1, 5), "Gate 3", Address("DE", "Hafenweg 2", "Köln", "50668")),
        "account": Account("58", "BE68539007547034", "Meridian Supply NV", "KREDBEBB", "INV-000042"),
        "terms": "30 days net",
        "buyer_reference": "04011000-12345-03",
        "purchase_order": "PO 4711",
        "sales_order": "SO-1",
        "despatch_advice": "SH-1",
    }
    return Posted(**{**fields, **changes})


KINDS: dict[str, Posted] = {
    "one line": posted([line("99.99")]),
    "multi-rate, freight and a fee": posted(
        [
            line("120.00", quantity="12", price="10"),
            line("33.35", quantity="5", price="6.67", rate="6"),
            line("0.30", quantity="3", price="0.1", rate="6"),
            line("15.00", description="Freight DHL", **FREIGHT),
            line("2.50", rate="6", description="Small order fee", charged_as="Fee"),
        ]
    ),
    "freight alone": posted([line("15.00", description="Freight DHL", **FREIGHT)]),
    "document allowance": posted([line("200.00"), line("-20.00", description="Loyalty", charged_as="Fee")]),
    "free freight": posted([line("200.00"), line("0.00", description="Freight", **FREIGHT)]),
    "free freight at a rate of its own": posted([line("200.00"), line("0.00", rate="6", **FREIGHT)]),
    "share of a partial delivery": posted([line("33.33", quantity="3.333333", price="10.001")]),
    "price of six decimals, metres and boxes": posted(
        [
            line("0.12", quantity="12.5", price="0.009876", unit="MTR"),
            line("9.00", quantity="3", price="3", unit="BX"),
            line("8.00", quantity="2", price="4", unit="PR"),
        ]
    ),
    "free goods": posted([line("10.00"), line("0.00", price="0")]),
    "reverse charge": posted(
        [line("500.00", category="AE"), line("25.00", category="AE", description="Freight", **FREIGHT)]
    ),
    "intra-community": posted([line("500.00", category="K", exemption="Art. 138 Directive 2006/112/EC")]),
    "export": posted([line("500.00", category="G")]),
    "zero-rated": posted([line("80.00", category="Z")]),
    "exempt": posted([line("80.00", category="E", exemption="Art. 44 §2 WBTW")]),
    "outside the scope": posted([line("80.00", category="O"), line("5.00", category="O", **FREIGHT)]),
    "taxed, exempt and reverse charge in one": posted(
        [
            line("100.00"),
            line("50.00", category="E", exemption="Art. 44 §2 WBTW"),
            line("70.00", category="AE"),
        ]
    ),
    "credit memo": posted([line("120.00", quantity="12", price="10"), line("33.35", rate="6")], **MEMO),
    "credit memo less a restocking fee": posted(
        [line("85.00", quantity="10", price="10", fee=Decimal("15.00"))], **MEMO
    ),
    "credit memo of a reverse charge with freight": posted(
        [line("500.00", category="AE"), line("25.00", category="AE", description="Freight", **FREIGHT)], **MEMO
    ),
    "no bank account, no order, no address to deliver to": posted(
        [line("99.99")], account=None, purchase_order="", buyer_reference="", delivery=Delivery(date(2026, 1, 5))
    ),
    "a seller without VAT identifier": posted(
        [line("250.00", rate="8.875")],
        currency="USD",
        seller=replace(
            SELLER, vat="", tax_registration="12-3456789", address=Address("US", "1 Main St", "Albany", "12207")
        ),
        buyer=replace(BUYER, vat="", registration="98-7654321", address=Address("US")),
        account=Account("30", "000123456789", "Meridian Inc", "", "INV-000042"),
    ),
    "pounds": posted([line("99.99", rate="20")], currency="GBP"),
}  # fmt: skip


def shared() -> Path:
    """The samples and rules of others. Skips the test where they are not beside the repository."""
    found = next((path for path in SHARED if path.is_dir()), None)
    if found is None:
        pytest.skip("../shared/data/einvoice is not here: no samples, no referee")
    return found


def referee() -> Any:
    """The validator that came with the samples, ready to check bytes: [(rule, level, message)]."""
    from saxonche import PySaxonProcessor

    spec = importlib.util.spec_from_file_location("validate_en16931", shared() / "validate_en16931.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Validator(PySaxonProcessor(license=False))


def fatal(found: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [hit for hit in found if hit[1] == "fatal"]
