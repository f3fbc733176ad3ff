"""Buy what order lines wait for: a purchase order to one supplier, each line for its own demand (OC12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from inventory.purchasing.actions.create_purchase_order import ORDER, PurchaseLine, create_purchase_order
from inventory.purchasing.guards import buy_guard
from masterdata.places.models import Site

NEEDS = """
SELECT d.id, d.item_id, d.group_id, g.document FROM inventory_demand d
JOIN inventory_demandgroup g ON g.id = d.group_id WHERE d.id = ANY(%s::bigint[]) AND d.site_id = %s::bigint"""


@dataclass(frozen=True, slots=True)
class Buy:
    """What is bought for one demand: quantity in `unit`, cost per that unit in company currency, due on a day."""

    demand_id: int
    quantity: Decimal
    unit: str
    unit_cost: Decimal
    due_on: date


@dataclass(frozen=True, slots=True)
class BoughtLines:
    """The purchase order (0: none was made), and what was not bought: [[document, reason], ...]."""

    purchase_order_id: int
    number: str
    refused: list[list[str]]


@command("inventory.buy_lines")
def buy_lines(
    batch: Batch, *, site_id: int, supplier_id: int, buys: Sequence[Buy], group_id: int | None = None
) -> BoughtLines:
    """Order from a supplier what demands of a site wait for; every line is kept for its demand.

    `group_id`: the supplier sends it to the customer of that delivery, and nothing else is on the order. What a guard
    keeps back (a hold) is listed and not bought. Raises NotFound, BadInput, NotToBuy, PurchaseLineRefused. The number
    of statements does not depend on the lines.
    """
    if not buys:
        raise BadInput(field="lines", reason=_("name at least one line to buy."))
    site = Site.objects.filter(pk=site_id).first()
    if site is None:
        raise NotFound(what=_("site"), reference=site_id)
    batch.actor.require(ORDER, company=site.company_id, site=site_id)
    needs = {row[0]: row[1:] for row in batch.read(NEEDS, sorted(each.demand_id for each in buys), site_id)}
    if unknown := [each.demand_id for each in buys if each.demand_id not in needs]:
        raise NotFound(what=_("line to buy"), reference=unknown[0])
    refusals = buy_guard.ask(batch, sorted({group for _item, group, _document in needs.values()}))
    groups = {refusal.document_id: refusal.sentence for refusal in refusals if not refusal.part_id}
    parts = {refusal.part_id: refusal.sentence for refusal in refusals if refusal.part_id}
    free, refused = [], []
    for each in buys:
        _item, group, document = needs[each.demand_id]
        reason = groups.get(group) or parts.get(each.demand_id)
        if reason:
            refused.append([document, reason])
        else:
            free.append(each)
    if not free:
        return BoughtLines(0, "", refused)
    made = create_purchase_order.inside(
        batch,
        supplier_id=supplier_id,
        site_id=site_id,
        lines=[
            PurchaseLine(
                needs[each.demand_id][0],
                each.quantity,
                each.unit,
                each.unit_cost,
                each.demand_id,
                each.due_on,
            )
            for each in free
        ],
        due_on=min(each.due_on for each in free),
        group_id=group_id,
    )
    return BoughtLines(made.purchase_order_id, made.number, refused)
