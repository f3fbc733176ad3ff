"""A new price list, group terms or agreement."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from masterdata.parties.checks import sound_currency, trading_company
from masterdata.parties.errors import OtherCompany
from masterdata.parties.models import Supplier

from ..errors import ScopeTaken
from ..models import PriceScope
from ..permissions import SET_PRICE


@dataclass(frozen=True, slots=True)
class ScopeCreated:
    scope_id: int


@command("masterdata.create_price_scope")
def create_price_scope(
    batch: Batch,
    *,
    company_id: int,
    kind: str,
    code: str,
    name: str,
    currency: str = "",
    stacking: str = "",
    funded_by_id: int | None = None,
    funding_percent: Decimal | None = None,
) -> ScopeCreated:
    """Open a set of prices; nobody buys at them before it is assigned.

    A promotion says how it meets other prices, and which supplier pays how much of what it takes off. Raises
    NotFound, BadInput, ScopeTaken, OtherCompany.
    """
    company = trading_company(batch, company_id, SET_PRICE)
    code, name = code.strip().upper(), name.strip()
    if not code or not name:
        raise BadInput(field="name" if code else "code", reason=_("this may not be empty."))
    if kind not in PriceScope.Kind.values:
        raise BadInput(field="kind", reason=_("agreement, group, list or promotion."))
    promotion = kind == PriceScope.Kind.PROMOTION
    if (stacking in PriceScope.Stacking.values) != promotion:
        reason = _("say how it meets other prices.") if promotion else _("only promotions stack.")
        raise BadInput(field="stacking", reason=reason)
    _sound_funding(company.pk, promotion, funded_by_id, funding_percent)
    if PriceScope.objects.filter(company=company, code=code).exists():
        raise ScopeTaken(company=company.code, value=code, field="code")
    made = PriceScope.objects.create(
        company=company,
        kind=kind,
        code=code,
        name=name,
        currency=sound_currency(currency, company),
        stacking=stacking,
        funded_by_id=funded_by_id,
        funding_percent=funding_percent or Decimal(0),
    )
    return ScopeCreated(made.pk)


def _sound_funding(
    company_id: int, promotion: bool, funded_by_id: int | None, percent: Decimal | None
) -> None:
    if funded_by_id is None:
        if percent:
            raise BadInput(field="funded_by", reason=_("say who pays this share."))
        return
    if not promotion:
        raise BadInput(field="funded_by", reason=_("only promotions are paid for by a supplier."))
    supplier = Supplier.objects.filter(pk=funded_by_id).select_related("party").first()
    if supplier is None:
        raise NotFound(what=_("supplier"), reference=funded_by_id)
    if supplier.company_id != company_id:
        raise OtherCompany(what=supplier, field="funded_by")
    if percent is None or not (percent.is_finite() and 0 < percent <= 100):
        raise BadInput(field="funding_percent", reason=_("more than 0, at most 100."))
