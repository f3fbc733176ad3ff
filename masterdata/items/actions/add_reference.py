"""Another number for an item: a customer's, a supplier's, or one from an older system (MD09)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked

from ..checks import refresh_search
from ..errors import BadReference, ReferenceTaken
from ..models import Item, ItemReference
from ..permissions import CHANGE_ITEM


@dataclass(frozen=True, slots=True)
class ReferenceAdded:
    reference_id: int


@command("masterdata.add_reference")
def add_reference(
    batch: Batch, *, item_id: int, kind: str, code: str, party_id: int | None = None, source: str = ""
) -> ReferenceAdded:
    """Let `code` find the item: for one party where it is that party's number, for everyone where it is a former one.

    Raises NotFound, BadReference, ReferenceTaken.
    """
    batch.actor.require(CHANGE_ITEM)
    item = locked(Item.objects.all(), item_id)
    code, source = code.strip(), source.strip()
    of_party = kind in ItemReference.KINDS_OF_PARTY
    if not code or len(code) > 60:
        raise BadReference(reason=_("A number has 1 to 60 characters."), field="code")
    if of_party and party_id is None:
        raise BadReference(reason=_("Say whose number this is."), field="party")
    if not of_party:
        party_id = None
    there: dict[str, Any] = {"kind": kind, "party_id": party_id, "source": source}
    taken = ItemReference.objects.filter(code__iexact=code, **there).select_related("item")
    if owner := taken.first():
        raise ReferenceTaken(value=code, owner=owner.item, field="code")
    made = ItemReference.objects.create(item=item, code=code, **there)
    refresh_search(item)
    return ReferenceAdded(made.pk)
