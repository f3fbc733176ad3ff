"""Writing and taking back many prices: progress by price, each part committed with it."""

from collections.abc import Callable

from django.utils.translation import ngettext

from erp.kernel.actor import Actor
from erp.kernel.audit import signed
from erp.kernel.batch import Batch
from erp.kernel.clock import now
from erp.kernel.jobs import JobRun, job

from .actions.apply_proposal import APPLY_PRICES, Part, apply_proposal
from .actions.revert_proposal import RESTORE_PRICES, restore_prices
from .models import PriceProposal


@job(APPLY_PRICES)
def apply_prices(run: JobRun) -> str:
    """Write an approved proposal's prices."""
    count = _parts(run, apply_proposal.inside)
    return ngettext("%(n)d price written", "%(n)d prices written", count) % {"n": count}


@job(RESTORE_PRICES)
def restore(run: JobRun) -> str:
    """Take a proposal's prices back."""
    count = _parts(run, restore_prices.inside)
    return ngettext("%(n)d price taken back", "%(n)d prices taken back", count) % {"n": count}


def _parts(run: JobRun, part: Callable[..., Part]) -> int:
    assert run.requested_by is not None, "prices are changed for somebody"
    actor, proposal_id = Actor.of(run.requested_by), run.params["proposal_id"]
    proposal = PriceProposal.objects.get(pk=proposal_id)
    run.total(proposal.line_count)
    after, count = run.position.get("after", 0), run.position.get("count", 0)
    finished = False
    while not finished and not run.cancelled:
        with signed(actor, proposal.title):
            batch = Batch(actor, now())
            done = part(batch, proposal_id=proposal_id, after=after)
            batch.close()
            after, count, finished = done.after, count + done.count, done.finished
            run.cursor({"after": after, "count": count})
            run.advance(done.count)
    return count
