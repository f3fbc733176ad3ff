"""Change the terms on which one item may come instead of another."""

from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked_at, only, write

from ..checks import sound_substitute
from ..errors import SubstituteLoop, SubstituteTaken
from ..models import Item, Substitute
from ..permissions import SET_SUBSTITUTE
from ..queries import overlapping_substitutes, supersedes

FIELDS = frozenset({"kind", "price", "numerator", "denominator", "two_way", "rank", "note"})


@command("masterdata.change_substitute")
def change_substitute(batch: Batch, *, substitute_id: int, version: int, changes: dict[str, Any]) -> None:
    """Change kind, ratio, price, direction, rank or note; the two items and the dates stay (it is ended instead).

    Orders keep the terms they were made on. Raises NotFound, StaleVersion, BadInput, SubstituteTaken, SubstituteLoop.
    """
    batch.actor.require(SET_SUBSTITUTE)
    only(FIELDS, changes)
    pair = Substitute.objects.filter(pk=substitute_id).values_list("item_id", "substitute_id").first() or ()
    list(Item.objects.lock().filter(pk__in=pair))  # as whoever makes a rule of these items
    row = locked_at(Substitute.objects.select_related("item", "substitute"), substitute_id, version, changes)
    now = {name: getattr(row, name) for name in FIELDS}
    values = sound_substitute({**now, **changes})
    codes = {"item": row.item.code, "substitute": row.substitute.code, "field": "kind"}
    if values["two_way"] and not row.two_way:
        others = overlapping_substitutes(
            row.item_id, row.substitute_id, row.valid_from, row.valid_to, two_way=True
        )
        if others.exclude(pk=row.pk).exists():
            raise SubstituteTaken(**codes)
    if values["kind"] == Substitute.Kind.SUPERSEDED and supersedes(
        row.substitute_id, row.item_id, from_on=row.valid_from
    ):
        raise SubstituteLoop(**codes)
    write(row, values)
