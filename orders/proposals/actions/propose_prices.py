"""Propose prices: the rows of a file beside what they replace, and what they would have meant last quarter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from masterdata.models import PriceScope

from ..errors import NothingProposed
from ..models import PriceProposal, PriceProposalLine
from ..permissions import PROPOSE_PRICES
from ..reads import COMPARE, IMPACT
from ..sheets import ProposedPrice

LAST_ROW = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Proposed:
    proposal_id: int
    parked: int


@command("orders.propose_prices")
def propose_prices(
    batch: Batch,
    *,
    scope_id: int,
    title: str,
    effective_on: date,
    rows: Sequence[ProposedPrice],
    file_name: str = "",
) -> Proposed:
    """Keep the rows as a proposal for one set of prices; rows with a problem are parked with it, never guessed.

    Nothing is priced by it before someone else approves. Raises NotFound, BadInput, NothingProposed when every row
    is parked. The number of statements does not depend on the rows.
    """
    scope = PriceScope.objects.filter(pk=scope_id).first()
    if scope is None:
        raise NotFound(what=_("price scope"), reference=scope_id)
    batch.actor.require(PROPOSE_PRICES, company=scope.company_id)
    if not title.strip():
        raise BadInput(field="title", reason=_("say what changes."))
    parked = [row for row in rows if row.problem]
    if len(parked) == len(rows):
        raise NothingProposed(first=parked[0].problem if parked else _("it is empty."))
    (proposal_id,) = batch.draw(orders_priceproposal=1)["orders_priceproposal"]
    batch.insert(
        PriceProposal,
        id=proposal_id,
        company=scope.company_id,
        scope=scope_id,
        title=title.strip()[:120],
        file_name=file_name[:120],
        effective_on=effective_on,
        state=PriceProposal.State.PROPOSED.value,
        line_count=len(rows) - len(parked),
        parked_count=len(parked),
        impact=0,
        proposed_by=batch.actor.name,
        version=1,
    )
    sound = [None if row.problem else row for row in rows]
    batch.insert(
        PriceProposalLine,
        proposal=proposal_id,
        row=[row.row for row in rows],
        said=[row.said for row in rows],
        problem=[row.problem[:200] for row in rows],
        target=[row.target if row else None for row in sound],
        item=[row.item_id if row else None for row in sound],
        item_class=[row.item_class_id if row else None for row in sound],
        method=[row.method if row else "" for row in sound],
        value=[row.value if row else None for row in sound],
        unit=[row.unit if row else "" for row in sound],
        min_quantity=[row.min_quantity if row else 0 for row in sound],
    )
    batch.write(COMPARE, proposal_id, 0, LAST_ROW)
    batch.write(IMPACT, proposal_id, proposal_id, batch.now, proposal_id)
    batch.decide(
        "orders.propose_prices", PriceProposal, proposal_id, {"rows": len(rows), "parked": len(parked)}
    )
    return Proposed(proposal_id, len(parked))
