"""How much may be bought at an agreement's prices, how much the customer undertook to buy; a promotion's budget."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from masterdata.items.models import ItemUnit
from masterdata.records import locked

from ..errors import AllowanceUsed
from ..models import Allowance, PriceScope
from ..permissions import SET_PRICE


@dataclass(frozen=True, slots=True)
class AllowanceSet:
    allowance_id: int


@command("masterdata.set_allowance")
def set_allowance(
    batch: Batch,
    *,
    scope_id: int,
    item_id: int | None = None,
    unit: str = "",
    most: Decimal | None = None,
    commitment: Decimal = Decimal(0),
) -> AllowanceSet:
    """Cap an item of an agreement and keep its commitment, in `unit`; or give a promotion its budget, without an item.

    Lines that the allowance does not hold whole get the next price. Raises NotFound, BadInput, AllowanceUsed when
    more is used already.
    """
    scope = locked(PriceScope.objects.all(), scope_id)
    batch.actor.require(SET_PRICE, company=scope.company_id)
    promotion = scope.kind == PriceScope.Kind.PROMOTION
    if scope.kind == PriceScope.Kind.LIST:
        raise BadInput(field="scope", reason=_("a list is not capped."))
    if promotion != (item_id is None):
        reason = _("a promotion has one budget.") if promotion else _("name the item that is capped.")
        raise BadInput(field="item", reason=reason)
    for name, value in (("most", most), ("commitment", commitment)):
        if value is not None and not (value.is_finite() and value >= 0):
            raise BadInput(field=name, reason=_("not negative."))
    if most is None and (promotion or not commitment):
        raise BadInput(field="most", reason=_("say how much."))
    factor = Decimal(1)
    if item_id is not None:
        units = (
            ItemUnit.objects.filter(item=item_id, unit=unit)
            if unit
            else ItemUnit.objects.filter(item=item_id)
        )
        found = units.first()
        if found is None:
            raise NotFound(what=_("item with this unit"), reference=item_id)
        factor = Decimal(found.numerator) / found.denominator if unit else factor
    kept = Allowance.objects.select_for_update(no_key=True).filter(scope=scope, item=item_id).first()
    row = kept or Allowance(scope=scope, item_id=item_id, version=0)
    row.most = None if most is None else most * factor
    row.commitment = commitment * factor
    if row.most is not None and row.used > row.most:
        raise AllowanceUsed(used=row.used.normalize(), field="most")
    row.version += 1
    row.save()
    return AllowanceSet(row.pk)
