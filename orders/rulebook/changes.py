"""A version of the order rules under lock, for the verbs that write it or decide about it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import NotFound, StaleVersion

from .errors import RulesState
from .models import RuleVersion
from .reads import LOCK_VERSION


@dataclass(frozen=True, slots=True)
class LockedVersion:
    """The version's row, with the company's today."""

    company_id: int
    number: int
    state: str
    valid_from: date | None
    written_by: int
    proposed_by: int | None
    version: int
    changed_by: str
    today: date

    @property
    def name(self) -> str:
        return f"OR-{self.number}"

    def needs(self, *states: str, verb: Any) -> None:
        """Refuse a version that stands elsewhere. Raises RulesState."""
        if self.state not in states:
            label = str(RuleVersion.State(self.state).label).lower()
            remedy = _("Reload the page.")
            raise RulesState(version=self.name, state=label, verb=verb, remedy=remedy)


Compared = Callable[[LockedVersion], list[dict[str, Any]]]


def lock_version(
    batch: Batch,
    version_id: int,
    right: str,
    *,
    version: int | None,
    compared: Compared = lambda _version: [],
) -> LockedVersion:
    """Lock a version for an actor with the right in its company. Raises NotFound, NotPermitted, StaleVersion.

    `version` None does not ask. `compared` says of a stale one what was to be saved beside what is there.
    """
    rows = batch.read(LOCK_VERSION, batch.now, version_id)
    if not rows:
        raise NotFound(what=_("version of the order rules"), reference=version_id)
    found = LockedVersion(*rows[0])
    batch.actor.require(right, company=found.company_id)
    if version is not None and found.version != version:
        raise StaleVersion(
            document=found.name, actor=found.changed_by, changes=compared(found), version=found.version
        )
    return found
