"""What every change of a policy and every decision on a variation is checked for."""

from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.models import User

from . import levels, snapshot
from .errors import AlreadyDecided, DateIsPast
from .models import PolicyValue
from .permissions import APPROVE_VARIATION
from .registry import ENTERPRISE, Policy, policies
from .rules import split_scope


def declared(key: str) -> Policy[Any]:
    """The policy with this key. Raises NotFound."""
    try:
        return policies()[key]
    except KeyError:
        raise NotFound(what=_("policy"), reference=key) from None


def checked_value(policy: Policy[Any], value: Any) -> Any:
    """The value as it is stored. Raises BadInput."""
    try:
        return policy.store(policy.parse(value))
    except ValueError as problem:
        raise BadInput(field="value", reason=str(problem)) from problem


def require_scope(batch: Batch, permission: str, scope: str) -> None:
    """The actor holds the right and may see what the scope names. Raises NotPermitted, NotFound."""
    batch.actor.require(permission)
    if batch.actor.user_id is None:
        return
    level, row_id = split_scope(scope)
    user = User.objects.get(pk=batch.actor.user_id)
    if not levels.known(level) or not levels.rows_of(level, user).filter(pk=row_id).exists():
        raise NotFound(what=level or _("scope"), reference=row_id or scope)


def not_past(batch: Batch, valid_from: date) -> None:
    """People may not rewrite what decisions were based on; conversion, which has no user, may."""
    if batch.actor.user_id is not None and valid_from < batch.now.date():
        raise DateIsPast(date=valid_from)


def tell_process() -> None:
    """The change counts at once in this process, also for a thread that read between now and the commit."""
    snapshot.changed()


def variation(batch: Batch, value_id: int) -> PolicyValue:
    """The variation, locked. Raises NotFound, NotPermitted."""
    rows = PolicyValue.objects.exclude(scope=ENTERPRISE).select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=value_id).annotate(approver=F("approved_by__name")).first()
    if found is None:
        raise NotFound(what=_("variation"), reference=value_id)
    require_scope(batch, APPROVE_VARIATION, found.scope)
    return found


def open_proposal(batch: Batch, value_id: int) -> PolicyValue:
    """The variation while it waits for a decision. Raises AlreadyDecided too."""
    found = variation(batch, value_id)
    if found.approved_by_id is not None:
        raise AlreadyDecided(approver=found.approver)  # type: ignore[attr-defined]
    return found
