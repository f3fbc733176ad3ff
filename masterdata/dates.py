"""Dated rows: one holds on a day. `valid_from` is the first day, `valid_to` the day after the last."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet


def in_effect(on: Any) -> Q:
    """Rows that hold on a day; `on` may be an expression that tells it row by row."""
    return (Q(valid_to=None) | Q(valid_to__gt=on)) & Q(valid_from__lte=on)


def make_room(rows: QuerySet[Any], valid_from: date) -> date | None:
    """Let a new row begin on `valid_from` among `rows`, which are alternatives to each other.

    The row that holds then ends there, one that began that very day is replaced (the history keeps it), and
    the answer is the day on which a later row takes over: the new row's `valid_to`.
    """
    rows.filter(valid_from=valid_from).delete()
    before = rows.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from), valid_from__lt=valid_from)
    before.update(valid_to=valid_from)
    later = rows.filter(valid_from__gt=valid_from).order_by("valid_from")
    return later.values_list("valid_from", flat=True).first()
