"""How far somebody may write off on their own word: the widest limit of the roles that give the right there."""

from datetime import date
from decimal import Decimal

from erp.kernel.batch import Batch

from .policies import LIMITS


def limit_of(batch: Batch, right: str, company_id: int, today: date) -> Decimal | None:
    """In the company's currency; None: unbound, which only the system is."""
    if batch.actor.access is None:
        return None
    roles = LIMITS.keys() & batch.actor.roles_giving(right, company=company_id)
    return max((LIMITS[role].value(on=today, company=company_id) for role in roles), default=Decimal(0))
