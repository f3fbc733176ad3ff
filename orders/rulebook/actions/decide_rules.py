"""Propose, approve, send back and drop a version of the order rules: the second pair of eyes is another's."""

from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput

from .. import snapshot
from ..changes import lock_version
from ..errors import OwnRules, RulesState
from ..models import RuleVersion
from ..permissions import APPROVE_RULES, WRITE_RULES

State = RuleVersion.State


@command("orders.propose_rules")
def propose_rules(batch: Batch, *, version_id: int, version: int) -> None:
    """Ask for approval: from now on nobody changes the draft. Raises NotFound, StaleVersion, RulesState."""
    draft = lock_version(batch, version_id, WRITE_RULES, version=version)
    draft.needs(State.DRAFT, verb=_("proposed"))
    batch.update(
        RuleVersion,
        [version_id],
        state=State.PROPOSED.value,
        proposed_by=batch.actor.user_id,
        add={"version": 1},
    )
    batch.decide("orders.propose_rules", RuleVersion, version_id, {})


@command("orders.approve_rules")
def approve_rules(batch: Batch, *, version_id: int, version: int, valid_from: date | None = None) -> None:
    """Let the rules hold from a day on (none: from today); never in the past, and never by who wrote or proposed them.

    Raises NotFound, OwnRules, StaleVersion, RulesState, BadInput.
    """
    found = lock_version(batch, version_id, APPROVE_RULES, version=version)
    if batch.actor.user_id in (found.proposed_by, found.written_by, None):
        raise OwnRules()
    found.needs(State.PROPOSED, verb=_("approved"))
    begins = valid_from or found.today
    if begins < found.today:
        raise BadInput(field="valid_from", reason=_("orders were decided on the old rules; today or later."))
    batch.update(
        RuleVersion,
        [version_id],
        state=State.APPROVED.value,
        valid_from=begins,
        decided_by=batch.actor.user_id,
        decided_at=batch.now,
        add={"version": 1},
    )
    batch.decide("orders.approve_rules", RuleVersion, version_id, {"from": begins})
    snapshot.changed()


@command("orders.send_rules_back")
def send_rules_back(batch: Batch, *, version_id: int, version: int, reason: str) -> None:
    """Make a draft of a proposal again, with a word. Raises NotFound, StaleVersion, RulesState, BadInput."""
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say what is wrong with it."))
    found = lock_version(batch, version_id, APPROVE_RULES, version=version)
    found.needs(State.PROPOSED, verb=_("sent back"))
    batch.update(RuleVersion, [version_id], state=State.DRAFT.value, proposed_by=None, add={"version": 1})
    batch.decide("orders.send_rules_back", RuleVersion, version_id, {"reason": reason})


@command("orders.drop_rules")
def drop_rules(batch: Batch, *, version_id: int, version: int, reason: str = "") -> None:
    """Forget a draft or a proposal, or approved rules whose day has not come.

    Raises NotFound, StaleVersion, RulesState.
    """
    found = lock_version(batch, version_id, WRITE_RULES, version=version)
    found.needs(State.DRAFT, State.PROPOSED, State.APPROVED, verb=_("dropped"))
    if found.state == State.APPROVED and (found.valid_from is None or found.valid_from <= found.today):
        remedy = _("Begin a new version and let someone approve it.")
        raise RulesState(version=found.name, state=_("in force"), verb=_("dropped"), remedy=remedy)
    batch.update(RuleVersion, [version_id], state=State.DROPPED.value, add={"version": 1})
    batch.decide("orders.drop_rules", RuleVersion, version_id, {"reason": reason})
    snapshot.changed()
