"""Addresses of the documents behind the figures. The lists are ours, so that they tie to the figure exactly."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from reporting.kpis.scope import Place


def listed(name: str, place: Place, **params: Any) -> str:
    """A list of ours with its filter: listed("line_list", place, view="due", due_from=…, due_to=…)."""
    chosen = {
        "at": place.key,
        **{key: _text(value) for key, value in params.items() if value not in (None, "")},
    }
    return f"{reverse(f'reporting:{name}')}?{urlencode(chosen)}"


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def document(name: str, *args: Any) -> str:
    """The page of a document of the rooms below, empty where it has none of its own."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
