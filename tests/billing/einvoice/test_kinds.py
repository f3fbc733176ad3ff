"""Every kind of document is valid by the official rules in both syntaxes, and says the cents that were posted."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.einvoice.cii import write_cii
from billing.einvoice.reader import read_einvoice
from billing.einvoice.rules import Posted, PostedLine, semantic_invoice, unit_code, vat_identifier
from billing.einvoice.semantic import Account
from billing.einvoice.ubl import write_ubl
from billing.einvoice.validation import validate
from erp.kernel.money import round_money
from tests.billing.einvoice.kinds import KINDS, fatal, line, posted, referee

WRITERS = {"ubl": write_ubl, "cii": write_cii}
ZERO = Decimal(0)


@pytest.fixture(scope="module")
def judge() -> Any:
    return referee()


@pytest.mark.parametrize("syntax", WRITERS)
@pytest.mark.parametrize("kind", KINDS)
def test_our_rules_find_nothing(kind: str, syntax: str) -> None:
    xml = WRITERS[syntax](semantic_invoice(KINDS[kind]))
    assert [found for found in validate(xml) if found.is_fatal] == []


@pytest.mark.parametrize("syntax", WRITERS)
def test_the_referee_finds_nothing(judge: Any, syntax: str) -> None:
    said = {kind: fatal(judge.check(WRITERS[syntax](semantic_invoice(one)))) for kind, one in KINDS.items()}
    assert {kind: found for kind, found in said.items() if found} == {}


@pytest.mark.parametrize("syntax", WRITERS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_is_read_again(kind: str, syntax: str) -> None:
    meant = semantic_invoice(KINDS[kind])
    if syntax == "cii" and meant.delivery is not None and meant.delivery.address is None:
        meant = replace(meant, delivery=replace(meant.delivery, name=""))
    assert read_einvoice(WRITERS[syntax](meant)) == meant


@pytest.mark.parametrize(
    ("number", "tag"),
    [("BE68539007547034", "IBANID"), ("AB12345", "ProprietaryID"), ("ABX2000001234567", "ProprietaryID")],
)
def test_only_an_iban_is_written_as_one(number: str, tag: str) -> None:
    paid_to = replace(KINDS["one line"], account=Account("30", number))
    assert f"<ram:{tag}>{number}</ram:{tag}>" in write_cii(semantic_invoice(paid_to)).decode()


def test_a_restocking_fee_is_an_allowance_of_its_line() -> None:
    (shown,) = semantic_invoice(KINDS["credit memo less a restocking fee"]).lines
    assert (shown.net, shown.quantity * shown.price) == (85, 100)
    assert [(one.is_charge, one.amount, one.reason) for one in shown.adjustments] == [
        (False, Decimal(15), "Restocking fee")
    ]


def test_freight_is_a_charge_on_the_document_as_long_as_a_line_is_left() -> None:
    shown = semantic_invoice(KINDS["multi-rate, freight and a fee"])
    assert [(one.is_charge, one.amount, one.reason, one.code) for one in shown.adjustments] == [
        (True, Decimal("15.00"), "Freight DHL", "FC"),
        (True, Decimal("2.50"), "Small order fee", ""),
    ]
    assert (shown.totals.lines, shown.totals.charges, shown.totals.net) == (
        Decimal("153.65"),
        Decimal("17.50"),
        Decimal("171.15"),
    )
    alone = semantic_invoice(KINDS["freight alone"])
    assert (alone.adjustments, [one.name for one in alone.lines]) == ((), ["Freight DHL"])


def test_reverse_charge_says_why_nothing_is_charged() -> None:
    (group,) = semantic_invoice(KINDS["reverse charge"]).taxes
    assert (group.tax.category, group.base, group.amount, group.reason, group.reason_code) == (
        "AE", Decimal("525.00"), 0, "Reverse charge", "VATEX-EU-AE",
    )  # fmt: skip


def test_outside_the_scope_nobody_shows_a_vat_identifier() -> None:
    shown = semantic_invoice(KINDS["outside the scope"])
    assert (shown.seller.vat, shown.buyer.vat, shown.seller.name) == ("", "", "Meridian Supply NV")
    assert [group.tax.rate_percent for group in shown.taxes] == [None]


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        ({"seller": replace(KINDS["one line"].seller, vat="", registration="", identifier="")}, "BR-CO-26"),
        ({"gross": Decimal("121.00")}, "BR-CO-15"),
        ({"currency": "XYZ"}, "BR-CL-04"),
        ({"lines": [replace(KINDS["one line"].lines[0], unit="??")]}, "BR-CL-23"),
        ({"lines": [replace(KINDS["exempt"].lines[0], exemption="", net=Decimal("99.99"))]}, "BR-E-10"),
        ({"lines": [*KINDS["one line"].lines, *KINDS["outside the scope"].lines]}, "BR-O-11"),
    ],
)
def test_what_is_wrong_is_found_by_its_rule_with_a_remedy(broken: dict[str, Any], rule: str) -> None:
    found = {
        one.rule: one for one in validate(write_ubl(semantic_invoice(replace(KINDS["one line"], **broken))))
    }
    assert found[rule].is_fatal
    assert len(found[rule].remedy) > 30


@pytest.mark.parametrize(
    ("unit", "code"),
    [("EA", "EA"), ("BX", "XBX"), ("PK", "XPK"), ("RO", "XRO"), ("PR", "PR"), ("MTR", "MTR")],
)
def test_units_by_their_code(unit: str, code: str) -> None:
    assert unit_code(unit) == code


@pytest.mark.parametrize(
    ("number", "vat"),
    [
        ("BE0477472701", "BE0477472701"),
        ("be 0477.472.701", "BE0477472701"),
        ("ATU12345678", "ATU12345678"),
        ("12-3456789", ""),
        ("", ""),
    ],
)
def test_a_vat_identifier_starts_with_its_country(number: str, vat: str) -> None:
    assert vat_identifier(number) == vat


# Any basket ----------------------------------------------------------------------------------------

TAXES = st.sampled_from([("S", "21"), ("S", "6"), ("S", "8.875"), ("AE", "0"), ("Z", "0"), ("E", "0")])
QUANTITIES = st.decimals("0.000001", "99999", places=6)
PRICES = st.decimals("0", "9999", places=6)


@st.composite
def baskets(draw: Any) -> Posted:
    """Lines as billing posts them: net of quantity x price, or a share or correction of it, freight and fees."""
    lines: list[PostedLine] = []
    for _ in range(draw(st.integers(1, 8))):
        category, rate = draw(TAXES)
        quantity, price = draw(QUANTITIES), draw(PRICES)
        listed = round_money(quantity * price, "EUR")
        off = draw(st.decimals("-0.05", "5", places=2)) if draw(st.booleans()) else ZERO
        net = max(ZERO, listed - off)
        fee = draw(st.decimals("0", "1", places=2)) if net > 1 else ZERO
        charged = draw(st.sampled_from(["", "", "", "Freight", "Fee"]))
        lines.append(
            line(
                str(net), quantity=str(quantity), price=str(price), category=category, rate=rate,
                fee=ZERO if charged else fee, exemption="Art. 44" if category == "E" else "", charged_as=charged,
            )
        )  # fmt: skip
    return posted(lines)


@given(basket=baskets(), syntax=st.sampled_from(sorted(WRITERS)))
@settings(max_examples=80)
def test_any_basket_says_the_cents_that_were_posted(basket: Posted, syntax: str) -> None:
    meant = semantic_invoice(basket)
    said = read_einvoice(WRITERS[syntax](meant))
    assert said == meant
    totals = said.totals
    assert (totals.net, totals.tax, totals.gross, totals.due) == (
        basket.net, basket.tax, basket.gross, basket.gross,
    )  # fmt: skip
    assert totals.lines - totals.allowances + totals.charges == totals.net
    assert sum((one.net for one in said.lines), ZERO) == totals.lines
    assert (sum(group.base for group in said.taxes), sum(group.amount for group in said.taxes)) == (
        basket.net, basket.tax,
    )  # fmt: skip
    for one in said.lines:
        more = sum((each.amount if each.is_charge else -each.amount for each in one.adjustments), ZERO)
        assert one.net == round_money(one.quantity * one.price, "EUR") + more


@given(basket=baskets())
@settings(max_examples=12)
def test_any_basket_is_valid(basket: Posted) -> None:
    for write in WRITERS.values():
        assert [found for found in validate(write(semantic_invoice(basket))) if found.is_fatal] == []
