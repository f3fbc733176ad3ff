"""Write approved prices, a part at a time: a job does one after the other."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.agreements.actions.write_prices import WantedPrice, withdraw_prices, write_prices

from ..changes import PricesFollow, lock_proposal, start
from ..models import PriceProposal, PriceProposalLine
from ..permissions import APPROVE_PRICES
from ..reads import COMPARE, LINES_TO_REVERT, LINES_TO_WRITE

APPLY_PRICES = "orders.apply_prices"
PART = 2000
EVERY = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Part:
    """The last row that is through, how many were, and whether that was all."""

    after: int
    count: int
    finished: bool


@command("orders.apply_price_proposal")
def apply_proposal(batch: Batch, *, proposal_id: int, after: int = 0) -> Part:
    """Let the next prices behind row `after` hold from the proposal's day on; the last part ends it.

    What each replaces is read anew, so that taking it back restores what held. Raises NotFound, InvalidTransition.
    """
    found = lock_proposal(batch, proposal_id, APPROVE_PRICES)
    found.needs("approved", verb=_("writing its prices"))
    rows = batch.read(LINES_TO_WRITE, proposal_id, after, PART)
    last = rows[-1][1] if rows else after
    batch.update(
        PriceProposalLine,
        [row[0] for row in rows],
        before_price_id=None,
        before_method="",
        before_value=None,
        before_unit="",
    )
    batch.write(COMPARE, proposal_id, after, last)
    if rows:
        made = write_prices(
            batch,
            scope_id=found.scope_id,
            prices=[WantedPrice(*row[2:]) for row in rows],
            valid_from=found.effective_on,
            reason=found.title,
        )
        batch.update(
            PriceProposalLine,
            [row[0] for row in rows],
            price_id=[made[row[2], row[6]] for row in rows],
        )
    finished = len(rows) < PART
    if finished:
        batch.update(
            PriceProposal, [proposal_id], state=PriceProposal.State.APPLIED.value, add={"version": 1}
        )
    return Part(last, len(rows), finished)


@command("orders.bring_price_proposal_forward")
def bring_forward(batch: Batch, *, proposal_id: int) -> PricesFollow:
    """Let scheduled prices hold from today on: they are taken back, and written anew by a job of the same transaction.

    Raises NotFound, InvalidTransition when they hold already.
    """
    found = lock_proposal(batch, proposal_id, APPROVE_PRICES)
    found.needs("applied", verb=_("activating it now"))
    if found.effective_on <= found.today:
        found.needs(verb=_("activating it now"))
    rows = batch.read(LINES_TO_REVERT, proposal_id, 0, EVERY)
    withdraw_prices(batch, scope_id=found.scope_id, price_ids=[row[7] for row in rows])
    batch.update(PriceProposalLine, [row[0] for row in rows], price_id=None)
    batch.update(
        PriceProposal,
        [proposal_id],
        state=PriceProposal.State.APPROVED.value,
        effective_on=found.today,
        add={"version": 1},
    )
    batch.decide(
        "orders.bring_price_proposal_forward", PriceProposal, proposal_id, {"from": found.effective_on}
    )
    return start(batch, APPLY_PRICES, _("Prices of %(title)s") % {"title": found.title}, proposal_id)
