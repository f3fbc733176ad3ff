"""What a broken or spiteful program sends: wrong values in the place of right ones, out of the OpenAPI document."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from drf_spectacular.generators import SchemaGenerator

from tests.erp.side import Side

METHODS = ("get", "post", "put", "patch", "delete", "options", "trace")
HUGE = 10**400


class Literal:
    """A value that JSON has no words for, or that Python would write in another way."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text[:40]


def nested(depth: int) -> Any:
    inner: Any = 1
    for _ in range(depth):
        inner = [inner]
    return inner


# In the place of any value of a body.
VALUES: tuple[Any, ...] = (
    None, True, [], {}, [{}], [[]], [None], "", " ", "\0", "A\0B", "\ud800", "A\u202eB", "\u200b", "\U0001f4a9",
    "x" * 61, "x" * 70_000, "'; DROP TABLE kernel_user; --", "%s%(a)s{0}{a}", "../../etc/passwd", "=1+1",
    "NaN", "Infinity", "1e400", "1e3", "1,5", "1_000", "١٢", "-0", "0x10", "+1", "0.0000000001", "9" * 400,
    0, -1, 1.5, 2**31, 2**63, 2**64, -(2**63) - 1, HUGE, Literal("NaN"), Literal("-Infinity"), Literal("1e400"),
    Literal("1e-400"), "0001-01-01", "9999-12-31", "2026-02-30", "24/12/2026", "2026-01-01T00:00:00Z",
    {"a": nested(30)}, nested(200), ["x"] * 2000,
)  # fmt: skip

# In the place of the whole body.
BODIES: tuple[bytes, ...] = (
    b"", b" ", b"{", b"}", b"null", b"true", b"1", b'"text"', b"[]", b"[{}]", b"NaN", b"\xff\xfe", b"\xef\xbb\xbf{}",
    b"\0", b'{"a":1', b'{"a":1,"a":2}', b'{"\\ud800":1}', b'{"\\u0000":1}', b"{'a':1}", b"9" * 5000, b"1e99999",
    b"[" * 100_000, b'{"a":' * 20_000, b"<xml/>", b"a=1&b=2", b"x" * 1_100_000,
)  # fmt: skip

TYPES = (
    "", "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data",
    "multipart/form-data; boundary=", "multipart/form-data; boundary=x", "application/json; charset=utf-16",
    "application/json; charset=rot13", "application/json; charset=hex", "application/json; charset=zlib",
    "application/json; charset=nothing", "application/json; charset=undefined", "application/json; charset=idna",
    "nonsense", "/", ";", "application/json;;;=", "application/vnd.api+json",
)  # fmt: skip

# In the place of a query parameter, already encoded.
QUERIES = (
    "", "%20", "%00", "A%00B", "%FF%FE", "%ED%A0%80", "%E2%80%AE", "%25", "%", "'", "x" * 5000, "-1", "0",
    str(2**31), str(2**63), "9" * 400, "1.5", "1e400", "NaN", "Infinity", "null", "true", "[]", "{}", "a,b,,c",
    "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "2026-13-45T99:99:99Z", "__all__", "pk__in",
    "cD0=", "cD0xJm89OTk5OTk5OTk5OTk5", "cj0xJnA9JTAw", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ==", "cD1OYU4=",
    "bz0tMQ==", "cD0yMDI2LTAyLTMw", "cD3_", "=====",
)  # fmt: skip

# In the place of an id in an address, already encoded.
PLACES = ("0", "-1", str(2**31), str(2**63), "9" * 400, "1.5", "NaN", "x" * 300, "%00", "1%00", "%FF", "%2F", "..",
          "%ED%A0%80", "%20", "1%0A", "'", "None", "%D9%A1", "%C2%B2")  # fmt: skip

KEYS = (
    "",
    " ",
    '"',
    '""',
    "two words",
    "x" * 121,
    "x" * 7000,
    "schlüssel",
    "\t",
    "\x7f",
    "\x00",
    "\x85",
    "'",
)
TOKENS = ("", "Bearer", "Bearer ", "Bearer x", "Bearer x y", "Bearer \xff", "Bearer \x00", "Token", "Basic YTpi",
          "Basic %%%", "x" * 7000, "Bearer " + "x" * 7000)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address, as the document tells it."""

    path: str
    method: str
    told: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> list[str]:
        """Names of what may stand in the query."""
        return [each["name"] for each in self.told.get("parameters", ()) if each["in"] == "query"]

    def address(self, place: Any) -> str:
        """The path with `place` for its id."""
        return put(self.path, quote(str(place), safe="%"))

    def body(self, side: Side) -> Any:
        """A body of the right shape that names this company's own records; None where none is taken."""
        content = self.told.get("requestBody", {}).get("content", {})
        shape = content.get("application/json", {}).get("schema")
        return None if shape is None else example(shape, side)


def put(path: str, value: str) -> str:
    """The path with `value` in the place of its parameter."""
    start, _, rest = path.partition("{")
    return f"{start}{value}{rest.partition('}')[2]}" if rest else path


@cache
def document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def operations() -> list[Operation]:
    """Everything that the document promises."""
    return [
        Operation(path, method, told)
        for path, methods in document()["paths"].items()
        for method, told in methods.items()
        if method in METHODS
    ]


def example(shape: dict[str, Any], side: Side, name: str = "") -> Any:
    """A plausible value of a schema."""
    if "$ref" in shape:
        return example(document()["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]], side, name)
    for kind in ("oneOf", "allOf", "anyOf"):
        if kind in shape:
            return example(shape[kind][0], side, name)
    if "enum" in shape:
        return shape["enum"][0]
    if shape.get("type") == "object" or "properties" in shape:
        return {key: example(inner, side, key) for key, inner in shape.get("properties", {}).items()}
    if shape.get("type") == "array":
        return [example(shape["items"], side, name)]
    if shape.get("type") == "boolean":
        return True
    row = side.rows.get({"lines": "supply"}.get(name, name.removesuffix("_id")))
    if shape.get("type") in ("integer", "number"):
        return row.pk if row is not None else 1
    formats = {"date": "2026-01-05", "date-time": "2026-01-05T10:00:00Z", "decimal": "1"}
    return formats.get(shape.get("format", "")) or getattr(row, "code", None) or _word(name, side)


def _word(name: str, side: Side) -> str:
    codes = {"item": "SHARED", "unit": "EA", "customer": side.rows["customer"].party.code, "version": "1"}
    return codes.get(name, "A word")


def spoilt(body: Any) -> Iterator[tuple[str, Any, str]]:
    """The body with one value replaced: where, by what, and the whole as JSON."""
    for path in _leaves(body):
        for value in VALUES:
            changed = _set(deepcopy(body), path, value)
            yield ".".join(map(str, path)), value, to_json(changed)
    if isinstance(body, dict):
        for name in body:
            less = {key: value for key, value in body.items() if key != name}
            yield name, "left out", to_json(less)
            yield name, "twice", f'{{"{name}": 1, {to_json(body)[1:]}'
        yield "", "unknown field", to_json({**body, "there\0is": "no such"})


def _leaves(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in inner:
        yield from _leaves(value, (*path, key))


def _set(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    place = body
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return body


def to_json(value: Any) -> str:
    """JSON, with the literals that it does not know as they stand."""
    literals: list[str] = []

    def plain(each: Any) -> str:
        literals.append(each.text)
        return f"@{len(literals) - 1}@"

    text = json.dumps(_large(value), default=plain)
    for place, literal in enumerate(literals):
        text = text.replace(f'"@{place}@"', literal)
    return text


def _large(value: Any) -> Any:
    """Integers beyond what JSON's readers expect are written by hand."""
    if isinstance(value, dict):
        return {key: _large(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_large(each) for each in value] if len(value) < 100 else value
    return Literal(str(value)) if isinstance(value, int) and abs(value) > 2**64 else value
