"""Where a user works now: one of the places in their scope, chosen in the top bar. Lists and queues open on it.

The ground knows no sites; masterdata.places says which there are:

    @workplaces
    def sites(user: User) -> list[Workplace]: ...

The choice never opens a row. It is one of the user's own places or none, looked up anew in each request, so a scope
that shrinks takes it along; and it only narrows rows that were scoped before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from .models import User
from .nav import forget_counts

M = TypeVar("M", bound=Model)
PREFERENCE = "workplace"


@dataclass(frozen=True, slots=True)
class Workplace:
    """A place to work at: the key that rows are filtered by, its code and its name."""

    key: int
    code: str
    name: str


Provider = Callable[[User], "list[Workplace]"]
_providers: list[Provider] = []


def workplaces(provider: Provider) -> Provider:
    """Register who knows the places of a user."""
    _providers.append(provider)
    return provider


def workplaces_of(user: Any) -> list[Workplace]:
    """The places in the user's scope, by code; none for who has no choice. Asked once in a request or task."""
    found = getattr(user, "_workplaces", None)
    if found is None:
        found = [place for provider in _providers for place in provider(user)]
        found = user._workplaces = sorted(found, key=lambda place: place.code) if len(found) > 1 else []
    return found


def workplace_of(user: Any) -> Workplace | None:
    """The place the user has chosen, while it is in their scope; None is all of them."""
    chosen = user.preferences.get(PREFERENCE) if isinstance(user, User) else None
    if chosen is None:
        return None
    return next((place for place in workplaces_of(user) if place.key == chosen), None)


def choose_workplace(user: User, key: int | None) -> Workplace | None:
    """Keep the choice with the user, over sessions and devices; None for all. A place that is not theirs is all."""
    place = next((place for place in workplaces_of(user) if place.key == key), None)
    kept = {name: value for name, value in user.preferences.items() if name != PREFERENCE}
    user.preferences = {**kept, PREFERENCE: place.key} if place else kept
    user.save(update_fields=["preferences"])
    forget_counts(user)
    return place


def at_workplace(rows: QuerySet[M], user: Any, column: str = "site") -> QuerySet[M]:
    """Those of the rows that lie at the user's place; all of them while none is chosen."""
    place = workplace_of(user)
    return rows.filter(**{column: place.key}) if place else rows
