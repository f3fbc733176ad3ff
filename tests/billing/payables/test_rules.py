"""The three-way match as a table of cases, and that clearing is exact however receipts and invoices are cut."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.payables.rules import (
    Claim,
    ClaimLine,
    Matched,
    Ordered,
    SentBack,
    Tolerance,
    discount_of,
    match,
    price_differences,
    reference_key,
)
from erp.kernel.money import round_money

D = Decimal
STRICT = Tolerance(D(2), D(25), D(0), D(50), D(0))
LINE = ClaimLine(1, 1, "goods", D(10), D(60), purchase_line_id=7)


def ordered(**changes: object) -> Ordered:
    """Ten at 6, all received."""
    fields = {"accrual_id": 3, "received": D(10), "value": D(60), **changes}
    return Ordered("PO-1 line 1", 5, D(10), D(6), D(1), "EA", 2, **fields)


def claim(*lines: ClaimLine, **changes: object) -> Claim:
    """An invoice of the supplier 5 that adds up, at 21 %."""
    net = sum((line.net for line in lines), D(0))
    tax = round_money(net * D("0.21"), "EUR")
    fields = {
        "kind": "invoice", "supplier_id": 5, "currency": "EUR", "company_currency": "EUR", "net": net, "tax": tax,
        "gross": net + tax, "lines": lines, "taxes": [(D(21), net, tax)], **changes,
    }  # fmt: skip
    return Claim(**fields)


def kinds(found: Matched) -> list[tuple[str, int, Decimal]]:
    return [(each.kind.value, each.line, each.amount) for each in found.findings]


@pytest.mark.parametrize(
    ("line", "order", "expected"),
    [
        ({}, {}, []),
        ({"net": D("61.20")}, {}, []),  # 2 % are taken
        ({"net": D("61.21")}, {}, [("price", 1, D("1.21"))]),
        ({"net": D("40.00")}, {}, []),  # less is no finding
        ({"quantity": D(4), "net": D(24)}, {}, []),
        ({"quantity": D(11), "net": D(66)}, {}, [("over_billed", 1, D(66))]),
        ({}, {"received": D(9), "value": D(54)}, [("not_received", 1, D(60))]),
        ({}, {"accrual_id": None, "received": D(0), "value": D(0)}, [("not_received", 1, D(60))]),
        ({}, {"billed": D(1), "cleared": D(6)}, [("over_billed", 1, D(60))]),
        ({"purchase_line_id": None}, {}, [("not_ordered", 1, D(60))]),
        ({"kind": "cost", "purchase_line_id": None, "account": "6100 Rent"}, {}, [("cost", 1, D(60))]),
        ({"kind": "freight", "purchase_line_id": None}, {}, [("freight", 0, D(60))]),
        ({"kind": "freight", "purchase_line_id": None, "net": D(50)}, {}, []),
    ],
)
def test_a_line_against_its_order(line: dict, order: dict, expected: list) -> None:
    found = match(claim(replace(LINE, **line)), {7: ordered(**order)}, {}, STRICT)
    assert kinds(found) == expected


def test_the_amount_bounds_the_percentage() -> None:
    large = replace(LINE, quantity=D(1000), net=D(6100))
    order = replace(ordered(), wanted=D(1000), received=D(1000), value=D(6000))
    assert kinds(match(claim(large), {7: order}, {}, STRICT)) == [("price", 1, D(100))]


def test_a_quantity_in_tolerance_is_a_price_difference() -> None:
    over = replace(LINE, quantity=D(10), net=D(60))
    order = ordered(received=D("9.5"), value=D(57))
    found = match(claim(over), {7: order}, {}, replace(STRICT, quantity_percent=D(6)))
    assert kinds(found) == []
    (share,) = found.shares
    assert (share.quantity, share.cleared, share.net) == (D("9.5"), D(57), D(60))
    assert price_differences(found.shares) == {2: D(3)}


def test_the_unit_of_the_order_is_not_that_of_the_stock() -> None:
    cases = replace(LINE, quantity=D(2), net=D(144))
    order = replace(ordered(received=D(24), value=D(144)), wanted=D(24), stock_per_unit=D(12), unit="CS")
    found = match(claim(cases), {7: order}, {}, STRICT)
    assert (kinds(found), found.shares[0].quantity) == ([], D(24))
    found = match(claim(cases), {7: replace(order, received=D(12), billed=D(0), cleared=D(0))}, {}, STRICT)
    assert found.findings[0].detail == "With this line 2 CS of PO-1 line 1 are invoiced; 1 CS were received."


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"net": D(61)}, [("sums", D(1)), ("tax", D(1))]),
        ({"gross": D(70)}, [("sums", D("2.60"))]),
        ({"tax": D(12), "gross": D(72)}, [("tax", D("0.60"))]),
        ({"taxes": [(D(21), D(60), D("12.61"))]}, [("tax", D("0.01"))]),
        ({"taxes": [(D(21), D(60), D("12.60")), (D(0), D(5), D(0))]}, [("tax", D(5))]),
        ({"taxes": [], "tax": D(0), "gross": D(60)}, []),  # no tax at all, such as a small enterprise
        ({"currency": "USD"}, [("currency", D("72.60"))]),
        ({"earlier": ["AP-4"]}, [("duplicate", D("72.60"))]),
        ({"supplier_id": 6}, [("not_ordered", D(60))]),
    ],
)
def test_the_document_as_a_whole(changes: dict, expected: list) -> None:
    found = match(claim(LINE, **changes), {7: ordered()}, {}, STRICT)
    assert [(kind, amount) for kind, _line, amount in kinds(found)] == expected


def test_two_lines_of_one_order_line_count_together() -> None:
    half = replace(LINE, quantity=D(6), net=D(36))
    found = match(claim(half, replace(half, id=2, line=2)), {7: ordered()}, {}, STRICT)
    assert kinds(found) == [("over_billed", 2, D(36))]


RETURN = ClaimLine(1, 1, "goods", D(1), D(18), return_id=4)


@pytest.mark.parametrize(
    ("net", "back", "expected", "share"),
    [
        (D(21), {}, [], (D(-21), D(-21), [(4, D(21))])),
        (D(24), {}, [], (D(-21), D(-24), [(4, D(21))])),  # more than was asked: a gain
        (D(18), {}, [("credit", 1, D(3))], (D(-18), D(-18), [(4, D(18))])),
        (D(18), {"credited": D(18)}, [], (D(-18), D(-18), [])),
        (D(10), {"credited": D(18)}, [("credit", 1, D(8))], (D(-18), D(-10), [])),
        (D(18), {"is_billed": True}, [("over_billed", 1, D(18))], None),
        (D(18), {"supplier_id": 9}, [("not_ordered", 1, D(18))], None),
    ],
)
def test_a_credit_note_for_what_went_back(net: Decimal, back: dict, expected: list, share: tuple) -> None:
    fields = {
        "supplier_id": 5,
        "claimed": D(21),
        "credited": None,
        "accrual_id": 8,
        "is_billed": False,
        **back,
    }
    line = replace(RETURN, net=net)
    found = match(claim(line, kind="credit_note"), {}, {4: SentBack("SRT-4", **fields)}, STRICT)
    assert kinds(found) == expected
    taken = [(each.cleared, each.net, found.answers) for each in found.shares]
    assert taken == ([share] if share else [])


def test_a_return_is_not_charged() -> None:
    back = SentBack("SRT-4", 5, D(21), None, 8, is_billed=False)
    assert kinds(match(claim(RETURN), {}, {4: back}, STRICT)) == [("not_ordered", 1, D(18))]


@pytest.mark.parametrize(("net", "expected"), [(D(60), []), (D("60.01"), [("over_billed", 1, D("60.01"))])])
def test_a_price_is_credited_up_to_what_was_charged(net: Decimal, expected: list) -> None:
    credit = claim(replace(LINE, net=net), kind="credit_note")
    found = match(credit, {7: ordered(billed=D(10), cleared=D(60), invoiced=D(60))}, {}, STRICT)
    assert kinds(found) == expected
    assert [(each.quantity, each.cleared, each.net) for each in found.shares] == (
        [] if expected else [(D(0), D(0), -net)]
    )


@given(
    parts=st.lists(st.integers(1, 50), min_size=1, max_size=8),
    cents=st.integers(0, 100_000),
    prices=st.lists(st.integers(0, 5_000), min_size=8, max_size=8),
)
def test_clearing_is_exact_however_it_is_cut(parts: list[int], cents: int, prices: list[int]) -> None:
    whole, value = D(sum(parts)), D(cents) / 100
    order = replace(ordered(received=whole, value=value), wanted=whole, unit_value=D(10_000))
    cleared, differences, charged = D(0), D(0), D(0)
    for part, price in zip(parts, prices, strict=False):
        line = replace(LINE, quantity=D(part), net=D(price) / 100)
        found = match(claim(line), {7: order}, {}, STRICT)
        assert kinds(found) == []
        cleared += sum((each.cleared for each in found.shares), D(0))
        differences += sum(price_differences(found.shares).values(), D(0))
        charged += line.net
    assert (order.billed, order.cleared, order.invoiced) == (whole, value, charged)
    assert cleared == value
    assert differences == charged - value


@pytest.mark.parametrize(
    ("one", "other"), [("INV 00-17", "inv0017"), ("2026/117", "2026-117"), ("É-1", "é1"), ("A_1", "a1")]
)
def test_two_spellings_are_one_number(one: str, other: str) -> None:
    assert reference_key(one) == reference_key(other)


def test_a_key_is_never_longer_than_its_number() -> None:
    assert reference_key("ß" * 60) == "SS" * 30


def test_the_discount_of_the_terms() -> None:
    day = date(2026, 11, 2)
    assert discount_of(D("72.60"), D(2), 10, day, "EUR") == (D("1.45"), date(2026, 11, 12))
    assert discount_of(D("72.60"), D(0), 0, day, "EUR") == (D(0), None)
    assert discount_of(D("0.20"), D(2), 10, day, "EUR") == (D(0), None)
