"""A rule by which one item may come instead of another."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import BadInput, DomainError, NotFound

from ..checks import sound_substitute
from ..errors import SubstituteLoop, SubstituteTaken
from ..models import Item, Substitute
from ..permissions import SET_SUBSTITUTE
from ..queries import overlapping_substitutes, supersedes


@dataclass(frozen=True, slots=True)
class SubstituteCreated:
    substitute_id: int


def _taken(*, item_id: int, substitute_id: int, **_others: object) -> DomainError:
    codes = dict(Item.objects.filter(pk__in=[item_id, substitute_id]).values_list("pk", "code"))
    return SubstituteTaken(item=codes[item_id], substitute=codes[substitute_id], field="substitute")


@command("masterdata.create_substitute", conflicts={"substitute_unique": _taken})
def create_substitute(
    batch: Batch,
    *,
    item_id: int,
    substitute_id: int,
    kind: str,
    price: str,
    valid_from: date,
    numerator: int = 1,
    denominator: int = 1,
    two_way: bool = False,
    rank: int = 1,
    valid_to: date | None = None,
    note: str = "",
) -> SubstituteCreated:
    """Let numerator/denominator of the substitute stand in for one of the item (stock units) from a day on.

    `valid_to` is the first day without it. Raises NotFound, BadInput, SubstituteTaken for a second rule of the pair at
    the same time, SubstituteLoop when the item would end up superseding itself.
    """
    batch.actor.require(SET_SUBSTITUTE)
    values = sound_substitute(
        {
            "kind": kind,
            "price": price,
            "numerator": numerator,
            "denominator": denominator,
            "two_way": two_way,
            "rank": rank,
            "note": note,
        }
    )
    if item_id == substitute_id:
        raise BadInput(field="substitute", reason=_("an item does not stand in for itself."))
    if valid_to is not None and valid_to <= valid_from:
        raise BadInput(field="valid_to", reason=_("the end comes after the beginning."))
    items = {item.pk: item for item in Item.objects.lock().filter(pk__in=[item_id, substitute_id])}
    for pk in (item_id, substitute_id):
        if pk not in items:
            raise NotFound(what=_("item"), reference=pk)
        if items[pk].kind != Item.Kind.STOCKED:
            raise BadInput(field="substitute", reason=_("only stocked items stand in for each other."))
    codes = {"item": items[item_id].code, "substitute": items[substitute_id].code, "field": "substitute"}
    others = overlapping_substitutes(item_id, substitute_id, valid_from, valid_to, two_way=two_way)
    if others.exists():
        raise SubstituteTaken(**codes)
    if kind == Substitute.Kind.SUPERSEDED and supersedes(substitute_id, item_id, from_on=valid_from):
        raise SubstituteLoop(**codes)
    made = Substitute.objects.create(
        item_id=item_id, substitute_id=substitute_id, valid_from=valid_from, valid_to=valid_to, **values
    )
    return SubstituteCreated(made.pk)
