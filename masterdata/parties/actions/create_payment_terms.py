"""New payment terms."""

from dataclasses import dataclass
from decimal import Decimal

from erp.kernel.batch import Batch
from erp.kernel.command import command

from ..checks import short_code, sound_terms
from ..errors import TermsTaken
from ..models import PaymentTerms
from ..permissions import CHANGE_TERMS

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PaymentTermsCreated:
    payment_terms_id: int


def _taken(*, code: str, **_others: object) -> TermsTaken:
    return TermsTaken(value=code.strip().upper(), owner=code.strip().upper(), field="code")


@command("masterdata.create_payment_terms", conflicts={"masterdata_paymentterms_code_key": _taken})
def create_payment_terms(
    batch: Batch, *, code: str, name: str, days: int, discount_percent: Decimal = ZERO, discount_days: int = 0
) -> PaymentTermsCreated:
    """Create terms by which an invoice is due `days` days after its date, less `discount_percent` of it when it is paid
    within `discount_days`. Raises BadInput, TermsTaken."""
    batch.actor.require(CHANGE_TERMS)
    code = short_code(code)
    values = sound_terms(
        {"name": name, "days": days, "discount_percent": discount_percent, "discount_days": discount_days}
    )
    if owner := PaymentTerms.objects.filter(code=code).first():
        raise TermsTaken(value=code, owner=owner.name, field="code")
    return PaymentTermsCreated(PaymentTerms.objects.create(code=code, **values).pk)
