"""Which rate carriage is charged by: nearest destination, highest break reached, rounded once."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterdata.freight.rules import Consignment, Rate, Tariff, quote


def rate(rate_id: int, to: str = "", least: int = 0, charge: int = 0, per_unit: str = "0") -> Rate:
    country, _, prefix = to.partition("-")
    return Rate(rate_id, country, prefix, Decimal(least), Decimal(charge), Decimal(per_unit))


RATES = [
    rate(1, charge=40),
    rate(2, "BE", charge=12),
    rate(3, "BE", least=20, charge=9, per_unit="0.35"),
    rate(4, "BE-20", charge=5),
    rate(5, "NL", least=100, charge=60),
]


def tariff(**changes: object) -> Tariff:
    values = {
        "tariff_id": 7, "code": "STD", "basis": "weight", "free_from": None, "surcharge_percent": Decimal(0),
        "rates": RATES, **changes,
    }  # fmt: skip
    return Tariff(**values)


def goods(to: str, weight: str = "10", value: str = "100") -> Consignment:
    country, _, postal_code = to.partition("-")
    return Consignment(country, postal_code, Decimal(weight), 0, Decimal(value))


@pytest.mark.parametrize(
    ("to", "weight", "by", "amount"),
    [
        ("BE-9000", "19.9999", 2, "12.00"),
        ("BE-9000", "20", 3, "16.00"),
        ("BE-9000", "20.011", 3, "16.00"),  # 16.00385
        ("BE-20 18", "500", 4, "5.00"),
        ("BE", "500", 3, "184.00"),
        ("FR-75001", "1", 1, "40.00"),
        ("NL-1011", "99", 1, "40.00"),  # the break of the country is not reached
        ("NL-1011", "100", 5, "60.00"),
    ],
)
def test_the_nearest_destinations_highest_break_that_is_reached(to, weight, by, amount) -> None:
    found = quote(tariff(), goods(to, weight), "EUR")
    assert found is not None
    assert (found.why["rate"], found.amount) == (by, Decimal(amount))


def test_a_surcharge_is_on_top_and_rounded_once() -> None:
    found = quote(tariff(surcharge_percent=Decimal("12.5")), goods("BE-9000", "25"), "EUR")
    assert found is not None
    assert found.amount == Decimal("19.97")  # (9 + 25 × 0.35) × 1.125 = 19.96875


def test_by_value_and_free_from() -> None:
    by_value = tariff(basis="value", free_from=Decimal(500), rates=[rate(1, charge=5, per_unit="0.02")])
    assert quote(by_value, goods("BE", value="499.99"), "EUR").amount == Decimal("15.00")
    free = quote(by_value, goods("BE", value="500"), "EUR")
    assert free is not None
    assert (free.amount, free.why["free_from"]) == (0, 500)


def test_no_rate_leads_there() -> None:
    assert quote(tariff(rates=RATES[1:]), goods("FR-75001"), "EUR") is None
    assert quote(tariff(rates=[]), goods("BE"), "EUR") is None


@given(
    weight=st.decimals("0", "5000", places=3),
    surcharge=st.decimals("0", "100", places=2),
    to=st.sampled_from(["BE-2000", "BE-9000", "NL-1011", "FR"]),
)
def test_a_quote_is_never_negative_and_grows_with_the_surcharge(weight, surcharge, to) -> None:
    plain = quote(tariff(), goods(to, str(weight)), "EUR")
    more = quote(tariff(surcharge_percent=surcharge), goods(to, str(weight)), "EUR")
    assert plain is not None and more is not None
    assert 0 <= plain.amount <= more.amount
    assert more.amount == more.amount.quantize(Decimal("0.01"))
