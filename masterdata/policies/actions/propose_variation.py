"""A company, site or customer asks to differ from the enterprise."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput

from ..checks import checked_value, declared, not_past, require_scope
from ..errors import DateIsTaken, NoSuchLevel
from ..models import PolicyValue
from ..permissions import PROPOSE_VARIATION
from ..rules import split_scope


@dataclass(frozen=True, slots=True)
class VariationProposed:
    value_id: int


@command("masterdata.propose_variation")
def propose_variation(
    batch: Batch,
    *,
    key: str,
    scope: str,
    value: Any,
    valid_from: date,
    reason: str,
    evidence: str = "",
    review_on: date | None = None,
) -> VariationProposed:
    """Ask that `value` holds for `scope` ("site:4") from a day on; nothing changes before somebody else approves.

    Raises NotFound, BadInput, NoSuchLevel, DateIsPast, DateIsTaken.
    """
    policy = declared(key)
    require_scope(batch, PROPOSE_VARIATION, scope)
    level, _row_id = split_scope(scope)
    if level not in policy.levels:
        raise NoSuchLevel(policy=policy.title, level=level)
    if not reason.strip():
        raise BadInput(field="reason", reason=_("Say why this one has to differ."))
    stored = checked_value(policy, value)
    not_past(batch, valid_from)
    if PolicyValue.objects.filter(key=key, scope=scope, valid_from=valid_from).exists():
        raise DateIsTaken(date=valid_from, scope=scope)
    made = PolicyValue.objects.create(
        key=key,
        scope=scope,
        value=stored,
        valid_from=valid_from,
        reason=reason.strip(),
        evidence=evidence.strip(),
        review_on=review_on,
        proposed_by_id=batch.actor.user_id,
    )
    return VariationProposed(made.pk)
