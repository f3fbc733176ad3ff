"""Payment terms are called otherwise, or fall due earlier or later."""

from typing import Any

from erp.kernel.batch import Batch
from erp.kernel.command import command
from masterdata.records import locked_at, only, write

from ..checks import sound_terms
from ..models import PaymentTerms
from ..permissions import CHANGE_TERMS

CHANGEABLE = frozenset({"name", "days", "discount_percent", "discount_days"})


@command("masterdata.change_payment_terms")
def change_payment_terms(
    batch: Batch, *, payment_terms_id: int, version: int, changes: dict[str, Any]
) -> None:
    """Set the named fields, if the row still has the version they were edited on.

    Invoices that were issued keep their due date. Raises NotFound, BadInput, StaleVersion with both values.
    """
    batch.actor.require(CHANGE_TERMS)
    only(CHANGEABLE, changes)
    row = locked_at(PaymentTerms.objects.all(), payment_terms_id, version, changes)
    given = {name: changes.get(name, getattr(row, name)) for name in CHANGEABLE}
    write(row, {name: value for name, value in sound_terms(given).items() if name in changes})
