"""Barcodes, unit fractions and required attributes."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masterdata.items import rules


@pytest.mark.parametrize(
    "gtin", ["40170725", "614141000036", "4006381333931", "10614141000415", "5449000000996"]
)
def test_real_gtins_pass(gtin):
    assert rules.gtin_problem(gtin) == ""


@pytest.mark.parametrize(
    ("gtin", "says"),
    [
        ("4006381333932", "400638133393 ends in 1"),
        ("40063813339", "40063813339 has 11"),
        ("40063813339A1", "digits only"),
        ("４００６３８１３３３９３１", "digits only"),  # full-width digits are not what a scanner sends
        ("", "digits only"),
    ],
)
def test_a_wrong_gtin_is_told_what_is_wrong(gtin, says):
    assert says in rules.gtin_problem(gtin)


BODIES = st.sampled_from([7, 11, 12, 13]).flatmap(
    lambda size: st.text("0123456789", min_size=size, max_size=size)
)


@given(body=BODIES)
def test_exactly_one_check_digit_fits(body):
    passing = [digit for digit in "0123456789" if not rules.gtin_problem(body + digit)]
    assert passing == [str(rules.gtin_check_digit(body))]


@given(body=BODIES, data=st.data())
def test_any_single_wrong_digit_is_noticed(body, data):
    gtin = f"{body}{rules.gtin_check_digit(body)}"
    at = data.draw(st.integers(0, len(gtin) - 1))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != gtin[at]))
    assert rules.gtin_problem(gtin[:at] + wrong + gtin[at + 1 :])


@pytest.mark.parametrize(
    ("numerator", "denominator", "says"),
    [(12, 1, ""), (1, 100, ""), (0, 1, "positive"), (1, 0, "positive"), (-2, 1, "positive"),
     (24, 2, "12/1"), (10**10, 1, "nine digits")],
)  # fmt: skip
def test_a_unit_is_a_positive_fraction_in_lowest_terms(numerator, denominator, says):
    problem = rules.factor_problem(numerator, denominator)
    assert says in problem if says else problem == ""


@given(numerator=st.integers(1, 10**9), denominator=st.integers(1, 10**9))
def test_a_fraction_passes_exactly_when_it_is_in_lowest_terms(numerator, denominator):
    lowest = Fraction(numerator, denominator)
    passes = rules.factor_problem(numerator, denominator) == ""
    assert passes == ((lowest.numerator, lowest.denominator) == (numerator, denominator))


@given(factor=st.decimals(min_value="0.0001", max_value=100000, places=4))
def test_a_decimal_factor_becomes_the_exact_fraction(factor):
    numerator, denominator = rules.as_fraction(factor)
    assert Fraction(numerator, denominator) == Fraction(factor)
    assert rules.factor_problem(numerator, denominator) == ""


def test_missing_attributes_are_named_in_the_class_s_order():
    required = ["thread", "length_mm", "material"]
    assert rules.missing_attributes(required, {"length_mm": 0, "material": ""}) == ["thread", "material"]


def test_the_search_text_holds_every_number_once_in_upper_case():
    assert rules.search_text("fah-1", "Hex bolt", ["old9", "FAH-1", "", "old9"]) == "FAH-1\nHEX BOLT\nOLD9"
