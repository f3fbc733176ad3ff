"""A customer's own numbers, learned where somebody says which items they mean (MD09)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from erp.kernel.batch import Batch
from erp.kernel.command import command
from erp.kernel.errors import NotFound
from masterdata.parties.models import Customer

from ..errors import BadReference, NumberJustTaken, ReferenceTaken
from ..lookups import normal, strong_meanings
from ..models import Item, ItemReference
from ..permissions import REMEMBER_NUMBER
from ..rules import search_text

LONGEST = 60

# With what finds them: code, name, barcodes and every number that anyone gave them.
LOCK_ITEMS = """
SELECT i.id, i.code, i.name, ARRAY[i.gtin::text] || ARRAY(SELECT u.gtin::text FROM masterdata_itemunit u
        WHERE u.item_id = i.id AND u.gtin <> '' ORDER BY u.id)
    || ARRAY(SELECT r.code::text FROM masterdata_itemreference r WHERE r.item_id = i.id ORDER BY r.code)
FROM masterdata_item i WHERE i.id = ANY(%s::bigint[]) ORDER BY i.id FOR NO KEY UPDATE OF i"""


@dataclass(frozen=True, slots=True)
class RememberedNumbers:
    """The numbers that were not known before."""

    numbers: list[str]


@command(
    "masterdata.remember_numbers", conflicts={"item_reference_unique": lambda **_given: NumberJustTaken()}
)
def remember_numbers(batch: Batch, *, customer_id: int, numbers: Mapping[str, int]) -> RememberedNumbers:
    """Let each number find the item that it maps to, from now on and for this customer only.

    A number by which the customer reaches the item already stays as it is. Raises NotFound, BadReference, and
    ReferenceTaken for one that means another item: the data steward puts that right first. A fixed number of
    statements.
    """
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        raise NotFound(what=_("customer"), reference=customer_id)
    batch.actor.require(REMEMBER_NUMBER, company=customer.company_id)
    wanted = {code.strip(): item_id for code, item_id in numbers.items()}
    if any(not 1 <= len(code) <= LONGEST for code in wanted):
        raise BadReference(reason=_("A number has 1 to 60 characters."), field="code")
    items = {row[0]: row[1:] for row in batch.read(LOCK_ITEMS, sorted(set(wanted.values())))}
    if missing := set(wanted.values()) - items.keys():
        raise NotFound(what=_("item"), reference=min(missing))
    known = strong_meanings(wanted, customer_id)
    for code, item_id in wanted.items():
        if other := known.get(normal(code), set()) - {item_id}:
            raise ReferenceTaken(value=code, owner=Item.objects.get(pk=min(other)), field="code")
    new = {code: item_id for code, item_id in wanted.items() if normal(code) not in known}
    batch.insert(
        ItemReference,
        item=list(new.values()),
        code=list(new),
        kind=ItemReference.Kind.CUSTOMER.value,
        party=customer.party_id,
        source="",
    )
    changed = sorted(set(new.values()))
    batch.update(Item, changed, search=[_found_by(item_id, items[item_id], new) for item_id in changed])
    return RememberedNumbers(list(new))


def _found_by(item_id: int, item: tuple[str, str, list[str]], new: Mapping[str, int]) -> str:
    code, name, numbers = item
    return search_text(code, name, [*numbers, *(number for number, of in new.items() if of == item_id)])
