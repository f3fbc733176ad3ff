"""Roles as permission sets in code, grants as rows, and the row scope below every query (SE01, SE02)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any, Generic, Self

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q

from .models import LockableQuerySet, M, User


@dataclass(frozen=True, slots=True)
class Role:
    """A set of permissions under the name that the trade uses."""

    key: str
    label: str
    permissions: frozenset[str]


_roles: dict[str, tuple[str, set[str]]] = {
    "customer_service": ("Customer service", set()),
    "warehouse": ("Warehouse", set()),
    "procurement": ("Procurement", set()),
    "finance": ("Finance", set()),
    "data_steward": ("Data steward", set()),
    "executive": ("Executive", set()),
    "process_owner": ("Process owner", set()),
    "administrator": ("Administrator", {"kernel.administer", "kernel.view_audit", "kernel.run_outbox"}),
}


def permit(permission: str, *roles: str) -> str:
    """Declare a permission and the roles that hold it; rooms call this beside their verbs."""
    for role in roles:
        _roles[role][1].add(permission)
    return permission


def roles() -> dict[str, Role]:
    """Every role with what the rooms declared for it, in the order of the side menu."""
    return {key: Role(key, label, frozenset(held)) for key, (label, held) in _roles.items()}


@dataclass(frozen=True, slots=True)
class Access:
    """What one user may do, and where. `everywhere` opens every row; else rows of the listed scope ids.

    A grant is a role in a scope. The whole is the union of the grants and answers only for what needs no right;
    where a right decides, ask `holding(right)`: who buys in one company and sells in another may sell in the other
    only.
    """

    permissions: frozenset[str] = frozenset()
    roles: tuple[str, ...] = ()
    everywhere: bool = False
    scopes: dict[str, frozenset[int]] = field(default_factory=dict)  # {"company": {1}, "site": {4, 5}}
    grants: tuple["Access", ...] = ()  # the same for each grant alone
    _held: dict[tuple[str, ...], "Access"] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def holding(self, *permissions: str) -> "Access":
        """What the grants reach whose role holds one of these permissions."""
        found = self._held.get(permissions)
        if found is None:
            chosen = [grant for grant in self.grants if not grant.permissions.isdisjoint(permissions)]
            found = self if len(chosen) == len(self.grants) else _union(chosen)
            self._held[permissions] = found  # a verb asks for the same right several times
        return found

    def narrowed(self, permissions: frozenset[str]) -> "Access":
        """The same grants with these permissions at most."""
        return _union([replace(grant, permissions=grant.permissions & permissions) for grant in self.grants])

    def bounds(self) -> tuple[bool, list[int], list[int]]:
        """Everywhere, else the companies and the sites: parameters of a scoped constant."""
        return self.everywhere, sorted(self.scopes.get("company", ())), sorted(self.scopes.get("site", ()))

    def overlaps(self, other: "Access") -> bool:
        """Whether there is a row that both may see."""
        shared = any(
            self.scopes.get(dimension, frozenset()) & keys for dimension, keys in other.scopes.items()
        )
        return shared or (self.everywhere and other.reaches) or (other.everywhere and self.reaches)

    @property
    def reaches(self) -> bool:
        """Whether any row is open at all."""
        return self.everywhere or any(self.scopes.values())


Widener = Callable[[Sequence[dict[str, set[int]]]], None]
_widen: list[Widener] = []


def widens_scope(function: Widener) -> Widener:
    """Register how one granted scope opens another: masterdata.places opens the sites of a granted company.

    Called once with the scopes of every role, which it adds to.
    """
    _widen.append(function)
    return function


def access_of(user: Any) -> Access:
    """The user's access, read once and kept on the user object of this request or task."""
    found = getattr(user, "_access", None)
    if found is None:
        found = user._access = _read_access(user)
    return found


def _read_access(user: Any) -> Access:
    if not getattr(user, "is_active", False) or not isinstance(user, User):
        return Access()
    return access_from(user.grants.values_list("role", "scope"))


def access_from(granted: Iterable[Sequence[str]]) -> Access:
    """The access that (role, scope) pairs give: "*", "company:1", "site:4"."""
    known = roles()
    by_role: dict[str, dict[str, set[int]]] = {}
    house: set[str] = set()  # roles granted for everything
    for role, scope in granted:
        scopes = by_role.setdefault(role, {})
        if scope == "*":
            house.add(role)
        else:
            dimension, _, key = scope.partition(":")
            scopes.setdefault(dimension, set()).add(int(key))
    for widen in _widen:
        widen(list(by_role.values()))
    return _union(
        [
            Access(
                # The ground knows no companies: who may see its users, audit and outbox sees everybody's.
                role.permissions
                if key in house
                else frozenset(right for right in role.permissions if not right.startswith("kernel.")),
                (key,),
                key in house,
                {dimension: frozenset(keys) for dimension, keys in by_role[key].items()},
            )
            for key, role in known.items()
            if key in by_role
        ]
    )


def _union(grants: Sequence[Access]) -> Access:
    scopes: dict[str, frozenset[int]] = {}
    for grant in grants:
        for dimension, keys in grant.scopes.items():
            scopes[dimension] = scopes.get(dimension, frozenset()) | keys
    return Access(
        permissions=frozenset().union(*(grant.permissions for grant in grants)),
        roles=tuple(role for grant in grants for role in grant.roles),
        everywhere=any(grant.everywhere for grant in grants),
        scopes=scopes,
        grants=tuple(grants),
    )


class ScopedQuerySet(LockableQuerySet[M], Generic[M]):
    """Rows limited to what a reader may see. The model names its columns: SCOPE = {"company": "company_id"}.

    A row is visible when any of its named columns holds a granted id: a grant for one site opens that site's
    documents, a grant for a company opens the company's. READ names the permissions that open rows of this kind;
    only grants that hold one of them count. Without READ any grant does: sites, bins, what everybody works with.
    """

    def visible_to(self, user: Any) -> Self:
        model: Any = self.model
        access, read = access_of(user), getattr(model, "READ", ())
        if read:
            access = access.holding(*read)
        if access.everywhere:
            return self
        columns: dict[str, str] = model.SCOPE
        conditions = [
            Q(**{f"{column}__in": access.scopes[dimension]})
            for dimension, column in columns.items()
            if access.scopes.get(dimension)
        ]
        return self.filter(reduce(or_, conditions)) if conditions else self.none()


class RoleBackend(ModelBackend):
    """Signs in by name and password; permissions come from grants only."""

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(user.is_active)

    def get_user_permissions(self, user_obj: Any, obj: object = None) -> set[str]:
        return set(access_of(user_obj).permissions)

    def get_group_permissions(self, user_obj: Any, obj: object = None) -> set[str]:
        return set()
