"""How far somebody may adjust stock on their own word: the limits of the roles that give the right there."""

from erp.kernel.batch import Batch

from .places import Ground
from .policies import LIMITS
from .rules import UNBOUND, Limit


def limits_of(batch: Batch, right: str, ground: Ground) -> tuple[Limit, ...]:
    """One limit for each role that holds `right` at the site; the system knows none."""
    if batch.actor.access is None:
        return UNBOUND
    scope = {"site": ground.id, "company": ground.company_id}
    found = []
    for role in sorted(LIMITS.keys() & batch.actor.roles_giving(right, **scope)):
        value, percent = LIMITS[role]
        found.append(Limit(value.value(on=ground.today, **scope), percent.value(on=ground.today, **scope)))
    return tuple(found)
