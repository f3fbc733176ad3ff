"""What to pay and why as a table, and the words that banks understand."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from lxml import etree

from billing.payments.pain import NAMESPACE, Order, Transfer, write_pain
from billing.payments.rules import Owed, Proposed, is_bic, is_iban, plain_iban, propose, remittance, sepa_text

D = Decimal
TODAY = date(2026, 12, 1)
UNTIL = date(2026, 12, 8)


def owed(
    pk: int = 1,
    open: str = "100",
    due: int = 5,
    discount: str = "0",
    until: int | None = None,
    supplier: int = 9,
) -> Owed:
    day = None if until is None else date(2026, 12, until)
    return Owed(pk, supplier, f"N{pk}", D(open), date(2026, 12, due), D(discount), day)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (owed(), (D(100), D(0), "Due on 5 Dec 2026")),
        (owed(due=8), (D(100), D(0), "Due on 8 Dec 2026")),
        (owed(due=9), None),
        (owed(due=30, discount="2", until=6), (D(98), D(2), "2.00 less if it is paid by 6 Dec 2026")),
        (owed(due=30, discount="2", until=9), None),  # the next run is early enough
        (owed(due=6, discount="2", until=9), (D(98), D(2), "Due on 6 Dec 2026")),  # due, and still with it
    ],
)
def test_what_is_paid_now_and_why(one: Owed, expected: tuple | None) -> None:
    found = propose([one], pay_on=TODAY, due_until=UNTIL, unpayable={})
    assert [(each.amount, each.discount, each.why) for each in found.items] == (
        [expected] if expected else []
    )


def test_what_is_late_says_so() -> None:
    late = Owed(1, 9, "N1", D(100), date(2026, 11, 20), D(2), date(2026, 11, 10))
    (item,) = propose([late], pay_on=TODAY, due_until=UNTIL, unpayable={}).items
    assert (item.amount, item.discount, item.why) == (D(100), D(0), "Overdue since 20 Nov 2026")


def test_credits_are_taken_off_and_what_cannot_be_paid_is_told() -> None:
    found = propose(
        [
            owed(1), owed(2, "-30"), owed(3, "-10", supplier=8),  # nothing is due to 8
            owed(4, supplier=7), owed(5, "-100", supplier=7), owed(6, "50", supplier=6),
        ],
        pay_on=TODAY, due_until=UNTIL, unpayable={6: "No bank details."},
    )  # fmt: skip
    assert found.items == [
        Proposed(1, 9, D(100), D(0), "Due on 5 Dec 2026"),
        Proposed(2, 9, D(-30), D(0), "A credit, taken off"),
    ]
    assert found.total == D(70)
    assert found.left_out == [
        (6, D(50), "No bank details."),
        (7, D(100), "Its credits are not below what is due; nothing is left to pay."),
    ]


@pytest.mark.parametrize(
    ("number", "fits"),
    [
        ("BE68 5390 0754 7034", True), ("de89370400440532013000", True), ("GB82WEST12345698765432", True),
        ("BE68539007547035", False), ("BE6853900754703", False), ("", False), ("DE00", False),
        ("BE68539007547034é", False),
    ],
)  # fmt: skip
def test_check_digits(number: str, fits: bool) -> None:
    assert is_iban(plain_iban(number)) is fits


@pytest.mark.parametrize(
    ("code", "fits"), [("COBADEFF", True), ("COBADEFFXXX", True), ("COBADEFFX", False), ("1", False)]
)
def test_codes_of_banks(code: str, fits: bool) -> None:
    assert is_bic(code) is fits


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Müller & Söhne GmbH", "Muller + Sohne GmbH"), ("Łódź <S.A.>", "Lodz S.A."), ("Straße\u202e1", "Strasse 1"),
        ("株式会社", ""), ("a" * 80, "a" * 70),
    ],
)  # fmt: skip
def test_signs_that_every_bank_takes(text: str, written: str) -> None:
    assert sepa_text(text, 70) == written


def test_as_many_numbers_as_fit() -> None:
    assert remittance(["A-1", "A-2"]) == "A-1, A-2"
    many = [f"INVOICE-{n:04}" for n in range(40)]
    text = remittance(many)
    assert text == ", ".join(many[:9]) + " +31"
    assert len(text) <= 140 < len(", ".join(many[:10]) + " +30")
    assert remittance(["x" * 200]) == "x" * 140


def test_the_file_says_it_all() -> None:
    order = Order(
        "PAY-1", datetime(2026, 12, 1, 9, 5, tzinfo=UTC), TODAY, "EUR", "Meridian NV", "BE68539007547034",
        [
            Transfer("PMT-1", D("98.00"), "Müller & Söhne", "DE89370400440532013000", "COBADEFFXXX", "N1"),
            Transfer("PMT-2", D("12.50"), "Smit <BV>", "NL91ABNA0417164300", "", "N2, N3"),
        ],
    )  # fmt: skip
    root = etree.fromstring(write_pain(order))
    names = {"p": NAMESPACE}

    def texts(path: str) -> list[str]:
        return [found.text for found in root.iterfind(f".//{path}", names)]

    assert texts("p:NbOfTxs") == ["2", "2"]
    assert texts("p:CtrlSum") == ["110.50", "110.50"]
    assert texts("p:ReqdExctnDt/p:Dt") == ["2026-12-01"]
    assert texts("p:DbtrAcct/p:Id/p:IBAN") == ["BE68539007547034"]
    assert texts("p:EndToEndId") == ["PMT-1", "PMT-2"]
    assert texts("p:InstdAmt") == ["98.00", "12.50"]
    assert texts("p:BICFI") == ["COBADEFFXXX"]
    assert texts("p:Cdtr/p:Nm") == ["Muller + Sohne", "Smit BV"]
    assert texts("p:Ustrd") == ["N1", "N2, N3"]
    assert write_pain(order) == write_pain(order)
