"""What only a supplier's catalogue has is ordered: an item of ours from now on, and a special order on this line."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from inventory.commitments.models import SupplyMethod
from masterdata.catalogue.actions.set_up_item import set_up_item
from masterdata.catalogue.errors import SetUpAlready
from masterdata.catalogue.models import CatalogueItem
from orders.desk.actions.save_draft import save_draft
from orders.desk.rules import DraftChange
from orders.entry.models import OrderDraft


@dataclass(frozen=True, slots=True)
class TakenFromCatalogue:
    """The item, and the version that the draft's next change must name."""

    item_id: int
    version: int


@command("orders.take_from_catalogue")
def take_from_catalogue(
    batch: Batch, *, public_id: str, version: int, line: int, catalogue_item_id: int, quantity: str = "1"
) -> TakenFromCatalogue:
    """Put a supplier's row on a draft's line, as an item that is bought for it.

    One that somebody has set up meanwhile is taken as it is. Raises NotFound, also for a row of which the draft's
    company does not buy, and what set_up_item and save_draft raise.
    """
    rows = CatalogueItem.objects.select_related("supplier").filter(supplier__is_blocked=False)
    row = rows.filter(pk=catalogue_item_id).first()
    if row is None:
        raise NotFound(what=_("row of a catalogue"), reference=catalogue_item_id)
    try:
        item_id, code = _set_up(batch, row)
    except SetUpAlready:
        ours = CatalogueItem.objects.select_related("item").get(pk=catalogue_item_id).item
        assert ours is not None
        item_id, code = ours.pk, ours.code
    entry: dict[str, Any] = {
        "line": line,
        "raw": code,
        "item_id": item_id,
        "quantity": quantity or "1",
        "unit": row.unit_id,
        "supply": SupplyMethod.SPECIAL.value,
    }
    saved = save_draft.inside(batch, public_id=public_id, version=version, change=DraftChange(lines=[entry]))
    if not OrderDraft.objects.filter(pk=saved.draft_id, company=row.supplier.company_id).exists():
        raise NotFound(what=_("row of a catalogue"), reference=catalogue_item_id)
    return TakenFromCatalogue(item_id, saved.version)


def _set_up(batch: Batch, row: CatalogueItem) -> tuple[int, str]:
    made = set_up_item.inside(batch, catalogue_item_id=row.pk)
    return made.item_id, made.code
