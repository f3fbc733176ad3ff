"""Where a supplier is paid: entered by one person, confirmed by another."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing.payments.errors import DetailsDecided, DetailsWaiting, OwnDetails
from billing.payments.models import BankDetails
from billing.payments.permissions import APPROVE_BANK_DETAILS, PROPOSE_BANK_DETAILS
from billing.payments.reads import LOCK_DETAILS, SUPPLIER
from billing.payments.rules import is_bic, is_iban, plain_iban, sepa_text
from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound

State = BankDetails.State
LONGEST_HOLDER = 70


@dataclass(frozen=True, slots=True)
class ProposedDetails:
    details_id: int


def waiting(**_given: object) -> DetailsWaiting:
    """One change at a time is looked at."""
    return DetailsWaiting()


@command("billing.propose_bank_details", conflicts={"bank_details_one_waits": waiting})
def propose_bank_details(
    batch: Batch, *, supplier_id: int, holder: str, iban: str, bic: str = "", note: str
) -> ProposedDetails:
    """Enter where a supplier is to be paid, and how that was checked; nothing changes until it is confirmed.

    Raises NotFound, BadInput, DetailsWaiting.
    """
    rows = batch.read(SUPPLIER, supplier_id)
    if not rows:
        raise NotFound(what=_("supplier"), reference=supplier_id)
    ((company_id,),) = rows
    batch.actor.require(PROPOSE_BANK_DETAILS, company=company_id)
    holder, iban, bic, note = holder.strip(), plain_iban(iban), plain_iban(bic), note.strip()
    if not sepa_text(holder, LONGEST_HOLDER) or len(holder) > LONGEST_HOLDER:
        raise BadInput(field="holder", reason=_("whose account it is, up to 70 letters."))
    if not is_iban(iban):
        raise BadInput(field="iban", reason=_("an IBAN whose check digits fit, such as BE68 5390 0754 7034."))
    if bic and not is_bic(bic):
        raise BadInput(field="bic", reason=_("a BIC of 8 or 11 signs, or nothing."))
    if not note:
        raise BadInput(field="note", reason=_("say how it was checked: a letter, a call to a known number."))
    if BankDetails.objects.filter(supplier=supplier_id, state=State.PROPOSED).exists():
        raise DetailsWaiting()
    (pk,) = batch.draw(billing_bankdetails=1)["billing_bankdetails"]
    batch.insert(
        BankDetails,
        id=pk,
        company=company_id,
        supplier=supplier_id,
        holder=holder,
        iban=iban,
        bic=bic,
        note=note[:200],
        state=State.PROPOSED.value,
        proposed_at=batch.now,
        proposed_by=batch.actor.name,
    )
    batch.decide("billing.propose_bank_details", BankDetails, pk, {"supplier": supplier_id})
    return ProposedDetails(pk)


@command("billing.decide_bank_details")
def decide_bank_details(batch: Batch, *, details_id: int, confirm: bool) -> None:
    """Confirm what somebody else entered, which then holds instead of what held before; or refuse it.

    Raises NotFound, DetailsDecided, OwnDetails.
    """
    rows = batch.read(LOCK_DETAILS, details_id)
    if not rows:
        raise NotFound(what=_("bank details"), reference=details_id)
    ((_id, company_id, supplier_id, state, proposed_by, former_id),) = rows
    batch.actor.require(APPROVE_BANK_DETAILS, company=company_id)
    if state != State.PROPOSED:
        raise DetailsDecided(state=State(state).label.lower())
    if proposed_by == batch.actor.name:
        raise OwnDetails()
    if confirm and former_id is not None:
        batch.update(BankDetails, [former_id], state=State.REPLACED.value)
    batch.update(
        BankDetails,
        [details_id],
        state=(State.CONFIRMED if confirm else State.REFUSED).value,
        decided_at=batch.now,
        decided_by=batch.actor.name,
    )
    outcome = {"supplier": supplier_id, "confirmed": confirm}
    batch.decide("billing.decide_bank_details", BankDetails, details_id, outcome)
