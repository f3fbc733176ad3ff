"""The levels at which a policy may vary, as the rooms that own them describe them.

    @level("site", label=_("Site"))
    def sites(user): return site_list(user=user)

A variation is shown to those who may see the row it is for.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model, QuerySet

Rows = Callable[[Any], QuerySet[Any]]

_levels: dict[str, tuple[Any, Rows]] = {}


def level(name: str, *, label: Any) -> Callable[[Rows], Rows]:
    """Register what a level is called and which of its rows a reader may see."""

    def register(rows: Rows) -> Rows:
        _levels[name] = (label, rows)
        return rows

    return register


def known(name: str) -> bool:
    return name in _levels


def label(name: str) -> Any:
    return _levels[name][0]


def rows_of(name: str, user: Any) -> QuerySet[Any]:
    """The companies, sites or customers that the reader may see."""
    return _levels[name][1](user)


def names(scopes: Iterable[str], user: Any) -> dict[str, Model]:
    """The rows behind scopes such as "site:4", without those that the reader may not see."""
    wanted: dict[str, set[int]] = {}
    for scope in scopes:
        name, _, pk = scope.partition(":")
        if pk:
            wanted.setdefault(name, set()).add(int(pk))
    return {
        f"{name}:{row.pk}": row
        for name, ids in wanted.items()
        if known(name)
        for row in rows_of(name, user).filter(pk__in=ids)
    }
