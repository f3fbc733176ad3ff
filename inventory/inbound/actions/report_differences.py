"""What did not come as it should is coded at the dock and goes to the buyer (WH01, WH02)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch, Row
from erp.kernel.command import command
from erp.kernel.errors import BadInput, NotFound
from erp.kernel.formats import write_quantity
from inventory.inbound.errors import DifferenceRefused
from inventory.inbound.models import ReceiptDifference
from inventory.inbound.permissions import REPORT_DIFFERENCE
from inventory.inbound.policies import DIFFERENCE_DAYS
from inventory.inbound.reads import KNOWN_ITEMS, LINES_TO_REPORT, ORDER_TO_REPORT, RECEIPT_OF
from inventory.inbound.rules import MISSING

Kind = ReceiptDifference.Kind


@dataclass(frozen=True, slots=True)
class Found:
    """So much (stock unit) of a purchase order line that is short, over or damaged, or that came in its stead.

    `item_id`: of a wrong item, what it is; None: not one of ours, and the note says what.
    """

    line_id: int
    kind: str
    quantity: Decimal
    note: str = ""
    item_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """The differences, and the buyer who has them now; blank: whoever buys for the site."""

    difference_ids: list[int]
    owner: str


@command("inventory.report_receipt_differences")
def report_differences(
    batch: Batch, *, purchase_order_id: int, found: Sequence[Found], receipt_id: int | None = None
) -> Reported:
    """Code what is wrong with a delivery of one purchase order; nothing of it is taken into stock.

    The buyer who ordered owns it, until the day that policy says. Raises DifferenceRefused for more missing than is
    still expected, and for a wrong item that is neither known nor described. The number of statements does not depend
    on the lines.
    """
    rows = batch.read(ORDER_TO_REPORT, batch.now, purchase_order_id)
    if not rows:
        raise NotFound(what=_("purchase order"), reference=purchase_order_id)
    ((number, company_id, site_id, buyer, today),) = rows
    batch.actor.require(REPORT_DIFFERENCE, company=company_id, site=site_id)
    if not found:
        raise BadInput(field="differences", reason=_("say what was wrong with at least one line."))
    if receipt_id is not None and not batch.read(RECEIPT_OF, receipt_id, purchase_order_id):
        raise NotFound(what=_("receipt of the order"), reference=receipt_id)
    asked = sorted({each.line_id for each in found})
    lines = {row[0]: row[1:] for row in batch.read(LINES_TO_REPORT, purchase_order_id, asked)}
    if len(lines) < len(asked):
        raise BadInput(field="line", reason=_("%(number)s has no such line.") % {"number": number})
    items = {
        row[0]: row[1:] for row in batch.read(KNOWN_ITEMS, sorted({i.item_id for i in found if i.item_id}))
    }
    _refuse_wrong(found, lines, items)
    ids = batch.draw(inventory_receiptdifference=len(found))["inventory_receiptdifference"]
    owner = "" if buyer.startswith("system:") else buyer
    days = DIFFERENCE_DAYS.value(on=today, site=site_id, company=company_id)
    batch.insert(
        ReceiptDifference,
        id=ids,
        number=[f"RD-{pk}" for pk in ids],
        company=company_id,
        site=site_id,
        line=[each.line_id for each in found],
        receipt=receipt_id,
        kind=[each.kind for each in found],
        item=[each.item_id if each.kind == Kind.WRONG_ITEM else lines[each.line_id][0] for each in found],
        quantity=[each.quantity for each in found],
        note=[each.note.strip()[:200] for each in found],
        owner=owner,
        reported_by=batch.actor.name,
        reported_at=batch.now,
        due_on=today + timedelta(days=days),
        outcome="",
        claim_reference="",
        resolved_by="",
        resolution="",
    )
    for pk, each in zip(ids, found, strict=True):
        words = {
            "n": write_quantity(each.quantity),
            "item": lines[each.line_id][1],
            "kind": Kind(each.kind).label,
        }
        sentence = f"{_('%(kind)s: %(n)s of %(item)s.') % words} {each.note}".strip()
        batch.decide(
            "inventory.report_receipt_differences",
            ReceiptDifference,
            pk,
            {"sentence": sentence, "owner": owner},
        )
    return Reported(list(ids), owner)


def _refuse_wrong(found: Sequence[Found], lines: Mapping[int, Row], items: Mapping[int, Row]) -> None:
    missing = {line_id: row[5] for line_id, row in lines.items()}
    for each in found:
        item_id, code, unit, decimals, expected, _reported = lines[each.line_id]
        if each.kind not in Kind.values:
            raise BadInput(field="kind", reason=_("choose one of the kinds."))
        if each.quantity <= 0:
            raise DifferenceRefused(item=code, reason=_("the quantity is above zero."))
        if each.kind == Kind.WRONG_ITEM:
            if each.item_id == item_id:
                raise DifferenceRefused(item=code, reason=_("this is the item that was ordered."))
            if each.item_id is None and not each.note.strip():
                raise DifferenceRefused(item=code, reason=_("scan what came instead, or describe it."))
            if each.item_id is not None and each.item_id not in items:
                raise NotFound(what=_("item"), reference=each.item_id)
            unit, decimals = items.get(each.item_id or 0, (unit, decimals))
        if each.quantity != round(each.quantity, decimals):
            words = _("a quantity in %(unit)s has at most %(n)s decimals.")
            raise DifferenceRefused(item=code, reason=words % {"unit": unit, "n": decimals})
        if each.kind in MISSING:
            missing[each.line_id] += each.quantity
            if missing[each.line_id] > expected:
                words = _(
                    "%(n)s are more than the %(expected)s still expected, with what was reported before. Post what "
                    "came first, or count again."
                )
                told = {"n": write_quantity(missing[each.line_id]), "expected": write_quantity(expected)}
                raise DifferenceRefused(item=code, reason=words % told)
