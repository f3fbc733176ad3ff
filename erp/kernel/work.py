"""My work: what waits for this user, gathered from every room.

A room's `work.py` says what it knows to be waiting:

    from erp.kernel.work import WorkItem, queue

    @queue("orders.release_hold", roles=["customer_service"], order=10)
    def open_holds(user: User) -> WorkItem | None: ...
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from .access import access_of
from .models import User


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One queue as its owner sees it: how many wait, since when the oldest, worth how much, and where."""

    label: Any
    count: int
    url: str
    oldest: datetime | None = None
    value: Decimal | None = None
    currency: str = ""
    tone: str = "mute"  # ok, warn, bad, info, mute: by the oldest or the count, decided by the room
    note: Any = ""


Ask = Callable[[User], "WorkItem | Iterable[WorkItem] | None"]

Panel = Callable[[HttpRequest], tuple[str, dict[str, Any]]]

_queues: list[tuple[str, frozenset[str], int, Ask]] = []
_panels: list[tuple[str, frozenset[str], int, Panel]] = []


def queue(permission: str, *, roles: Iterable[str] = (), order: int = 50) -> Callable[[Ask], Ask]:
    """Register a provider: one query, for those who hold `permission` and work as one of `roles`."""

    def register(ask: Ask) -> Ask:
        _queues.append((permission, frozenset(roles), order, ask))
        return ask

    return register


def panel(permission: str, *, roles: Iterable[str] = (), order: int = 50) -> Callable[[Panel], Panel]:
    """Register a card below the queues ("Today's orders"): a function that gives its template and context."""

    def register(ask: Panel) -> Panel:
        _panels.append((permission, frozenset(roles), order, ask))
        return ask

    return register


def waiting(user: User, role: str) -> list[WorkItem]:
    """Every queue of the role, in the rooms' order; empty queues are kept, so that "done" shows."""
    held = access_of(user).permissions
    found: list[WorkItem] = []
    for permission, names, _, ask in sorted(_queues, key=lambda entry: entry[2]):
        if permission not in held or (names and role not in names):
            continue
        answer = ask(user)
        if isinstance(answer, WorkItem):
            found.append(answer)
        elif answer is not None:
            found.extend(answer)
    return found


def panels(request: HttpRequest, role: str) -> list[SafeString]:
    """The role's cards, drawn."""
    held = access_of(request.user).permissions
    asked = sorted(_panels, key=lambda entry: entry[2])
    mine = [ask for permission, names, _, ask in asked if permission in held and (not names or role in names)]
    return [render_to_string(*ask(request), request=request) for ask in mine]
