"""Take a whole proposal back: what held before holds again, from today on."""

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.agreements.actions.write_prices import WantedPrice, end_prices, withdraw_prices, write_prices

from ..changes import PricesFollow, lock_proposal, start
from ..models import PriceProposal
from ..permissions import APPROVE_PRICES
from ..reads import LINES_TO_REVERT, REPLACED
from .apply_proposal import PART, Part

RESTORE_PRICES = "orders.restore_prices"


@command("orders.revert_price_proposal")
def revert_proposal(batch: Batch, *, proposal_id: int, reason: str) -> PricesFollow:
    """Decide that the prices go; a job of the same transaction takes them back.

    Raises NotFound, BadInput, InvalidTransition.
    """
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why it is taken back."))
    found = lock_proposal(batch, proposal_id, APPROVE_PRICES)
    found.needs("applied", verb=_("taking it back"))
    batch.update(
        PriceProposal,
        [proposal_id],
        state=PriceProposal.State.REVERTING.value,
        reverted_by=batch.actor.name,
        reverted_at=batch.now,
        add={"version": 1},
    )
    batch.decide("orders.revert_price_proposal", PriceProposal, proposal_id, {"reason": reason})
    return start(batch, RESTORE_PRICES, _("Taking back %(title)s") % {"title": found.title}, proposal_id)


@command("orders.restore_prices")
def restore_prices(batch: Batch, *, proposal_id: int, after: int = 0) -> Part:
    """Take the next prices behind row `after` back; the last part ends it.

    Prices that have held stay in the history and end today, those that have not go, and what they replaced for their
    day is there again. Raises NotFound, InvalidTransition.
    """
    found = lock_proposal(batch, proposal_id, APPROVE_PRICES)
    found.needs("reverting", verb=_("restoring prices"))
    rows = batch.read(LINES_TO_REVERT, proposal_id, after, PART)
    reason = _("Takes back: %(title)s") % {"title": found.title}
    if found.effective_on >= found.today:
        withdraw_prices(batch, scope_id=found.scope_id, price_ids=[row[7] for row in rows])
        again = [WantedPrice(*row) for row in batch.read(REPLACED, [row[0] for row in rows])]
        write_prices(
            batch, scope_id=found.scope_id, prices=again, valid_from=found.effective_on, reason=reason
        )
    elif rows:
        again = [WantedPrice(*row[2:7]) for row in rows if row[4] is not None]
        gone = [(row[2], row[6]) for row in rows if row[4] is None]
        end_prices(batch, scope_id=found.scope_id, keys=gone, on=found.today)
        write_prices(batch, scope_id=found.scope_id, prices=again, valid_from=found.today, reason=reason)
    finished = len(rows) < PART
    if finished:
        batch.update(
            PriceProposal, [proposal_id], state=PriceProposal.State.REVERTED.value, add={"version": 1}
        )
    return Part(rows[-1][1] if rows else after, len(rows), finished)
