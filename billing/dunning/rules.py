"""Which level an item reaches, and what a letter says (AR04). No database, no clock."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)
PLACEHOLDERS = ("name", "total", "currency", "fee", "pay_by", "count")
_PLACE = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Level:
    """A level: reached so many days after the due date; its texts by language as (subject, body)."""

    level: int
    days: int
    fee: Decimal
    texts: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Overdue:
    """An item with what of it is overdue and not disputed, and its last letter."""

    item_id: int
    number: str
    amount: Decimal
    disputed: Decimal
    due_on: date
    last_level: int | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """An item that reaches a level today."""

    item: Overdue
    level: Level
    days: int


def next_level(item: Overdue, levels: Sequence[Level], *, today: date, pause_days: int) -> Level | None:
    """The level that an item reaches today, if any. `levels` in order.

    It is the one above its last, once the item is overdue for that long and the last letter is `pause_days` old.
    """
    above = next((one for one in levels if one.level > (item.last_level or 0)), None)
    if above is None or not above.texts or (today - item.due_on).days < above.days:
        return None
    if item.last_on is not None and (today - item.last_on).days < pause_days:
        return None
    return above


def letter_of(
    items: Sequence[Overdue],
    levels: Sequence[Level],
    *,
    today: date,
    pause_days: int,
    minimum: Decimal,
    unapplied: Decimal,
) -> list[Reached]:
    """What a letter to one payer is about today; empty: no letter.

    None is written where less than `minimum` is overdue once `unapplied` cash of the payer is taken off.
    """
    found = [
        Reached(item, level, (today - item.due_on).days)
        for item in items
        if (level := next_level(item, levels, today=today, pause_days=pause_days)) is not None
    ]
    left = sum((item.amount for item in items), ZERO) - unapplied
    return found if found and left > 0 and left >= minimum else []


def text_in(level: Level, language: str) -> tuple[str, tuple[str, str]]:
    """A level's text in a language, else in English, else in the first there is; with the language it is in."""
    chosen = next((one for one in (language, "en") if one in level.texts), min(level.texts))
    return chosen, level.texts[chosen]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders in place."""
    return _PLACE.sub(lambda found: values[found.group(1)], text)


def unknown_placeholder(text: str) -> str | None:
    """The first placeholder that a letter has no value for."""
    return next((name for name in _PLACE.findall(text) if name not in PLACEHOLDERS), None)
