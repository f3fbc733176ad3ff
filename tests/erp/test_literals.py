"""Values bound by the kernel reach the server as they were, whichever way the statement is sent."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection, models
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from erp.kernel.literals import SHORT, array_literal, literal, to_json

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**11), max_value=10**11)


def sent(value: object, sql_type: str) -> object:
    """What the server makes of the literal."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {literal(value)}::{sql_type}")
        return cursor.fetchone()[0]


class RoundTrips(TestCase):
    @given(TEXTS)
    def test_a_text(self, value):
        assert sent(value, "text") == value

    @given(st.lists(TEXTS, max_size=30) | st.lists(TEXTS | st.none()))
    def test_texts(self, values):
        assert sent(values, "text[]") == values

    @given(st.lists(NUMBERS | st.none()))
    def test_numbers(self, values):
        assert sent(values, "numeric[]") == values

    @given(st.dictionaries(TEXTS, TEXTS | st.integers() | st.none() | st.booleans(), max_size=4))
    def test_an_object(self, value):
        assert json.loads(sent(value, "jsonb")) == value


class State(models.TextChoices):
    OPEN = "open", "Open"


@dataclass(frozen=True)
class Line:
    quantity: Decimal
    on: date


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "NULL"),
        (True, "true"),
        (-5, "-5"),
        (Decimal("-1.50"), "-1.50"),
        ("O'Brien \\ Söhne", "'O''Brien \\ Söhne'"),
        (State.OPEN, "'open'"),
        (date(2026, 1, 5), "'2026-01-05'"),
        (datetime(2026, 1, 5, 9, tzinfo=UTC), "'2026-01-05T09:00:00+00:00'"),
        ([1, None], "'{1,NULL}'"),
        ([State.OPEN, "a'b"], "'{\"open\",\"a''b\"}'"),
        ({"a": "it's"}, "'{\"a\":\"it''s\"}'"),
    ],
)
def test_each_kind_has_its_text(value, text):
    assert literal(value) == text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([], "{}"),
        ([1, 2], "{1,2}"),
        ([Decimal("1.50"), Decimal(2)], "{1.50,2}"),
        ([Decimal("1.50"), 0, None], "{1.50,0,NULL}"),
        ([None, None], "{NULL,NULL}"),
        (["", "NULL", "a,b"], '{"","NULL","a,b"}'),
        (['a"b', "c"], '{"a\\"b","c"}'),
        (["a\\", "c"], '{"a\\\\","c"}'),
        (['","'], '{"\\",\\""}'),
    ],
)
def test_arrays_short_and_long(values, text):
    assert array_literal(values) == text
    if values:  # a long one takes another way
        assert array_literal(values * SHORT + values) == "{" + ",".join([text[1:-1]] * (SHORT + 1)) + "}"


def test_dates_flags_and_objects_in_an_array():
    assert array_literal([True, False, None]) == "{t,f,NULL}"
    assert array_literal([date(2026, 1, 5)]) == '{"2026-01-05"}'
    assert array_literal([{"a": 'say "no"'}]) == '{"{\\"a\\":\\"say \\\\\\"no\\\\\\"\\"}"}'


def test_dataclasses_are_objects_in_json():
    assert to_json([Line(Decimal("1.5"), date(2026, 1, 5))]) == '[{"quantity":"1.5","on":"2026-01-05"}]'


def test_what_the_server_cannot_store_is_refused():
    with pytest.raises(ValueError, match="NUL"):
        literal("a\0b")
    with pytest.raises(ValueError, match="NUL"):
        literal(["a\0b"])
    with pytest.raises(TypeError, match="object has no SQL literal"):
        literal(object())
