"""What the carrier answered to a claim for goods damaged in transit (RM03)."""

from dataclasses import dataclass
from decimal import Decimal

from erp.kernel.access import permit
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.stock.errors import NoOpenPeriod
from inventory.stock.reads import PERIOD
from orders.returns.errors import ClaimSettled
from orders.returns.events import ClaimPaid
from orders.returns.models import CarrierClaim

SETTLE_CLAIM = permit("orders.settle_carrier_claim", "customer_service", "finance", "process_owner")

CLAIM = """
SELECT k.id, k.state, k.amount, r.number, r.company_id, r.site_id, r.currency
FROM orders_carrierclaim k JOIN orders_customerreturn r ON r.id = k.rma_id
WHERE k.rma_id = %s::bigint FOR NO KEY UPDATE OF k"""


@dataclass(frozen=True, slots=True)
class SettledClaim:
    claim_id: int
    state: str


@command("orders.settle_claim")
def settle_claim(batch: Batch, *, return_id: int, recovered: Decimal, reference: str = "") -> SettledClaim:
    """Note what the carrier has paid, in the return's currency; zero is a denial.

    What was paid goes into the books at once; what is only claimed never was there. Raises ClaimSettled, BadInput,
    NoOpenPeriod.
    """
    rows = batch.read(CLAIM, return_id)
    if not rows:
        raise NotFound(what="claim of return", reference=return_id)
    ((claim_id, state, amount, number, company_id, site_id, currency),) = rows
    batch.actor.require(SETTLE_CLAIM, company=company_id, site=site_id)
    if state != CarrierClaim.State.OPEN:
        raise ClaimSettled(number=number, state=CarrierClaim.State(state).label.lower())
    if not 0 <= recovered <= amount or recovered != round(recovered, 2):
        raise BadInput(field="recovered", reason=f"between 0 and the {amount} claimed, with two decimals.")
    new = CarrierClaim.State.PAID if recovered else CarrierClaim.State.DENIED
    batch.update(
        CarrierClaim,
        [claim_id],
        state=new.value,
        recovered=recovered,
        settled_at=batch.now,
        settled_by=batch.actor.name,
        reference=reference.strip()[:60],
    )
    if recovered:
        period = batch.read(PERIOD, batch.now, company_id)
        if not period:
            raise NoOpenPeriod(company=company_id, on=batch.now.date())
        ((accounting_on,),) = period
        batch.announce(
            ClaimPaid(claim_id, company_id, site_id, currency, recovered, batch.now, accounting_on)
        )
    batch.decide("orders.settle_claim", CarrierClaim, claim_id, {"recovered": recovered, "of": amount})
    return SettledClaim(claim_id, new.value)
