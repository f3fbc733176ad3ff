"""A proposed variation is turned down, or withdrawn by the one who proposed it."""

from erp.kernel.batch import Batch
from erp.kernel.command import command

from ..checks import open_proposal
from ..models import PolicyValue


@command("masterdata.reject_variation")
def reject_variation(batch: Batch, *, value_id: int, reason: str) -> None:
    """Take a proposal off the table; why-record and history keep it. Raises NotFound, AlreadyDecided."""
    proposal = open_proposal(batch, value_id)
    outcome = {"key": proposal.key, "scope": proposal.scope, "value": proposal.value, "reason": reason}
    batch.decide("masterdata.reject_variation", PolicyValue, proposal.pk, outcome)
    proposal.delete()
