"""Places by the codes that programs name them with."""

from collections.abc import Sequence
from typing import Any

from erp.kernel.errors import BadInput
from inventory.stock.models import Lot
from masterdata.items.lookups import resolve_codes
from masterdata.places.models import Site
from masterdata.places.queries import bins_by_code


def place_ids(site: Site, given: Sequence[dict[str, Any]]) -> list[tuple[int, int, int | None]]:
    """Item, bin and lot of each line by their ids; a code that is unknown is named with its line."""
    named = resolve_codes(each["item"] for each in given)
    bins = bins_by_code(site.pk, (each["bin"] for each in given))
    lots = {
        (item_id, code): pk
        for pk, item_id, code in Lot.objects.filter(
            item_id__in=named.items.values(), code__in={each["lot"] for each in given if each["lot"]}
        ).values_list("pk", "item_id", "code")
    }
    places = []
    for place, each in enumerate(given):
        item_id, bin_id = named.get(each["item"]), bins.get(each["bin"].upper())
        lot_id = lots.get((item_id, each["lot"])) if item_id and each["lot"] else None
        for name, found in (("item", item_id), ("bin", bin_id), ("lot", lot_id or not each["lot"])):
            if not found:
                raise BadInput(field=f"lines.{place}.{name}", reason=f"there is no {name} {each[name]} here.")
        assert item_id and bin_id
        places.append((item_id, bin_id, lot_id))
    return places
