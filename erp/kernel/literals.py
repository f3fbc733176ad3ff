"""Values as SQL literals: what psycopg2's mogrify does, in a third of its time.

The hot verbs bind about four hundred values an order, so their literals are written here. Text is quoted by doubling
the single quote, which is complete under standard_conforming_strings (the session fixes it on, erp.settings); a NUL
or a lone surrogate cannot be sent and raises. Tests compare every kind of value with what the server reads back.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

SHORT = 8  # elements up to which looking at each is as fast


def literal(value: Any) -> str:
    """One value as SQL text, to be cast where it stands: NULL, 42, 'O''Brien', '{1,2}', '{"a":1}'."""
    return _LITERALS[type(value)](value)


def literals(values: Sequence[Any]) -> str:
    """The arguments of a call: their literals with commas between."""
    return ", ".join([_LITERALS[type(value)](value) for value in values])


def array_literal(values: Sequence[Any]) -> str:
    """A PostgreSQL array literal, {1,"a b",NULL}: one parameter however many values there are. Not yet quoted.

    Of a long column, which nearly always holds one type, the encoder is looked up once.
    """
    kinds = set(map(type, values)) if len(values) > SHORT else ()
    if kinds == _TEXT:
        joined = '","'.join(values)
        # No quote but those between the texts, so that nothing has to be escaped.
        if "\\" not in joined and joined.count('"') == 2 * len(values) - 2:
            return f'{{"{joined}"}}'
    if len(kinds) == 1:
        (kind,) = kinds
        return "{" + ",".join(map(_ELEMENTS[kind], values)) + "}"
    return "{" + ",".join([_ELEMENTS[type(value)](value) for value in values]) + "}"


def to_json(value: Any) -> str:
    """Compact JSON; dataclasses as objects, decimals and dates as text."""
    return _JSON.encode(value)


def plain(value: Any) -> Any:
    """A dataclass as a dictionary of its fields, one level deep; anything else as it is."""
    kind: Any = type(value)
    names = _names(kind)
    return value if names is None else {name: getattr(value, name) for name in names}


@cache
def _names(kind: type) -> tuple[str, ...] | None:
    return tuple([field.name for field in fields(kind)]) if is_dataclass(kind) else None


def _for_json(value: Any) -> Any:
    found = plain(value)
    return str(value) if found is value else found


_TEXT = {str}
_JSON = json.JSONEncoder(default=_for_json, separators=(",", ":"))


class _Encoders(dict[type, Callable[[Any], str]]):
    """Encoder by type; a subclass (an enumeration's text) is encoded as its nearest known base."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        for base in kind.__mro__[1:-1]:
            if base in self:
                self[kind] = self[base]
                return self[kind]
        raise TypeError(f"{kind.__name__} has no SQL literal")


def _quoted(text: str) -> str:
    if "\0" in text:
        raise ValueError("A text for the database cannot contain NUL (0x00) characters.")
    return "'" + text.replace("'", "''") + "'"


def _element_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_LITERALS = _Encoders(
    {
        type(None): lambda _: "NULL",
        bool: lambda value: "true" if value else "false",
        int: str,
        float: lambda value: _quoted(repr(value)),
        Decimal: str,
        str: lambda value: _quoted(str(value)),
        datetime: lambda value: f"'{value.isoformat()}'",
        date: lambda value: f"'{value.isoformat()}'",
        list: lambda value: _quoted(array_literal(value)),
        tuple: lambda value: _quoted(array_literal(value)),
        dict: lambda value: _quoted(to_json(value)),
    }
)
_ELEMENTS = _Encoders(
    {
        type(None): lambda _: "NULL",
        bool: lambda value: "t" if value else "f",
        int: str,
        float: repr,
        Decimal: str,
        str: lambda value: _element_text(str(value)),
        datetime: lambda value: f'"{value.isoformat()}"',
        date: lambda value: f'"{value.isoformat()}"',
        list: lambda value: _element_text(to_json(value)),
        tuple: lambda value: _element_text(to_json(value)),
        dict: lambda value: _element_text(to_json(value)),
    }
)
