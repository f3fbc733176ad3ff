"""The side menu: rooms register links, a role sees at most ten of them in three groups.

Those beyond the ten stay in reach: the palette finds them, and "All pages" lists them.

A room's `nav.py` says what it offers:

    from erp.kernel import nav

    nav.link(
        role="customer_service", group=_("My queues"), label=_("On credit hold"), icon="circle-pause",
        url_name="orders:hold_list", permission="orders.release_hold", count=open_hold_count, order=20,
    )
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from .access import access_of, roles
from .models import User

Count = Callable[[User], int | None]

MOST_LINKS = 10
COUNTS_LIVE_S = 15
SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a role's menu. `count` is one cheap query; `key` is the letter that opens it."""

    role: str
    group: Any  # "" stands above the groups, beside Home
    label: Any
    icon: str
    url_name: str
    permission: str
    count: Count | None
    key: str
    order: int
    query: str

    @property
    def url(self) -> str:
        return reverse(self.url_name) + (f"?{self.query}" if self.query else "")

    @property
    def counted(self) -> bool:
        return self.count is not None

    @property
    def slug(self) -> str:
        """A name for the link's counter in the page, the same on every page."""
        return f"n-{self.role}-{self.order}-{self.url_name}".replace(":", "-").replace("_", "-")


_links: list[Link] = []


def link(
    *,
    role: str | Iterable[str],
    group: Any,
    label: Any,
    icon: str,
    url_name: str,
    permission: str,
    count: Count | None = None,
    key: str = "",
    order: int = 50,
    query: str = "",
) -> None:
    """Offer a page to a role, or to several. Shown to those who hold `permission`, in `order`.

    Groups stand in the order of their smallest `order`; an empty group is the top of the menu. `query` opens
    the page with a filter ("view=late"). `key` is the shortcut: one letter ("N"), or two in a row ("G E").
    """
    for name in [role] if isinstance(role, str) else role:
        if name not in roles():
            raise ValueError(f"There is no role {name!r}.")
        _links.append(Link(name, group, label, icon, url_name, permission, count, key, order, query))


def links_of(user: User, role: str) -> list[Link]:
    """What the role's menu shows this user, in order, at most ten."""
    return pages_of(user, role)[:MOST_LINKS]


def pages_of(user: User, role: str) -> list[Link]:
    """Every page that is offered to this user in the role, in order: the menu's and those it has no room for."""
    held = access_of(user).permissions
    mine = [link for link in _links if link.role == role and link.permission in held]
    return sorted(mine, key=lambda link: link.order)


def menu(user: User, role: str, path: str, query: QueryDict) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Groups of entries for the template; counts only as far as they are known (see `counts`)."""
    links = links_of(user, role)
    known = cache.get(_counts_key(user, role)) or {}
    current = _current(pages_of(user, role), path, query)
    groups: dict[str, tuple[Any, list[dict[str, Any]]]] = {}
    for entry in links:
        _, entries = groups.setdefault(str(entry.group), (entry.group, []))
        entries.append({"link": entry, "current": entry is current, "count": known.get(entry.slug)})
    return list(groups.values())


def counts(user: User, role: str) -> dict[str, int]:
    """The queues' counts by slug, at most one query each, kept for a quarter of a minute per user."""
    found = cache.get(_counts_key(user, role))
    if found is None:
        asked = [(link.slug, link.count(user)) for link in links_of(user, role) if link.count]
        found = {slug: count for slug, count in asked if count is not None}
        cache.set(_counts_key(user, role), found, COUNTS_LIVE_S)
    return found


def forget_counts(user: User) -> None:
    """Count afresh next time, in every role: the user has just changed a queue, or works at another place."""
    cache.delete_many([_counts_key(user, role) for role in access_of(user).roles])


class CountsMiddleware:
    """Whoever has changed something counts afresh, whichever page or button it was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        changed = request.method not in SAFE and response.status_code < 400
        if changed and "_auth_user_id" in request.session and isinstance(request.user, User):
            forget_counts(request.user)
        return response


def _counts_key(user: User, role: str) -> str:
    return f"nav-counts:{user.pk}:{role}"


def _current(links: list[Link], path: str, query: QueryDict) -> Link | None:
    """The entry of the page that is open: the deepest address above it, its own filter before a bare one."""
    best: tuple[int, Link] | None = None
    for entry in links:
        address = reverse(entry.url_name)
        wanted = QueryDict(entry.query)
        here = path == address or (address != "/" and path.startswith(address))
        if not here or any(query.get(name) != value for name, value in wanted.items()):
            continue
        weight = len(address) * 10 + len(wanted)
        if best is None or weight > best[0]:
            best = (weight, entry)
    return best[1] if best else None
