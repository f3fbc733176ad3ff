"""A proposal under lock, and the job that follows a decision, for the verbs that decide about it."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.errors import InvalidTransition, NotFound
from erp.kernel.jobs import start_job
from erp.kernel.models import User

from .models import PriceProposal
from .reads import LOCK_PROPOSAL


@dataclass(frozen=True, slots=True)
class LockedProposal:
    """The proposal's row with the company's today; its set of prices is locked with it."""

    proposal_id: int
    company_id: int
    scope_id: int
    title: str
    state: str
    effective_on: date
    proposed_by: str
    version: int
    today: date

    def needs(self, *states: str, verb: str) -> None:
        """Refuse a proposal that stands elsewhere. Raises InvalidTransition."""
        if self.state not in states:
            label = str(PriceProposal.State(self.state).label).lower()
            raise InvalidTransition(document=self.title, state=label, verb=verb)


def lock_proposal(batch: Batch, proposal_id: int, right: str) -> LockedProposal:
    """Lock a proposal for an actor with the right in its company. Raises NotFound, NotPermitted."""
    rows = batch.read(LOCK_PROPOSAL, batch.now, proposal_id)
    if not rows:
        raise NotFound(what=_("price proposal"), reference=proposal_id)
    found = LockedProposal(*rows[0][:9])
    batch.actor.require(right, company=found.company_id)
    return found


@dataclass(frozen=True, slots=True)
class PricesFollow:
    """The job that changes the prices, by its public id."""

    job: str


def start(batch: Batch, kind: str, title: str, proposal_id: int) -> PricesFollow:
    """Queue the job that changes the prices for the actor: in the decision's transaction, or neither."""
    user = User.objects.get(pk=batch.actor.user_id) if batch.actor.user_id else None
    return PricesFollow(str(start_job(kind, title, {"proposal_id": proposal_id}, user).public_id))
