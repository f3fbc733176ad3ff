"""What a supplier answered to a debit request (RM02)."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.stock.errors import NoOpenPeriod
from inventory.stock.reads import PERIOD
from inventory.supplier_returns.answering import Answer, State, note_answers
from inventory.supplier_returns.errors import ReturnSettled
from inventory.supplier_returns.permissions import SETTLE_SUPPLIER_RETURN
from inventory.supplier_returns.reads import LOCK_RETURN


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
    answer = Answer(
        return_id, company_id, site_id, currency, value, claimed, credited, reference.strip()[:60]
    )
    accounting_on = None
    if answer.lost:
        period = batch.read(PERIOD, batch.now, company_id)
        if not period:
            raise NoOpenPeriod(company=company_id, on=batch.now.date())
        ((accounting_on,),) = period
    note_answers(batch, [answer], accounting_on)
    return SettledReturn(return_id, answer.state.value)
