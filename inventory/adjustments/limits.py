"""How far somebody may adjust stock on their own word: the limits of the roles that give the right there."""

from erp.kernel.actor import Actor
from erp.kernel.batch import Batch

from .places import Ground
from .policies import LIMITS
from .rules import UNBOUND, Limit


def limits_of(batch: Batch, right: str, ground: Ground) -> tuple[Limit, ...]:
    """One limit for each role that holds `right` at the site; the system knows none."""
    actor = batch.actor
    if actor.access is None:
        return UNBOUND
    held = {
        role
        for grant in actor.access.grants
        if Actor(actor.name, actor.user_id, grant).may(right, company=ground.company_id, site=ground.id)
        for role in grant.roles
        if role in LIMITS
    }
    found = []
    for role in sorted(held):
        value, percent = LIMITS[role]
        scope = {"site": ground.id, "company": ground.company_id}
        found.append(Limit(value.value(on=ground.today, **scope), percent.value(on=ground.today, **scope)))
    return tuple(found)
