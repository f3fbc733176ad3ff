"""What people type for numbers and dates, and what they see."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erp.kernel.formats import (
    THIN_SPACE,
    Formats,
    day_hint,
    formats_of,
    read_day,
    read_number,
    reading_as,
    write_amounts,
    write_day,
    write_number,
    write_quantity,
)

ENGLISH, GERMAN, FRENCH = Formats(), Formats(",", "."), Formats(",", THIN_SPACE)
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize("formats", [ENGLISH, GERMAN, FRENCH])
@pytest.mark.parametrize("text", ["1,200.5", "1.200,5", "1 200,5", "1\u202f200.5", " 1'200.5 ", "+1200,5"])
def test_every_way_of_writing_is_understood(text: str, formats: Formats) -> None:
    with reading_as(formats):
        assert read_number(text) == Decimal("1200.5")


@pytest.mark.parametrize(
    ("text", "english", "german"),
    [
        ("1.200", "1.2", "1200"),
        ("1,200", "1200", "1.2"),
        ("0,125", "0.125", "0.125"),
        ("-12,5", "-12.5", "-12.5"),
    ],
)
def test_only_what_means_two_things_goes_by_the_users_format(text: str, english: str, german: str) -> None:
    with reading_as(ENGLISH):
        assert read_number(text) == Decimal(english)
    with reading_as(GERMAN):
        assert read_number(text) == Decimal(german)


def test_more_forms() -> None:
    assert read_number("1,234,567") == 1234567
    assert read_number("1.234.567,89") == Decimal("1234567.89")
    assert read_number(",5") == Decimal("0.5")
    assert read_number("\u22127") == -7


def test_amounts_of_a_kept_sentence_are_written_as_the_reader_writes() -> None:
    said = "INV-12.34, RE-2026.12 and 1.234.56: it is 1.50 short of 4074.53, not -1200000.00."
    assert write_amounts(said) == (
        "INV-12.34, RE-2026.12 and 1.234.56: it is 1.50 short of 4,074.53, not \u22121,200,000.00."
    )
    with reading_as(GERMAN):
        assert write_amounts("4074.53 of 10.00 %") == "4.074,53 of 10,00 %"
        assert write_amounts("DE68539007547034 paid 2026.123") == "DE68539007547034 paid 2026.123"


@pytest.mark.parametrize("text", ["", "abc", "1,2,3", "12,34,567", "1.2.3", "--1", ".", "1e5", "12a"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        read_number(text)


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=2), st.sampled_from([ENGLISH, GERMAN, FRENCH])
)
def test_what_is_written_reads_back(value: Decimal, formats: Formats) -> None:
    with reading_as(formats):
        assert read_number(write_number(value, 2)) == value


def test_writing() -> None:
    assert write_number(Decimal("-1234.5"), 2) == "\u22121,234.50"
    assert write_number(Decimal("-0.001"), 2) == "0.00"
    assert write_quantity(Decimal("12.500")) == "12.5"
    assert write_quantity(Decimal("1200")) == "1,200"
    with reading_as(FRENCH):
        assert write_number(Decimal("1234567.5"), 2) == "1\u202f234\u202f567,50"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("t", TODAY),
        ("+3", date(2026, 11, 26)),
        ("-1", date(2026, 11, 22)),
        ("27.11", date(2026, 11, 27)),
        ("27.11.", date(2026, 11, 27)),
        ("27 nov", date(2026, 11, 27)),
        ("27 November 2027", date(2027, 11, 27)),
        ("27nov26", date(2026, 11, 27)),
        ("3.2", date(2027, 2, 3)),
        ("27/11/2026", date(2026, 11, 27)),
        ("2026-11-27", date(2026, 11, 27)),
    ],
)
def test_days(text: str, day: date) -> None:
    assert read_day(text, TODAY) == day


def test_slashes_go_by_the_users_order_and_dots_never_do() -> None:
    with reading_as(Formats(month_first=True)):
        assert read_day("5/11/2026", TODAY) == date(2026, 5, 11)
        assert read_day("5.11.2026", TODAY) == date(2026, 11, 5)


@pytest.mark.parametrize("text", ["", "tomorrowish", "27 foo", "31.2.2026", "99", "1/2.3"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_day(text, TODAY)


def test_hints_beside_a_date() -> None:
    assert write_day(date(2026, 11, 27)) == "27 Nov 2026"
    assert day_hint(date(2026, 11, 27), TODAY) == "Friday, in 4 days"
    assert day_hint(TODAY, TODAY) == "Monday, today"
    assert day_hint(date(2026, 11, 24), TODAY) == "Tuesday, tomorrow"
    assert day_hint(date(2026, 11, 20), TODAY) == "Friday, 3 days ago"


def test_preferences_that_are_unknown_keep_the_default() -> None:
    assert formats_of({"number_format": "1.200,5", "zone": "Europe/Brussels"}) == Formats(
        ",", ".", zone="Europe/Brussels"
    )
    assert formats_of({"number_format": "?", "date_format": 7, "zone": "Mars"}) == Formats()
