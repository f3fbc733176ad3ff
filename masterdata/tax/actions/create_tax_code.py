"""A new tax code of a company."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.parties.checks import trading_company

from ..errors import TaxCodeTaken
from ..models import TaxCode
from ..permissions import CHANGE_TAX

NEEDS_REASON = frozenset({"E", "AE", "K", "G", "O"})


@dataclass(frozen=True, slots=True)
class TaxCodeCreated:
    tax_code_id: int


@command("masterdata.create_tax_code")
def create_tax_code(
    batch: Batch, *, company_id: int, code: str, name: str, category: str, rate_percent: Decimal,
    exemption_reason: str = "",
) -> TaxCodeCreated:  # fmt: skip
    """Create a code under its EN 16931 category: only the standard category has a rate, the others a reason (BR-E-10).

    Raises NotFound, BadInput, TaxCodeTaken.
    """
    company = trading_company(batch, company_id, CHANGE_TAX)
    code, name, reason = code.strip().upper(), name.strip(), exemption_reason.strip()
    if not code or not name:
        raise BadInput(field="name" if code else "code", reason=_("this may not be empty."))
    if owner := TaxCode.objects.filter(company=company, code=code).first():
        raise TaxCodeTaken(value=code, owner=owner.name, company=company.code, field="code")
    if category not in TaxCode.Category.values:
        raise BadInput(field="category", reason=_("one of the categories of EN 16931."))
    if not 0 <= rate_percent <= 100 or (category == TaxCode.Category.STANDARD) != (rate_percent > 0):
        raise BadInput(
            field="rate_percent", reason=_("above 0 for the standard rate, 0 for every other category.")
        )
    if category in NEEDS_REASON and not reason:
        raise BadInput(field="exemption_reason", reason=_("invoices have to say why no tax is charged."))
    made = TaxCode.objects.create(
        company=company,
        code=code,
        name=name,
        category=category,
        rate_percent=rate_percent,
        exemption_reason=reason,
    )
    return TaxCodeCreated(made.pk)
