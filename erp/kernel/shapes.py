"""Strict shapes of what programs send: unknown fields, sloppy numbers and hostile text answer 400.

Numbers are strings in JSON and never rounded to fit; rules about them belong to the verbs.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.request import Request

NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]+)?")
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses what it does not know instead of dropping it."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            taken = {str(field.field_name) for field in self._writable_fields}
            unknown = [str(name) for name in data if name not in taken]
            if unknown:
                raise serializers.ValidationError(
                    {
                        name: [f"There is no such field; taken are: {', '.join(sorted(taken))}."]
                        for name in unknown
                    },
                    code="unknown",
                )
        return super().to_internal_value(data)


def body_of(request: Request, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """What a program sent, in this shape. Raises the framework's ValidationError, which names each refused field."""
    found: dict[str, Any] = _reader(shape).run_validation(request.data)
    return found


@cache
def _reader(shape: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    # One per process: building the fields of a shape costs more than reading a body, and reading keeps nothing.
    return shape()


class ExactDecimalField(serializers.DecimalField):
    """A decimal as `12.5`: plain digits with a point, as string or JSON number, no exponent, no grouping."""

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not NUMBER.fullmatch(str(data).strip()):
            raise serializers.ValidationError(
                f"Write a number as {self.example}: {self.accepted}.", code="invalid"
            )
        return super().to_internal_value(data)

    def validate_precision(self, value: Decimal) -> Decimal:
        _, digits, exponent = value.as_tuple()
        decimals = max(-int(exponent), 0)
        whole = len(digits) - decimals
        if decimals > (self.decimal_places or 0) or whole > (self.max_digits or 0) - (
            self.decimal_places or 0
        ):
            raise serializers.ValidationError(f"{value} does not fit: {self.accepted}.", code="precision")
        return value

    @property
    def example(self) -> str:
        return "12.5" if self.decimal_places else "12"

    @property
    def accepted(self) -> str:
        whole = (self.max_digits or 0) - (self.decimal_places or 0)
        return f"at most {whole} digits before the point and {self.decimal_places} after it, no exponent"


class QuantityField(ExactDecimalField):
    """A positive quantity in the unit that the request names, up to 6 decimals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{"max_digits": 18, "decimal_places": 6, "min_value": Decimal("0.000001"), **options}
        )


class MoneyField(ExactDecimalField):
    """An amount or price in the document's currency, up to 6 decimals (prices have more than amounts)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 18, "decimal_places": 6, **options})


class CodeField(serializers.CharField):
    """A code or reference: one line, at most `max_length` (60), without control or direction marks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 60, **options})

    def run_validation(self, data: Any = empty) -> Any:
        if isinstance(data, str) and any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in data):
            raise serializers.ValidationError(
                "Control characters, invisible marks and broken characters are not taken here.",
                code="invisible",
            )
        return super().run_validation(data)


class NoteField(serializers.CharField):
    """Free text of at most `max_length` (2,000): control characters are dropped, line breaks kept."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 2000, "allow_blank": True, "default": "", **options})

    def run_validation(self, data: Any = empty) -> Any:
        if isinstance(data, str):
            data = "".join(
                s for s in data if s in "\n\t" or unicodedata.category(s) not in ("Cc", "Cf", "Cs")
            )
        return super().run_validation(data)


class BusinessDateField(serializers.DateField):
    """A date as 2026-11-23, between 1900 and 2199: year 1 and year 9999 are slips of the hand."""

    def to_internal_value(self, value: Any) -> date:
        found: date = super().to_internal_value(value)
        if not EARLIEST <= found <= LATEST:
            raise serializers.ValidationError(f"A date between {EARLIEST} and {LATEST}.", code="range")
        return found
