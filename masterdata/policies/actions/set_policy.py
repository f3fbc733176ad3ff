"""The enterprise's value of a policy, from a date on."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotPermitted, StaleVersion
from masterdata.dates import make_room

from ..checks import checked_value, declared, not_past, tell_process
from ..models import PolicyValue
from ..permissions import SET_POLICY
from ..registry import ENTERPRISE, Policy


@dataclass(frozen=True, slots=True)
class PolicySet:
    value_id: int


@command("masterdata.set_policy")
def set_policy(
    batch: Batch, *, key: str, value: Any, valid_from: date, reason: str = "", version: int | None = None
) -> PolicySet:
    """Let `value` hold for the whole enterprise from `valid_from` on; later versions keep their dates.

    `version` is the id of the newest value that was looked at, 0 for none; None does not ask. Only for those whose
    right is not limited to a company or site. Raises NotFound, BadInput, DateIsPast, StaleVersion with both values.
    """
    batch.actor.require(SET_POLICY)
    if not batch.actor.reach(SET_POLICY)[0]:
        raise NotPermitted(permission=SET_POLICY)
    policy = declared(key)
    stored = checked_value(policy, value)
    not_past(batch, valid_from)
    versions = PolicyValue.objects.filter(key=key, scope=ENTERPRISE)
    newest = versions.select_for_update(of=("self",), no_key=True).order_by("-pk").first()
    if version is not None and version != (newest.pk if newest else 0):
        raise _stale(policy, newest, stored)
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


def _stale(policy: Policy[Any], newest: PolicyValue | None, mine: Any) -> StaleVersion:
    theirs = policy.default if newest is None else policy.parse(newest.value)
    by = newest.proposed_by if newest else None
    said = {
        "label": _("Value"),
        "mine": policy.say(policy.parse(mine)),
        "theirs": policy.say(theirs),
    }
    return StaleVersion(
        document=policy.title,
        actor=by.username if by else _("somebody"),
        version=newest.pk if newest else 0,
        changes=[said],
    )
