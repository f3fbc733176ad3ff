"""The enterprise's value of a policy, from a date on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotPermitted
from masterdata.dates import make_room

from ..checks import checked_value, declared, not_past, tell_process
from ..models import PolicyValue
from ..permissions import SET_POLICY
from ..registry import ENTERPRISE


@dataclass(frozen=True, slots=True)
class PolicySet:
    value_id: int


@command("masterdata.set_policy")
def set_policy(batch: Batch, *, key: str, value: Any, valid_from: date, reason: str = "") -> PolicySet:
    """Let `value` hold for the whole enterprise from `valid_from` on; later versions keep their dates.

    Only for those whose right is not limited to a company or site. Raises NotFound, BadInput, DateIsPast.
    """
    batch.actor.require(SET_POLICY)
    if not batch.actor.reach(SET_POLICY)[0]:
        raise NotPermitted(permission=SET_POLICY)
    policy = declared(key)
    stored = checked_value(policy, value)
    not_past(batch, valid_from)
    versions = PolicyValue.objects.filter(key=key, scope=ENTERPRISE)
    valid_to = make_room(versions, valid_from)
    made = PolicyValue.objects.create(
        key=key,
        scope=ENTERPRISE,
        value=stored,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
        proposed_by_id=batch.actor.user_id,
        approved_by_id=batch.actor.user_id,
    )
    batch.decide(
        "masterdata.set_policy", PolicyValue, made.pk, {"key": key, "value": stored, "from": valid_from}
    )
    tell_process()
    return PolicySet(made.pk)
