"""Somebody other than the proposer lets a variation take effect."""

from dataclasses import dataclass

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.dates import make_room

from ..checks import open_proposal, tell_process
from ..errors import OwnProposal
from ..models import PolicyValue


@dataclass(frozen=True, slots=True)
class VariationApproved:
    value_id: int


@command("masterdata.approve_variation")
def approve_variation(batch: Batch, *, value_id: int) -> VariationApproved:
    """Put a proposed variation into effect, from its day or, if that has passed, from today.

    Raises NotFound, AlreadyDecided, OwnProposal.
    """
    proposal = open_proposal(batch, value_id)
    if proposal.proposed_by_id == batch.actor.user_id:
        raise OwnProposal(field="value")
    valid_from = max(proposal.valid_from, batch.now.date())
    in_effect = PolicyValue.objects.filter(
        key=proposal.key, scope=proposal.scope, approved_by__isnull=False
    ).exclude(pk=proposal.pk)
    proposal.valid_to = make_room(in_effect, valid_from)
    proposal.valid_from = valid_from
    proposal.approved_by_id = batch.actor.user_id
    proposal.save(update_fields=["valid_from", "valid_to", "approved_by"])
    outcome = {
        "key": proposal.key,
        "scope": proposal.scope,
        "value": proposal.value,
        "reason": proposal.reason,
    }
    batch.decide("masterdata.approve_variation", PolicyValue, proposal.pk, outcome)
    tell_process()
    return VariationApproved(proposal.pk)
