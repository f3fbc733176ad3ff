"""Giving and taking roles. A trigger on the grants ends the user's sessions, so the new rights count at once."""

from django.utils.translation import gettext_lazy as _

from .access import access_of, roles
from .actor import Actor
from .audit import signed
from .errors import BadInput, DomainError
from .models import Grant, User


class OwnGrant(DomainError):
    code = "kernel.own_grant"
    message = _("Nobody changes their own roles. Ask another administrator.")
    status = 403


class RoleHeld(DomainError):
    code = "kernel.role_held"
    message = _("{user} holds {role} in {scope} already.")


def grant_role(*, user: User, role: str, scope: str, reason: str, actor: Actor) -> Grant:
    """Give `user` a role for everything (`*`) or one scope (`site:4`). Raises OwnGrant, RoleHeld, BadInput."""
    _check(user, actor)
    known = roles()
    if role not in known:
        raise BadInput(field="role", reason=_("there is no role of that name."))
    if scope != "*" and not (scope.partition(":")[2].isdecimal() and scope.partition(":")[0]):
        raise BadInput(field="scope", reason=_("write * for everything, else company:1 or site:4."))
    with signed(actor, reason):
        grant, made = Grant.objects.get_or_create(
            user=user, role=role, scope=scope, defaults={"granted_by_id": actor.user_id, "reason": reason}
        )
        if not made:
            raise RoleHeld(user=user.name, role=known[role].label, scope=scope)
    return grant


def revoke_role(*, grant: Grant, reason: str, actor: Actor) -> None:
    """Take one grant back. Raises OwnGrant."""
    _check(grant.user, actor)
    with signed(actor, reason):
        Grant.objects.filter(pk=grant.pk).delete()


def _check(user: User, actor: Actor) -> None:
    actor.require("kernel.administer")
    if user.pk == actor.user_id:
        raise OwnGrant()


def possible_owners(right: str, *, user: User) -> list[tuple[int, str]]:
    """Active users who hold a right somewhere in `user`'s scope, by name: who work can be given to."""
    mine = access_of(user)
    users = User.objects.filter(is_active=True, grants__isnull=False).distinct().order_by("name")
    users = users.prefetch_related("grants")
    return [
        (each.pk, each.name)
        for each in users
        if right in access_of(each).permissions and mine.overlaps(access_of(each).holding(right))
    ]
