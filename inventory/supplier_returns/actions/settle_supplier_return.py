"""What a supplier answered to a debit request (RM02)."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.stock.errors import NoOpenPeriod
from inventory.stock.reads import PERIOD
from inventory.supplier_returns.errors import ReturnSettled
from inventory.supplier_returns.events import SupplierAnswered
from inventory.supplier_returns.models import SupplierReturn
from inventory.supplier_returns.permissions import SETTLE_SUPPLIER_RETURN
from inventory.supplier_returns.reads import LOCK_RETURN

State = SupplierReturn.State


@dataclass(frozen=True, slots=True)
class SettledReturn:
    return_id: int
    state: str


@command("inventory.settle_supplier_return")
def settle_supplier_return(
    batch: Batch, *, return_id: int, credited: Decimal, reference: str
) -> SettledReturn:
    """Note what the supplier credits of what was claimed; zero is a denial.

    What of the value no credit comes for is a loss from now on, what is credited beyond it a gain. Raises
    ReturnSettled, BadInput, NotFound, NoOpenPeriod.
    """
    rows = batch.read(LOCK_RETURN, return_id)
    if not rows:
        raise NotFound(what=_("supplier return"), reference=return_id)
    ((number, company_id, site_id, currency, state, value, claimed),) = rows
    batch.actor.require(SETTLE_SUPPLIER_RETURN, company=company_id, site=site_id)
    if state != State.SENT:
        raise ReturnSettled(number=number, state=State(state).label.lower())
    if not 0 <= credited <= claimed or credited != round(credited, 2):
        words = _("between 0 and the %(most)s claimed, with two decimals.")
        raise BadInput(field="credited", reason=words % {"most": claimed})
    if not reference.strip():
        raise BadInput(field="reference", reason=_("name the credit note, or who denied it."))
    new = State.CREDITED if credited else State.DENIED
    batch.update(
        SupplierReturn,
        [return_id],
        state=new.value,
        credited=credited,
        reference=reference.strip()[:60],
        settled_at=batch.now,
        settled_by=batch.actor.name,
    )
    lost = value - credited
    if lost:
        period = batch.read(PERIOD, batch.now, company_id)
        if not period:
            raise NoOpenPeriod(company=company_id, on=batch.now.date())
        ((accounting_on,),) = period
        batch.announce(
            SupplierAnswered(return_id, company_id, site_id, currency, lost, batch.now, accounting_on)
        )
    batch.decide(
        "inventory.settle_supplier_return",
        SupplierReturn,
        return_id,
        {"credited": credited, "claimed": claimed, "lost": lost, "reason": reference},
    )
    return SettledReturn(return_id, new.value)
