"""A supplier pays back a part of what an item or a class of items costs, from a day on; or no longer (PR08)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from masterdata.dates import make_room
from masterdata.items.models import Item, ItemClass
from masterdata.parties.models import Supplier
from masterdata.records import end_on, locked

from ..models import SupplierRebate
from ..permissions import SET_REBATE

MOST = {"percent": Decimal(100), "amount": Decimal(10) ** 9}


@dataclass(frozen=True, slots=True)
class RebateSet:
    rebate_id: int


@command("masterdata.set_rebate")
def set_rebate(
    batch: Batch,
    *,
    supplier_id: int,
    method: str,
    value: Decimal,
    valid_from: date,
    reason: str,
    item_id: int | None = None,
    item_class_id: int | None = None,
    valid_to: date | None = None,
    reference: str = "",
) -> RebateSet:
    """Let the supplier's rebate for one item or one class hold from `valid_from` until before `valid_to`.

    `method` says what `value` is: percent of the standard cost, or an amount per stock unit in the company's currency.
    The supplier's rebate that held until then for the same ends there; a later one keeps its date. Raises NotFound,
    BadInput.
    """
    supplier = locked(Supplier.objects.select_related("party"), supplier_id)
    batch.actor.require(SET_REBATE, company=supplier.company_id)
    if (item_id is None) == (item_class_id is None):
        raise BadInput(field="item", reason=_("name one item or one class."))
    if item_id is not None and not Item.objects.filter(pk=item_id, kind=Item.Kind.STOCKED).exists():
        raise NotFound(what=_("stocked item"), reference=item_id)
    if item_class_id is not None and not ItemClass.objects.filter(pk=item_class_id).exists():
        raise NotFound(what=_("item class"), reference=item_class_id)
    if method not in MOST:
        raise BadInput(field="method", reason=_("percent or amount."))
    if not value.is_finite() or not 0 < value <= MOST[method]:
        raise BadInput(field="value", reason=_("more than 0, a percentage at most 100."))
    if valid_to is not None and valid_to <= valid_from:
        raise BadInput(field="valid_to", reason=_("the end comes after the beginning."))
    if not reason.strip():
        raise BadInput(field="reason", reason=_("say why."))
    target = item_id if item_id is not None else -(item_class_id or 0)
    until = make_room(SupplierRebate.objects.filter(supplier=supplier, target=target), valid_from)
    made = SupplierRebate.objects.create(
        company_id=supplier.company_id, supplier=supplier, item_id=item_id, item_class_id=item_class_id, method=method,
        value=value, reference=reference.strip(), valid_from=valid_from,
        valid_to=min((day for day in (until, valid_to) if day is not None), default=None),
        reason=reason.strip(), set_by=batch.actor.name,
    )  # fmt: skip
    return RebateSet(made.pk)


@command("masterdata.end_rebate")
def end_rebate(batch: Batch, *, rebate_id: int, on: date) -> None:
    """Let a rebate end: `on` is the first day without it. One that had not begun goes; the history keeps it.

    Raises NotFound, BadInput.
    """
    found = locked(SupplierRebate.objects.all(), rebate_id)
    batch.actor.require(SET_REBATE, company=found.company_id)
    end_on(found, on)
