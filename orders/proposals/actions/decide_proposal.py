"""Approve or reject proposed prices: someone else than who proposed them."""

from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, StaleVersion

from ..changes import LockedProposal, PricesFollow, lock_proposal, start
from ..errors import OwnProposal
from ..models import PriceProposal
from ..permissions import APPROVE_PRICES
from .apply_proposal import APPLY_PRICES


@command("orders.approve_price_proposal")
def approve_proposal(
    batch: Batch, *, proposal_id: int, version: int, effective_on: date | None = None, reason: str = ""
) -> PricesFollow:
    """Let the prices hold from their day on, or from another; not in the past.

    They are written next, by a job of the same transaction. Raises NotFound, OwnProposal, StaleVersion,
    InvalidTransition, BadInput.
    """
    found = _decidable(batch, proposal_id, version, _("approving it"))
    on = effective_on or found.effective_on
    if on < found.today:
        raise BadInput(field="effective_on", reason=_("prices are not changed in the past."))
    _decide(batch, found, PriceProposal.State.APPROVED.value, reason, effective_on=on)
    return start(batch, APPLY_PRICES, _("Prices of %(title)s") % {"title": found.title}, proposal_id)


@command("orders.reject_price_proposal")
def reject_proposal(batch: Batch, *, proposal_id: int, version: int, reason: str) -> None:
    """Turn the proposal down, with a reason. Raises as `approve_proposal` does."""
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why it is rejected."))
    found = _decidable(batch, proposal_id, version, _("rejecting it"))
    _decide(batch, found, PriceProposal.State.REJECTED.value, reason, effective_on=found.effective_on)


def _decidable(batch: Batch, proposal_id: int, version: int, verb: str) -> LockedProposal:
    found = lock_proposal(batch, proposal_id, APPROVE_PRICES)
    if found.proposed_by == batch.actor.name:
        raise OwnProposal()
    if found.version != version:
        raise StaleVersion(document=found.title, actor=_("someone"), changes=[], version=found.version)
    found.needs("proposed", verb=verb)
    return found


def _decide(batch: Batch, found: LockedProposal, state: str, reason: str, *, effective_on: date) -> None:
    batch.update(
        PriceProposal,
        [found.proposal_id],
        state=state,
        decided_by=batch.actor.name,
        decided_at=batch.now,
        decision_reason=reason.strip()[:200],
        effective_on=effective_on,
        add={"version": 1},
    )
    batch.decide(
        f"orders.{state}_price_proposal",
        PriceProposal,
        found.proposal_id,
        {"effective_on": effective_on, "reason": reason},
    )
