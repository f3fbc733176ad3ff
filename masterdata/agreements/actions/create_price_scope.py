"""A new price list, group terms or agreement."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput
from masterdata.parties.checks import sound_currency, trading_company

from ..errors import ScopeTaken
from ..models import PriceScope
from ..permissions import SET_PRICE


@dataclass(frozen=True, slots=True)
class ScopeCreated:
    scope_id: int


@command("masterdata.create_price_scope")
def create_price_scope(
    batch: Batch, *, company_id: int, kind: str, code: str, name: str, currency: str = ""
) -> ScopeCreated:
    """Open a set of prices; nobody buys at them before it is assigned. Raises NotFound, BadInput, ScopeTaken."""
    company = trading_company(batch, company_id, SET_PRICE)
    code, name = code.strip().upper(), name.strip()
    if not code or not name:
        raise BadInput(field="name" if code else "code", reason=_("this may not be empty."))
    if kind not in PriceScope.Kind.values:
        raise BadInput(field="kind", reason=_("agreement, group or list."))
    if PriceScope.objects.filter(company=company, code=code).exists():
        raise ScopeTaken(company=company.code, value=code, field="code")
    made = PriceScope.objects.create(
        company=company,
        kind=kind,
        code=code,
        name=name,
        currency=sound_currency(currency, company),
    )
    return ScopeCreated(made.pk)
