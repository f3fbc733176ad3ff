"""What is agreed with a supplier, or known of it, changes."""

from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked, locked_at, only, write

from ..checks import search_text, sound_currency
from ..models import Party, Supplier
from ..permissions import CHANGE_SUPPLIER
from .change_customer import OF_PARTY

OF_SUPPLIER = frozenset({"terms_id", "currency", "lead_time_days", "is_blocked"})


@command("masterdata.change_supplier")
def change_supplier(batch: Batch, *, supplier_id: int, version: int, changes: dict[str, Any]) -> None:
    """Set the named fields of the supplier and its party, if it still has the version they were edited on.

    Raises NotFound, BadInput, StaleVersion with both values.
    """
    only(OF_SUPPLIER | OF_PARTY, changes)
    own = {name: value for name, value in changes.items() if name in OF_SUPPLIER}
    known = {name: value for name, value in changes.items() if name in OF_PARTY}
    supplier = locked_at(
        Supplier.objects.select_related("party", "company"), supplier_id, version, own, party=known
    )
    batch.actor.require(CHANGE_SUPPLIER, company=supplier.company_id)
    if "currency" in own:
        own["currency"] = sound_currency(own["currency"], supplier.company)
    party = locked(Party.objects.all(), supplier.party_id)
    if write(party, known):
        party.search = search_text(party)
        party.save(update_fields=["search"])
        supplier.version += 1
        supplier.save(update_fields=["version"])
    write(supplier, own)
