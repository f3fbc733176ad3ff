"""A delivery under way: what was counted against what is expected."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from inventory.counting.scanning import Labelled
from inventory.purchasing.models import PurchaseOrderLine
from inventory.purchasing.queries import lines_of

from .errors import CountRefused
from .models import UnloadedLine, Unloading

ZERO = Decimal(0)


def unloading_list(*, user: Any) -> QuerySet[Unloading]:
    """Deliveries that were or are being unloaded, in the reader's scope."""
    return Unloading.objects.visible_to(user).select_related(
        "site", "purchase_order__supplier__party", "receipt"
    )


@dataclass(slots=True)
class Standing:
    """One line of the order as it stands: what was counted in which lots, and the latest of these counts."""

    line: Any  # PurchaseOrderLine with `left`
    lots: list[UnloadedLine] = field(default_factory=list)

    @property
    def counted(self) -> Decimal:
        return sum((each.counted for each in self.lots), ZERO)

    @property
    def over(self) -> Decimal:
        return max(self.counted - self.line.left, ZERO)

    @property
    def done(self) -> bool:
        return bool(self.lots) and self.counted >= self.line.left


def standings(unloading: Unloading) -> list[Standing]:
    """Lines of the order of which something is expected or was counted; what was counted last stands first."""
    by_line: defaultdict[int, list[UnloadedLine]] = defaultdict(list)
    for counted in unloading.lines.order_by("lot"):
        by_line[counted.line_id].append(counted)
    lines: QuerySet[Any] = lines_of(unloading.purchase_order)
    found = [Standing(line, by_line.get(line.pk, [])) for line in lines if line.left or line.pk in by_line]
    newest = {pk: max(each.counted_at for each in lots).timestamp() for pk, lots in by_line.items()}
    return sorted(found, key=lambda each: (-newest.get(each.line.pk, 0), each.line.line))


def line_for(label: Labelled, rows: list[Standing]) -> PurchaseOrderLine:
    """The line of the order that scanned goods are of: the first of the item that still misses some, else its last.

    Raises CountRefused for an item that is not on the order.
    """
    of_item = sorted(
        (each for each in rows if each.line.item_id == label.item.pk), key=lambda each: each.line.line
    )
    if not of_item:
        words = _("it is not on this order. Set it aside and report it as a wrong item.")
        raise CountRefused(item=label.item.code, reason=words)
    found: PurchaseOrderLine = next((each for each in of_item if not each.done), of_item[-1]).line
    return found
