"""A price or discount from a day on."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from masterdata.dates import make_room
from masterdata.items.models import Item, ItemClass, ItemUnit
from masterdata.records import locked

from ..errors import FreeGoodsInUse, NotSoldIn, PricesInUse
from ..models import Price, PriceScope
from ..permissions import SET_PRICE
from ..policies import CHANGE_ALONE
from ..queries import changes_by_proposal, within_change_alone
from ..rules import ADDS_GOODS, PER_UNIT, price_problem


@dataclass(frozen=True, slots=True)
class PriceSet:
    price_id: int


@command("masterdata.set_price")
def set_price(
    batch: Batch,
    *,
    scope_id: int,
    value: Decimal,
    valid_from: date,
    item_id: int | None = None,
    item_class_id: int | None = None,
    method: str = Price.Method.NET,
    unit: str = "",
    min_quantity: Decimal = Decimal(0),
    free_item_id: int | None = None,
    reason: str = "",
) -> PriceSet:
    """Let a price, or what makes one, hold from `valid_from` for one item or one class.

    `method` says what `value` is: net and cost_plus are money per `unit` (for a class: per stock unit), discount and
    markup percent. The price that held until then ends there; a later one keeps its date. `min_quantity` is in
    `unit`, without one in the item's stock unit. Free: `value` for each `min_quantity`, in `unit` of the same item, or
    in the stock unit of `free_item_id`. Prices that somebody buys at change by proposal when they move by more than
    the policy lets one person move them. Raises NotFound, PricesInUse, FreeGoodsInUse, BadInput, NotSoldIn.
    """
    scope = locked(PriceScope.objects.all(), scope_id)
    batch.actor.require(SET_PRICE, company=scope.company_id)
    if (item_id is None) == (item_class_id is None):
        raise BadInput(field="item", reason=_("name one item or one class."))
    problem = price_problem(
        kind=scope.kind,
        stacking=scope.stacking,
        method=method,
        value=value,
        min_quantity=min_quantity,
        for_item=item_id is not None,
    )
    if problem:
        raise BadInput(field=problem[0], reason=problem[1])
    item = Item.objects.filter(pk=item_id).first() if item_id is not None else None
    if item_id is not None and item is None:
        raise NotFound(what=_("item"), reference=item_id)
    if item_class_id is not None and not ItemClass.objects.filter(pk=item_class_id).exists():
        raise NotFound(what=_("item class"), reference=item_class_id)
    per_unit = method in PER_UNIT
    if per_unit and item is not None:
        unit = unit or item.sell_unit_id
        if not ItemUnit.objects.filter(item=item, unit_id=unit).exists():
            raise NotSoldIn(item=item.code, unit=unit, field="unit")
    _refuse_free(method, item, free_item_id)
    target = item_id if item_id is not None else -(item_class_id or 0)
    kept_unit = unit if per_unit and item is not None else ""
    if changes_by_proposal(scope, on=valid_from):
        if scope.stacking in ADDS_GOODS:
            raise FreeGoodsInUse(scope=scope)
        if not within_change_alone(
            scope, target=target, min_quantity=min_quantity, method=method, value=value, unit=kept_unit, on=valid_from
        ):  # fmt: skip
            percent = CHANGE_ALONE.value(company=scope.company_id)
            raise PricesInUse(scope=scope, percent=f"{percent.normalize():f}")
    alternatives = Price.objects.filter(scope=scope, target=target, min_quantity=min_quantity)
    valid_to = make_room(alternatives, valid_from)
    made = Price.objects.create(
        scope=scope, item_id=item_id, item_class_id=item_class_id, method=method, value=value,
        unit_id=kept_unit or None, min_quantity=min_quantity, free_item_id=free_item_id,
        valid_from=valid_from, valid_to=valid_to, reason=reason.strip(),
    )  # fmt: skip
    return PriceSet(made.pk)


def _refuse_free(method: str, item: Item | None, free_item_id: int | None) -> None:
    """Raise BadInput or NotFound unless what is free is goods that are kept in stock."""
    if free_item_id is None:
        if method == Price.Method.FREE and item is not None and item.kind != Item.Kind.STOCKED:
            words = _("%(item)s is not kept in stock, so it does not come free itself. Name what does.")
            raise BadInput(field="free_item", reason=words % {"item": item.code})
        return
    if method != Price.Method.FREE:
        raise BadInput(field="free_item", reason=_("only free goods name another item."))
    if not Item.objects.filter(pk=free_item_id, kind=Item.Kind.STOCKED).exists():
        raise NotFound(what=_("stocked item"), reference=free_item_id)
