"""Who acts: a signed-in user, an interface, or one of the system's own workers."""

from dataclasses import dataclass
from typing import Any, Self

from . import logs
from .access import Access, access_of
from .errors import NotPermitted


@dataclass(frozen=True, slots=True)
class Actor:
    """Name in every record, and what it may do. A system actor may do everything its room asks of it."""

    name: str
    user_id: int | None = None
    access: Access | None = None  # None: the system itself
    request_id: str = ""

    @classmethod
    def of(cls, user: Any, request_id: str = "") -> Self:
        return cls(user.username, user.pk, access_of(user), request_id or logs.request_id.get())

    @classmethod
    def system(cls, name: str) -> Self:
        return cls(f"system:{name}")

    def may(self, permission: str, **scope: int | None) -> bool:
        """Whether the actor holds the permission and, where named (site=4, company=1), one of the scopes."""
        if self.access is None:
            return True
        if permission not in self.access.permissions:
            return False
        named = {key: value for key, value in scope.items() if value is not None}
        access = self.access.holding(permission)
        return (
            access.everywhere
            or not named
            or any(value in access.scopes.get(key, ()) for key, value in named.items())
        )

    def roles_giving(self, permission: str, **scope: int | None) -> set[str]:
        """The roles that give the actor the permission there: how far it may go follows from them."""
        return {
            role
            for grant in (self.access.grants if self.access else ())
            if Actor(self.name, self.user_id, grant).may(permission, **scope)
            for role in grant.roles
        }

    def reach(self, permission: str) -> tuple[bool, list[int], list[int]]:
        """Where the actor holds the permission: everywhere, else companies and sites (Access.bounds)."""
        return (True, [], []) if self.access is None else self.access.holding(permission).bounds()

    def require(self, permission: str, **scope: int | None) -> None:
        """Refuse, naming the right that is missing."""
        if not self.may(permission, **scope):
            raise NotPermitted(permission=permission)
